"""Which reply is the innermost, which status and stage a text names."""

import pytest

from prellbock.sources.mail.replies import accepted, cause, innermost, status_in
from prellbock.sources.mail.stages import stage_in

INNERMOST = [
    ("550 5.1.1 User unknown", 550, "5.1.1", "550 5.1.1 User unknown"),
    ("host mx[1.2.3.4] said: 550 5.1.1 no (in reply to RCPT TO command)", 550, "5.1.1", "550 5.1.1 no"),
    (
        "554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>",
        421,
        "4.4.2",
        None,
    ),
    ("550 5.1.1 Failed, from MTA([127.0.0.1]:10025): 550 5.2.1 <a@b.example>: off", 550, "5.2.1", None),
    ("550-5.7.26 a policy\n550-5.7.26 b\n550 5.7.26 c", 550, "5.7.26", "550-5.7.26 a policy 550-5.7.26 b 550 5.7.26 c"),
    ("550-5.7.1 multiple 550 5.7.1 addresses", 550, "5.7.1", "550-5.7.1 multiple 550 5.7.1 addresses"),
    ("501 Rcpt-To validation failed: not accepted: 5.7.1 no relay", 501, "5.7.1", None),
    ("554 5.4.7 [internal] expired (last transfail: 452 4.2.2 mailbox full)", 452, "4.2.2", "452 4.2.2 mailbox full"),
    ("554 see http://postmaster.example/smtp-error-codes.php#554", 554, None, None),
    ("550: 5.1.1 <u@example.org>... User Unknown", 550, "5.1.1", None),
    (
        "#550 5.2.3 RESOLVER.RST.RecipSizeLimit; too large",
        550,
        "5.2.3",
        "550 5.2.3 RESOLVER.RST.RecipSizeLimit; too large",
    ),
    ("Remote Server returned '501 5.1.8 Sender address rejected'", 501, "5.1.8", "501 5.1.8 Sender address rejected"),
    ("550 Unknown user . (#5.5.0)", 550, "5.5.0", None),
]


@pytest.mark.parametrize(("text", "code", "status", "words"), INNERMOST)
def test_innermost(text: str, code: int, status: str | None, words: str | None) -> None:
    reply = innermost(text)
    assert reply is not None
    assert (reply.code, reply.status) == (code, status)
    if words is not None:
        assert reply.text == words


@pytest.mark.parametrize(
    "text",
    ["", "Domain does not exist", "the limit of 500 messages", "id 550-221", "at 10.550 MB", "see page 450, please"],
)
def test_no_reply(text: str) -> None:
    assert innermost(text) is None


def test_cause_in_words() -> None:
    assert cause("Sorry, no mailbox here by that name. (#5.1.1)").status == "5.1.1"
    assert cause("connect to mx.example[1.2.3.4]:25: Connection timed out").code is None


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("550 5.0.0 x 5.1.1 y", 550, "5.1.1"),
        ("version 5.2.1.3 is not a status, 5.0.0 is", None, "5.0.0"),
        ("421 4.7.0 and 5.7.1", 421, "4.7.0"),
        ("from 192.0.2.5.1.1 host", None, None),
        ("Exim 4.98.1 4.7.0", None, "4.7.0"),
    ],
)
def test_status_in(text: str, code: int | None, status: str | None) -> None:
    assert status_in(text, code) == status


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("550 no (in reply to RCPT TO command)", "rcpt"),
        ("550 no (in reply to MAIL FROM command)", "mail"),
        ("550 no (in reply to end of DATA command)", "eod"),
        ("550 no (in reply to DATA command)", "data"),
        ("SMTP error from remote mail server after pipelined MAIL FROM:<a@b.example> SIZE=1:", "mail"),
        ("SMTP error from remote mail server after initial connection:", "connect"),
        ("SMTP error from remote mail server after EHLO a.example:", "helo"),
        ("SMTP error from remote server for TEXT command, host: b.example", "eod"),
        ("mx did not like our final DATA:", "eod"),
        ("550 5.1.1 User unknown", None),
        ("550 the data of your mail", None),
    ],
)
def test_stage(text: str, stage: str | None) -> None:
    assert stage_in(text) == stage


def test_accepted() -> None:
    reply = accepted("250 2.6.0 Message received")
    assert (reply.code, reply.status) == (250, "2.6.0")
    assert accepted("Delivered to mailbox").code is None
