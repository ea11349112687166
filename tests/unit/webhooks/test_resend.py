"""Resend. Payloads: tests/test_resend_webhooks.py of django-anymail, resend.com/docs/webhooks/emails/bounced."""

from typing import Any

import pytest
from webhook_reading import events, one, verdict

SENTENCE = (
    "The recipient's email provider sent a hard bounce message, but didn't specify the reason for the hard bounce. We "
    "recommend removing the recipient's email address from your mailing list."
)
BOUNCE: dict[str, Any] = {
    "created_at": "2023-10-02T18:11:26.101Z",
    "data": {
        "bounce": {"message": SENTENCE, "type": "Permanent", "subType": "General"},
        "created_at": "2023-10-02T18:11:25.729Z",
        "email_id": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "from": "Sender <from@example.com>",
        "subject": "Sending test",
        "to": ["Bounced <bounced@resend.dev>"],
        "tags": [{"name": "stream", "value": "newsletter"}],
    },
    "type": "email.bounced",
}


def _with(kind: str = "email.bounced", **bounce: object) -> dict[str, Any]:
    return {**BOUNCE, "type": kind, "data": {**BOUNCE["data"], "bounce": bounce}}


def test_bounce_without_a_reason() -> None:
    event = one("resend", BOUNCE, stream_from="stream")
    assert (event.recipient, event.sender) == ("bounced@resend.dev", "from@example.com")
    assert (event.id, event.stream) == ("resend:msg_2W2D3qXLS5fOaPja1GDg7rF2CwB", "newsletter")
    assert event.response is None  # a sentence of SES is no answer of the server
    assert (verdict(event).category, verdict(event).permanent) == ("unclassified", True)


@pytest.mark.parametrize(
    ("item", "category"),
    [
        (_with(message="Resend has suppressed sending to this address because it is on the list"), "suppressed"),
        (_with(type="Permanent", subType="Suppressed"), "suppressed"),
        (_with("email.suppressed"), "suppressed"),
        (_with(type="Transient", subType="MailboxFull"), "mailbox_full"),
        (_with(type="Permanent", diagnosticCode=["smtp; 550 5.1.1 User unknown"]), "unknown_recipient"),
    ],
)  # fmt: skip
def test_reasons(item: dict[str, Any], category: str) -> None:
    assert verdict(one("resend", item)).category == category


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("email.delivered", "delivered"), ("email.complained", "complaint"), ("email.delivery_delayed", "deferred"),
     ("email.opened", "open"), ("email.clicked", "click")],
)  # fmt: skip
def test_other_events(kind: str, outcome: str) -> None:
    assert one("resend", {**BOUNCE, "type": kind}).outcome == outcome
    assert events("resend", {**BOUNCE, "type": "email.sent"}) == []


def test_of_several_recipients_nobody_is_blamed() -> None:
    several = {**BOUNCE, "data": {**BOUNCE["data"], "to": ["a@example.com", "b@example.com"]}}
    assert events("resend", several) == []
