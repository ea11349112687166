import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.addresses import AddressError, canonical, canonical_many


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("User@Example.COM", "user@example.com"),
        (" <user@example.com> ", "user@example.com"),
        ("user@example.com.", "user@example.com"),
        ("first.last+tag@example.com", "first.last+tag@example.com"),
        ("u@Bücher.DE", "u@xn--bcher-kva.de"),
        ("u@xn--bcher-kva.de", "u@xn--bcher-kva.de"),
        ("grün@example.com", "grün@example.com"),
        ('"john doe"@example.com', '"john doe"@example.com'),
        ("a@b", "a@b"),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_one_spelling_per_address(spelled: str, expected: str) -> None:
    assert canonical(spelled) == expected


@pytest.mark.parametrize(
    "text", ["", "@", "user", "user@", "@example.com", "a b@example.com", "a@b@c", "u@exa mple.com", "u@-x-.com-", "<>"]
)
def test_what_is_no_address_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(AddressError, match=r"\w+ \w+"):
        canonical(text)


@given(st.text(max_size=80) | st.from_regex(r"[\w.+-]{1,20}@[\w.-]{1,20}", fullmatch=True))
def test_canonical_is_idempotent_or_refuses(text: str) -> None:
    try:
        once = canonical(text)
    except AddressError:
        return
    assert canonical(once) == once


@given(
    st.lists(st.one_of(st.emails(), st.text(max_size=20), st.sampled_from(["a@b", "A@B.DE", "x\ny@z.de", "a" * 260])))
)
def test_many_at_once_or_one_by_one(texts: list[str]) -> None:
    def one(text: str) -> str:
        try:
            return canonical(text)
        except AddressError:
            return ""

    assert canonical_many(texts) == [*map(one, texts)]
