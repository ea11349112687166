import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.classify.codes import by_code, is_permanent
from prellbock.classify.masking import mask
from prellbock.classify.reply import codes_of
from prellbock.taxonomy import CATEGORIES

REPLIES = [
    ("550 5.1.1 user unknown", 550, "5.1.1"),
    ("550-5.1.1 The account", 550, "5.1.1"),
    ("550 user unknown", 550, None),
    ("550-No such user", 550, None),
    ("550", 550, None),
    ("smtp; 550 5.1.1 user unknown", 550, "5.1.1"),
    ("smtp;550 user unknown", 550, None),
    ("host mx.example.com[192.0.2.1] said: 550 5.1.1 <u@example.com>: unknown", 550, "5.1.1"),
    ("550 sorry, no mailbox here by that name (#5.1.1)", 550, "5.1.1"),
    ("Sorry, no mailbox here by that name. (#5.1.1)", None, "5.1.1"),
    ("501 #5.1.1 bad address", 501, "5.1.1"),
    ("5.1.1 user unknown", None, "5.1.1"),
    ("SMTP error from remote mail server after RCPT TO:<u@example.com>: 550 no", 550, None),
    ("SMTP error, server answered with 554 to DATA", 554, None),
    ("554 5.7.26 unauthenticated", 554, "5.7.26"),
    ("550 5.7.515 Access denied", 550, "5.7.515"),
    ("554 5.4.7 message timeout (exceeded max time, last transfail: 452 4.2.2 full)", 452, "4.2.2"),
    ("mailbox is full", None, None),
    ("delivered 300 messages of 450", None, None),
    ("the limit is: 550 kB a day", None, None),
    ("version 5.1.1.2 of 192.0.2.5", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "smtp_code", "status"), REPLIES)
def test_codes_at_the_beginning_of_the_reply(text: str, smtp_code: int | None, status: str | None) -> None:
    assert codes_of(text) == (smtp_code, status)
    assert codes_of(mask(text)) == (smtp_code, status)


@given(st.text() | st.text("245.1 -#(:;said", max_size=30))
def test_what_is_read_is_a_code(text: str) -> None:
    smtp_code, status = codes_of(text)
    assert smtp_code is None or 200 <= smtp_code <= 559
    assert status is None or status[0] in "245"


@pytest.mark.parametrize(
    ("smtp_code", "status", "category"),
    [
        (550, "5.1.1", "unknown_recipient"),
        (450, "4.2.2", "mailbox_full"),
        (550, "5.1.10", "domain_refuses_mail"),
        (550, "5.7.25", "missing_ptr"),
        (550, "5.7.26", "authentication_failed"),
        (556, "5.1.10", "domain_refuses_mail"),
        (521, None, "domain_refuses_mail"),
        (521, "5.0.0", "domain_refuses_mail"),
        (551, None, "recipient_moved"),
        (None, "5.4.7", "expired"),
    ],
)
def test_a_code_that_means_something(smtp_code: int | None, status: str | None, category: str) -> None:
    meaning = by_code(smtp_code, status)
    assert meaning is not None
    assert meaning.category == category
    assert 0 < meaning.confidence < 1


@pytest.mark.parametrize(
    ("smtp_code", "status"),
    [
        (550, None),
        (554, None),
        (450, None),
        (451, None),
        (552, None),
        (550, "5.0.0"),
        (550, "5.1.0"),
        (550, "5.7.0"),
        (None, None),
    ],
)
def test_codes_that_are_used_for_everything_decide_nothing(smtp_code: int | None, status: str | None) -> None:
    assert by_code(smtp_code, status) is None


@given(st.integers(200, 599) | st.none(), st.from_regex(r"[245]\.\d\.\d{1,2}", fullmatch=True) | st.none())
def test_a_meaning_is_always_a_known_category(smtp_code: int | None, status: str | None) -> None:
    meaning = by_code(smtp_code, status)
    assert meaning is None or meaning.category in CATEGORIES


def test_the_reply_code_says_whether_a_failure_is_permanent() -> None:
    assert is_permanent(550, None) is True
    assert is_permanent(450, "4.2.2") is False
    assert is_permanent(None, "5.1.1") is True
    assert is_permanent(None, None) is None
