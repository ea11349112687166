"""Brevo. Payloads "obtained through live testing": tests/test_brevo_webhooks.py of django-anymail."""

import pytest
from webhook_reading import batch, events, one, verdict
from webhook_signing import NOW

BOUNCE = {
    "event": "hard_bounce",
    "email": "not-a-user@example.com",
    "id": 9999999,
    "date": "2018-03-06 11:10:23",
    "ts": 1520331023,
    "ts_event": 1520331023,
    "ts_epoch": 1520363423000,
    "message-id": "<201803011158.9876543210@smtp-relay.mailin.fr>",
    "reason": " RecipientError: 550 5.5.0 Requested action not taken: mailbox unavailable.",
    "tag": '["newsletter","spring"]',
    "X-Mailin-custom": '{"campaign": "spring"}',
}


def test_hard_bounce() -> None:
    event = one("brevo", BOUNCE, stream_from="tag", campaign_from="campaign")
    assert event.response == "550 5.5.0 Requested action not taken: mailbox unavailable."
    assert (event.smtp_code, event.status, event.time) == (550, "5.5.0", 1520363423.0)
    assert (event.stream, event.campaign) == ("newsletter", "spring")
    assert event.message_id == "201803011158.9876543210@smtp-relay.mailin.fr"
    assert verdict(event).permanent is True


def test_only_ts_epoch_is_believed() -> None:
    without = {name: value for name, value in BOUNCE.items() if name != "ts_epoch"}
    assert one("brevo", without).time == NOW
    assert one("brevo", {**BOUNCE, "ts_epoch": 1604933623}).time == 1604933623.0
    assert batch("brevo", {**BOUNCE, "ts_epoch": -5}).bad[0].what.startswith("ts_epoch:")


def test_it_has_no_id_so_the_event_itself_is_one() -> None:
    assert one("brevo", BOUNCE).id is None


def test_a_refusal_that_brevo_calls_deferred() -> None:
    reason = (
        "550 RecipientError: 550 5.1.1 <a@example.com>: Recipient address rejected: User unknown in virtual alias table"
    )
    event = one("brevo", {**BOUNCE, "event": "deferred", "reason": reason})
    assert (event.outcome, event.status) == ("bounced", "5.1.1")
    assert verdict(event).category == "unknown_recipient"


@pytest.mark.parametrize(
    ("kind", "reason", "category"),
    [
        ("blocked", "blocked : due to blacklist user", "suppressed"),
        ("soft_bounce", "undefined Unable to find MX of domain no-mx.example.com", "unknown_domain"),
        ("invalid_email", "", "unknown_recipient"),
        ("error", "", "system_error"),
    ],
)
def test_other_failures(kind: str, reason: str, category: str) -> None:
    assert verdict(one("brevo", {**BOUNCE, "event": kind, "reason": reason})).category == category


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("spam", "complaint"), ("complaint", "complaint"), ("unsubscribed", "unsubscribe"), ("unique_opened", "open"),
     ("click", "click"), ("delivered", "delivered")],
)  # fmt: skip
def test_other_events(kind: str, outcome: str) -> None:
    assert one("brevo", {**BOUNCE, "event": kind}).outcome == outcome
    assert events("brevo", {**BOUNCE, "event": "request"}) == []
