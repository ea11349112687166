"""Was the message given up, or is it still being tried? Words of delay count where the notice itself says them."""

import pytest

from prellbock.sources.mail import read_mail

POSTFIX = (
    "This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could not\n"
    "be delivered to one or more recipients. It's attached below.\n\n<user@example.org>: host mx.example.org[192.0.2.1]"
    " said: "
)


def outcomes(text: str, subject: str = "Undeliverable mail") -> list[tuple[str | None, str | None]]:
    raw = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: sender@news.example\nSubject: {subject}\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    )
    return [(event.recipient, event.outcome) for event in read_mail(raw.encode())]


@pytest.mark.parametrize(
    "text",
    [
        "Your message has not been delivered to the following recipients:\n\n<user@example.org>: 550 5.1.1 unknown",
        "Your message has not been delivered.\n\nuser@example.org: 550 5.1.1 User unknown",
        "The message has not been received by user@example.org because the mailbox does not exist: 550 5.1.1 unknown",
        "Your mail was not delivered:\n\nuser@example.org\n  550 5.1.1 User unknown\n\nNothing will be retried;"
        " do not need to resend.",
        f"{POSTFIX}550 5.7.1 Your message has not yet been delivered because of spam (in reply to end of DATA command)",
        f"{POSTFIX}550 5.2.2 mailbox full; message is delayed;\n    delivery delayed (in reply to RCPT TO command)",
        f"{POSTFIX}452 4.2.2 mailbox full, will be retried (in reply to RCPT TO command)",
    ],
)
def test_given_up(text: str) -> None:
    assert outcomes(text) == [("user@example.org", "bounced")]


@pytest.mark.parametrize(
    "text",
    [
        "Your message has not yet been delivered.\n\nuser@example.org: 451 4.7.1 Try again later",
        "This is a warning message only. You do not need to resend your message.\n\n<user@example.org>: 451 4.4.1 busy",
        "<user@example.org>: 451 4.7.1 Try again later\n\nThe message will be retried for 4 days.",
    ],
)
def test_still_tried(text: str) -> None:
    assert outcomes(text) == [("user@example.org", "deferred")]


def test_a_report_without_action_and_status_is_no_delay() -> None:
    raw = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: s@news.example\nSubject: Undelivered Mail\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\n\n'
        "Your message has not been delivered.\n\n<user@example.org>: 550 5.1.1 no\n\n"
        "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        "Final-Recipient: rfc822; user@example.org\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--B--\n"
    )
    (event,) = read_mail(raw.encode())
    assert event.outcome == "bounced"
