"""Automatic answers, feedback and what must not be taken for them."""

import pytest

from prellbock.events import DeliveryEvent
from prellbock.sources.mail import read_mail
from prellbock.sources.mail.return_path import unwrapped, verp_recipient


def mail(*lines: str, text: str = "Hello") -> bytes:
    head = ["From: Jane <jane@example.org>", "To: news@shop.example", "Date: Thu, 8 May 2025 17:40:36 +0000"]
    given = {line.partition(":")[0] for line in lines}
    return "\n".join([*lines, *(line for line in head if line.partition(":")[0] not in given), "", text]).encode()


def outcome(raw: bytes) -> str | None:
    events = read_mail(raw)
    return events[0].outcome if events else None


@pytest.mark.parametrize(
    "lines",
    [
        ("Subject: x", "Auto-Submitted: auto-replied"),
        ("Subject: x", "Auto-Submitted: auto-replied; owner-email=jane@example.org"),
        ("Subject: x", "X-Autoreply: yes"),
        ("Subject: x", "X-Autorespond: Your order"),
        ("Subject: x", "Precedence: auto_reply"),
        ("Subject: x", "Precedence: junk", "Return-Path: <>", "In-Reply-To: <1@shop.example>"),
        ("Subject: Out of Office: Your order",),
        ("Subject: Automatic reply: Your order", "X-Auto-Response-Suppress: All"),
        ("Subject: Réponse automatique : commande",),
        ("Subject: =?utf-8?b?6Ieq5YuV6L+U5L+h?=",),
        ("Subject: Urlaub", "Auto-Submitted: auto-generated"),
        ("Subject: Abwesenheitsnotiz: Ihre Bestellung",),
        ("Subject: Respuesta automática: pedido",),
        ("Subject: Risposta automatica: ordine",),
    ],
)
def test_automatic_answers(lines: tuple[str, ...]) -> None:
    (event,) = read_mail(mail(*lines))
    assert (event.outcome, event.recipient) == ("auto_reply", "jane@example.org")


@pytest.mark.parametrize(
    "lines",
    [
        ("Subject: Re: Your order", "In-Reply-To: <1@shop.example>"),
        ("Subject: Re: Out of Office: Your order", "In-Reply-To: <1@shop.example>"),
        ("Subject: Re: Urlaub",),
        ("Subject: Absence du 3 mai",),
        ("Subject: I am away next week, can you call?",),
        ("Subject: x", "Auto-Submitted: no"),
        ("Subject: Invoice", "Auto-Submitted: auto-generated"),
        ("Subject: Your mailbox is full of joy", "Precedence: bulk"),
        ("Subject: News", "List-Unsubscribe: <mailto:unsubscribe@news.example>"),
        ("Subject: Unsubscribe from our old list and join the new one, dear customer, it is worth your while",),
        ("Subject: Delivery Status: your parcel", "From: service@carrier.example"),
    ],
)
def test_people_and_newsletters(lines: tuple[str, ...]) -> None:
    assert read_mail(mail(*lines)) == []


@pytest.mark.parametrize(
    "lines",
    [
        ("Subject: unsubscribe",),
        ("Subject: Re: Unsubscribe", "In-Reply-To: <1@shop.example>"),
        ("Subject: Abmelden",),
        ("Subject: x", "To: news-unsubscribe@shop.example"),
        ("Subject: ", "To: unsubscribe+AbC123@shop.example"),
    ],
)
def test_unsubscribe_requests(lines: tuple[str, ...]) -> None:
    (event,) = read_mail(mail(*lines))
    assert (event.outcome, event.recipient) == ("unsubscribe", "jane@example.org")


def test_challenge() -> None:
    assert outcome(mail("Subject: Please confirm your message", "Auto-Submitted: auto-replied")) == "challenge_response"


def feedback(fields: str, inner: str = "To: reader@example.org\nMessage-ID: <1@shop.example>") -> list[DeliveryEvent]:
    parts = (f"Content-Type: message/feedback-report\n\n{fields}\n", f"Content-Type: message/rfc822\n\n{inner}\n")
    kind = "Content-Type: multipart/report; report-type=feedback-report; boundary=x"
    return read_mail(mail("Subject: complaint", kind, text="".join(f"--x\n{part}\n" for part in parts) + "--x--"))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("abuse", "complaint"),
        ("fraud", "complaint"),
        ("other", "complaint"),
        ("not-spam", "complaint"),
        ("x-unknown", "complaint"),
        ("opt-out", "unsubscribe"),
        ("virus", "feedback"),
        ("auth-failure", "feedback"),
    ],
)
def test_feedback_types(kind: str, expected: str) -> None:
    (event,) = feedback(f"Feedback-Type: {kind}\nUser-Agent: x\nVersion: 1\nOriginal-Rcpt-To: <a@example.org>")
    assert (event.outcome, event.feedback_type, event.recipient) == (expected, kind, "a@example.org")
    assert event.message_id == "1@shop.example"


def test_recipients_of_feedback() -> None:
    head = "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n"
    several = feedback(head + "Original-Rcpt-To: a@example.org\nOriginal-Rcpt-To: b@example.org\n")
    assert [event.recipient for event in several] == ["a@example.org", "b@example.org"]
    assert [event.recipient for event in feedback(head)] == ["reader@example.org"]
    assert [event.recipient for event in feedback(head, "Subject: redacted")] == [None]
    verp = feedback(head + "Original-Mail-From: bounces+c=example.org@shop.example\n", "Subject: redacted")
    assert [event.recipient for event in verp] == [None]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("prvs=4123abcdef=news@shop.example", "news@shop.example"),
        ("news=4123abcdef@shop.example", "news=4123abcdef@shop.example"),
        ("srs0=hhhh=tt=shop.example=news@forward.example", "news@shop.example"),
        ("srs1=hhhh=other.example==hhhh=tt=shop.example=news@forward.example", "news@shop.example"),
        ("news@shop.example", "news@shop.example"),
        (None, None),
    ],
)
def test_unwrapped(address: str | None, expected: str | None) -> None:
    assert unwrapped(address) == expected


@pytest.mark.parametrize(
    ("address", "named", "expected"),
    [
        ("bounces+jane=example.org@shop.example", ["jane@example.org"], "jane@example.org"),
        ("Bounces-12-Jane=Example.org@shop.example", ["max@y.example", "jane@example.org"], "jane@example.org"),
        (
            "b-mary-jane=example.org@shop.example",
            ["jane@example.org", "mary-jane@example.org"],
            "mary-jane@example.org",
        ),
        ("bounces+mary=example.org@shop.example", ["ary@example.org"], None),
        ("bounces+jane=example.org@shop.example", [], None),
        ("prvs=4123abcdef=news@shop.example", ["news@shop.example"], None),
        ("news@shop.example", ["news@shop.example"], None),
        (None, ["news@shop.example"], None),
    ],
)
def test_verp(address: str | None, named: list[str], expected: str | None) -> None:
    assert verp_recipient(address, named) == expected
