"""The reader of last resort: clear bounces in words of no dialect, and mails that only sound like bounces."""

from email.header import Header

import pytest

from prellbock.sources.mail import read_mail

ORIGINAL = """
Received: from a.example by b.example; Mon, 23 Nov 2026 09:00:00 +0000
From: Shop <sender@news.example>
To: user@example.org
Subject: Hello
Message-ID: <orig-1@news.example>

Hello
"""


def mail(text: str, subject: str, sender: str, head: str = "Return-Path: <>\n") -> bytes:
    return (
        f"{head}From: {sender}\nTo: sender@news.example\nSubject: {Header(subject, 'utf-8').encode()}\n"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


def told(raw: bytes) -> list[tuple[str | None, str | None, str | None, str | None]]:
    return [(event.outcome, event.recipient, event.status, event.response) for event in read_mail(raw)]


@pytest.mark.parametrize(
    ("subject", "text", "status", "response"),
    [
        ("Mail system message", "user@example.org\n   5.1.1 no mailbox by that name", "5.1.1", "no mailbox"),
        ("Fehlermeldung", "Hallo.\n\n<user@example.org>:\nSorry, no mailbox here. (#5.1.1)", "5.1.1", "no mailbox"),
    ],
)
def test_a_status_code_suffices_a_daemon(subject: str, text: str, status: str, response: str) -> None:
    ((outcome, recipient, found, words),) = told(mail(text + "\n" + ORIGINAL, subject, "MAILER-DAEMON@mx.example.net"))
    assert (outcome, recipient, found) == ("bounced", "user@example.org", status)
    assert response in (words or "")


@pytest.mark.parametrize(
    ("subject", "text", "response"),
    [
        (
            "Nachricht konnte nicht zugestellt werden",
            "Ihre Nachricht an user@example.org kam zurück.\n\nGrund: Der Empfänger ist im System nicht bekannt.",
            "Grund: Der Empfänger ist im System nicht bekannt.",
        ),
        (
            "Notification d'échec",
            "Le message destiné à <user@example.org> est revenu.\n\nRaison : l'utilisateur n'est pas connu.",
            "Raison : l'utilisateur n'est pas connu.",
        ),
        (
            "Onbestelbaar",
            "Uw bericht aan user@example.org kwam terug: zo iemand is hier niet.",
            "Uw bericht aan user@example.org kwam terug: zo iemand is hier niet.",
        ),
    ],
)
def test_a_message_that_came_back_is_a_bounce_whatever_the_words(subject: str, text: str, response: str) -> None:
    raw = mail(f"{text}\n{ORIGINAL}", subject, "postmaster@zz.example")
    assert told(raw) == [("bounced", "user@example.org", None, response)]


@pytest.mark.parametrize("words", ["User unknown user@example.org", "User unknown <user@example.org>", "Mailbox full"])
def test_mcafee_tells_the_reason_beside_the_address(words: str) -> None:
    text = f"--- The following addresses had delivery problems ---\n\n<user@example.org>   ({words})\n{ORIGINAL}"
    raw = mail(text, "Undeliverable Mail", "Mail Delivery <mailer-daemon@mc.example>")
    assert told(raw) == [("bounced", "user@example.org", None, words)]


SAID = "<max@example.org>: host mx.example.org[192.0.2.1] said: 550 5.1.1 <max@example.org>: User unknown"


@pytest.mark.parametrize(
    ("subject", "sender", "head", "text"),
    [
        (
            "Password rejected",
            "System Administrator <sysadmin@example.org>",
            "Return-Path: <jane@example.org>\n",
            "max@example.org: your password was rejected: user unknown",
        ),
        (
            "Undeliverable mail - please check",
            "Mail Server Admins <admins@example.org>",
            "Return-Path: <jane@example.org>\n",
            f"Hi team,\n\n{SAID}\n\ncan you look?\nJane",
        ),
        ("Mail delivery failed", "Jane Postmaster <jane@example.org>", "Return-Path: <jane@example.org>\n", SAID),
        (
            "Quarantine summary for jane@example.org",
            "postmaster@example.org",
            "",
            "You have 3 messages in quarantine:\nfrom bob@spam.example: blocked, 550 5.7.1 spam",
        ),
        (
            "Your account was rejected",
            "Forum <noreply@forum.example>",
            "Return-Path: <>\n",
            "max@forum.example: account rejected because of spam",
        ),
        (
            "Delivery delayed: order 550",
            "Shop <shop@shop.example>",
            "Return-Path: <>\n",
            "Your order 550 for jane@example.org will be delivered later. 5.1.1 items.",
        ),
    ],
)
def test_what_only_sounds_like_a_bounce(subject: str, sender: str, head: str, text: str) -> None:
    assert told(mail(text, subject, sender, head)) == []
