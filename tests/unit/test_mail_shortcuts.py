"""Reading takes shortcuts: dialects without their signs are not asked, nor is the notice where the fields tell all."""

from pathlib import Path

from prellbock.sources.files import Mail, mails
from prellbock.sources.mail import read_mail
from prellbock.sources.mail.dialects.order import _SIGNS, DIALECTS
from prellbock.sources.mail.message import Message
from prellbock.sources.mail.notice import Notice

SAMPLES = Path(__file__).parents[1] / "data" / "mails"

REPORT = """Return-Path: <>
From: MAILER-DAEMON@mail.example.net
To: b@shop.example
Subject: failure notice
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

{notice}

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net
{blocks}
--x--
"""
BLOCK = """
Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; {diagnostic}
"""


def test_a_dialect_that_can_read_a_notice_has_its_signs_there() -> None:
    asked = 0
    for found in mails([str(SAMPLES)]):
        if not isinstance(found, Mail):
            continue
        notice = Notice(Message(found.raw))
        possible = _SIGNS.found(notice.lowered)
        for dialect in DIALECTS:
            if dialect.name not in possible:
                asked += 1
                assert not dialect.read(notice), (found.source, dialect.name)
    assert asked > 1000


def test_few_dialects_are_always_asked() -> None:
    assert {dialect.name for dialect in DIALECTS if not dialect.signs} == {"gmail", "generic"}


def test_nullmailer_calls_delayed_what_it_gave_up() -> None:
    notice = "This is the nullmailer delivery system.  x\n\n<jane@example.org>:\n"
    block = BLOCK.format(recipient="jane@example.org", action="delayed", status="4.2.1", diagnostic="450 4.2.1 later")
    (event,) = read_mail(REPORT.format(notice=notice, blocks=block).encode())
    assert (event.outcome, event.status) == ("bounced", "4.2.1")
    (event,) = read_mail(REPORT.format(notice="Still trying.", blocks=block).encode())
    assert (event.outcome, event.status) == ("deferred", "4.2.1")


def test_the_refusal_of_another_is_not_ones_own() -> None:
    said = "550 5.1.1 <jane@example.org> unknown"
    blocks = "".join(
        BLOCK.format(recipient=f"{name}@example.org", action="failed", status="5.1.1", diagnostic=said)
        for name in ("jane", "max")
    )
    jane, other = read_mail(REPORT.format(notice="x", blocks=blocks).encode())
    assert (jane.response, jane.smtp_code) == (said, 550)
    assert (other.recipient, other.response, other.status, other.smtp_code) == ("max@example.org", None, None, None)


def test_who_was_mailed_stands_in_the_notice_only() -> None:
    notice = "<jane@elsewhere.example> (expanded from <jane@example.org>): host x said: 550 5.1.1 User unknown"
    block = BLOCK.format(
        recipient="jane@elsewhere.example", action="failed", status="5.1.1", diagnostic="550 5.1.1 User unknown"
    )
    for text in (notice, notice.replace("(expanded from <", "(expanded from: <")):
        (event,) = read_mail(REPORT.format(notice=text, blocks=block).encode())
        assert (event.recipient, event.original_recipient) == ("jane@elsewhere.example", "jane@example.org")
