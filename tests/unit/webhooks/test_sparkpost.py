"""SparkPost. Payloads: tests/test_sparkpost_webhooks.py of django-anymail, after SparkPost's sample events."""

from typing import Any

import pytest
from webhook_reading import events, one, verdict

BOUNCE: dict[str, Any] = {
    "type": "bounce",
    "bounce_class": "10",
    "customer_id": "00000",
    "error_code": "550",
    "event_id": "84345317653491230",
    "message_id": "0004e3724f57753a3561",
    "raw_rcpt_to": "bounce@example.com",
    "raw_reason": "550 5.1.1 <bounce@example.com>: Recipient address rejected: User unknown",
    "rcpt_to": "bounce@example.com",
    "reason": "550 5.1.1 ...@... Recipient address rejected: ...",
    "timestamp": "1464824548",
    "transmission_id": "84345317650824116",
    "campaign_id": "spring",
    "rcpt_meta": {"stream": "newsletter"},
}


def _wrapped(item: dict[str, Any], kind: str = "message_event") -> list[dict[str, Any]]:
    return [{"msys": {kind: item}, "cust": {"id": "00000"}}]


def test_bounce() -> None:
    event = one("sparkpost", _wrapped(BOUNCE), stream_from="stream")
    assert (event.outcome, event.smtp_code, event.status) == ("bounced", 550, "5.1.1")
    assert (event.time, event.campaign, event.stream) == (1464824548.0, "spring", "newsletter")
    assert verdict(event).category == "unknown_recipient"


def test_a_ping_is_empty() -> None:
    assert events("sparkpost", [{"msys": {}}]) == []


def test_delay() -> None:
    item = {**BOUNCE, "type": "delay", "bounce_class": "21", "error_code": "454", "num_retries": "1",
            "raw_reason": "454 4.4.4 [internal] no MX or A for domain"}  # fmt: skip
    event = one("sparkpost", _wrapped(item))
    assert (event.outcome, event.attempt, event.status) == ("deferred", 1, "4.4.4")


def test_its_own_suppression_list() -> None:
    item = {**BOUNCE, "type": "generation_rejection", "error_code": "554", "bounce_class": "",
            "raw_reason": "554 5.7.1 recipient address suppressed due to customer policy"}  # fmt: skip
    assert verdict(one("sparkpost", _wrapped(item, "gen_event"))).category == "suppressed"
    assert verdict(one("sparkpost", _wrapped({**BOUNCE, "bounce_class": "25"}))).category == "suppressed"


@pytest.mark.parametrize(
    ("bounce_class", "category"),
    [("22", "mailbox_full"), ("23", "message_too_large"), ("51", "reputation"), ("54", "relay_denied"),
     ("70", "rate_limited"), ("1", "unclassified"), ("60", "auto_reply"), ("90", "unsubscribe")],
)  # fmt: skip
def test_without_a_text_the_class_decides(bounce_class: str, category: str) -> None:
    item = {"type": "bounce", "bounce_class": bounce_class, "raw_rcpt_to": "a@example.com", "rcpt_to": "a@example.com"}
    assert verdict(one("sparkpost", _wrapped(item))).category == category


def test_unsubscribe_open_and_time_as_text() -> None:
    item = {"type": "list_unsubscribe", "event_id": "66331590532986193", "rcpt_to": "a@example.com",
            "timestamp": "2018-10-11T23:24:45.000+00:00"}  # fmt: skip
    event = one("sparkpost", _wrapped(item, "unsubscribe_event"))
    assert (event.outcome, event.time) == ("unsubscribe", 1539300285.0)
    assert one("sparkpost", _wrapped({**item, "type": "initial_open"}, "track_event")).outcome == "open"
    assert one("sparkpost", _wrapped({**item, "type": "spam_complaint"})).outcome == "complaint"
    assert events("sparkpost", _wrapped({**item, "type": "injection"})) == []
