import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prellbock.classify.normalise import normalise, normalise_many

TEXTS = st.text() | st.text("ab {}\\-\n\r\t5.10üÜ\u00a0", max_size=40)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("550 5.1.1  User\tUNKNOWN \r\n", "550 5.1.1 user unknown"),
        ("550-5.1.1 The account\r\n550-5.1.1 does not\n550 5.1.1 exist", "550 5.1.1 the account does not exist"),
        ("550-No such user 550-here 550 sorry", "550 no such user here sorry"),
        ("550-5.7.1 a\\r\\n550 5.7.1 b", "550 5.7.1 a b"),
        ("smtp; 550-5.1.1 no 550 5.1.1 user", "smtp; 550 5.1.1 no user"),
        ("550 limit is 550 bytes", "550 limit is 550 bytes"),
        ("x-550-5 and 1550-a", "x-550-5 and 1550-a"),
        ("550 Postfach \ud800 ÜBERFÜLLT", "550 postfach \ufffd überfüllt"),
        ("５５０ ｆｕｌｌ", "550 full"),
        ("a\u200bb\u00adc d\u3000e", "abc d e"),
        ("a\x00b\x7fc", "a b c"),
        ("", ""),
    ],
)
def test_a_text_becomes_one_line_of_lower_case(text: str, line: str) -> None:
    assert normalise(text) == line


@given(TEXTS)
@example("550-a 551-b 550 c 551 d")
@example("\u0345\u1f80")
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "\n" not in once and "  " not in once


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_many_at_once_are_the_same_as_one_by_one(texts: list[str]) -> None:
    assert [line.decode() for line in normalise_many(texts)] == [normalise(text) for text in texts]
