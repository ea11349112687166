"""Mandrill. Payloads: tests/test_mandrill_webhooks.py of django-anymail."""

from typing import Any

import pytest
from webhook_reading import events, one, verdict
from webhook_signing import SECRET, sign

from prellbock.sources.webhooks.call import RefusedError, Trust
from prellbock.sources.webhooks.order import PROVIDERS

BOUNCE: dict[str, Any] = {
    "event": "hard_bounce",
    "msg": {
        "ts": 1461095211,
        "subject": "Webhook Test",
        "email": "bounce@example.com",
        "sender": "sender@example.com",
        "bounce_description": "bad_mailbox",
        "bgtools_code": 10,
        "diag": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "tags": ["newsletter"],
        "metadata": {"campaign": "spring"},
        "_id": "abcdef012345789abcdef012345789",
    },
    "_id": "abcdef012345789abcdef012345789",
    "ts": 1461095246,
}


def test_hard_bounce() -> None:
    event = one("mandrill", BOUNCE, stream_from="tags", campaign_from="campaign")
    assert (event.outcome, event.smtp_code, event.status) == ("bounced", 550, "5.1.1")
    assert (event.stream, event.campaign, event.sender) == ("newsletter", "spring", "sender@example.com")
    assert verdict(event).category == "unknown_recipient"


def test_without_diagnosis_the_description_decides() -> None:
    soft = {
        **BOUNCE,
        "event": "soft_bounce",
        "msg": {**BOUNCE["msg"], "diag": "", "bounce_description": "mailbox_full"},
    }
    assert verdict(one("mandrill", soft)).category == "mailbox_full"


@pytest.mark.parametrize(("kind", "outcome"), [("spam", "complaint"), ("unsub", "unsubscribe"), ("open", "open")])
def test_other_events(kind: str, outcome: str) -> None:
    assert one("mandrill", {**BOUNCE, "event": kind}).outcome == outcome


def test_reject_and_its_list() -> None:
    assert verdict(one("mandrill", {**BOUNCE, "event": "reject"})).category == "suppressed"
    listed = {"type": "blacklist", "action": "add", "reject": {"email": "a@example.com", "reason": "manual edit"}}
    assert verdict(one("mandrill", listed)).category == "suppressed"
    assert events("mandrill", [{**BOUNCE, "event": "send"}, {**listed, "action": "remove"}]) == []


def test_the_signature_is_for_one_address() -> None:
    signed = sign("mandrill", BOUNCE)
    with pytest.raises(RefusedError, match="does not fit"):
        PROVIDERS["mandrill"].verify(signed.call, Trust(secrets=(SECRET,), options={"url": "https://other.example/"}))
    with pytest.raises(RefusedError, match="option url"):
        PROVIDERS["mandrill"].verify(signed.call, Trust(secrets=(SECRET,)))
