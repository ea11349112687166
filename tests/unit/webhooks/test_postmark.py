"""Postmark. Payloads: postmarkapp.com/developer/webhooks, as in tests/test_postmark_webhooks.py of django-anymail."""

import pytest
from webhook_reading import events, one, verdict

BOUNCE = {
    "RecordType": "Bounce",
    "ID": 901542550,
    "Type": "HardBounce",
    "TypeCode": 1,
    "ServerID": 23,
    "Name": "Hard bounce",
    "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
    "MessageStream": "broadcast",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
    "Email": "bounce@example.com",
    "From": "sender@example.com",
    "BouncedAt": "2016-04-27T16:28:50.3963933-04:00",
    "DumpAvailable": True,
    "Inactive": True,
    "CanActivate": True,
    "Subject": "Postmark event test",
    "Content": "...",
}
SUBSCRIPTION = {
    "RecordType": "SubscriptionChange",
    "MessageID": "a4909a96-73d7-4c49-b148-a54522d3f7ac",
    "ServerID": 23,
    "MessageStream": "outbound",
    "ChangedAt": "2022-06-05T17:17:32Z",
    "Recipient": "john@example.com",
    "Origin": "Recipient",
    "SuppressSending": True,
    "SuppressionReason": "ManualSuppression",
    "Tag": "welcome-email",
}


def test_bounce() -> None:
    event = one("postmark", BOUNCE)
    assert (event.outcome, event.smtp_code, event.status) == ("bounced", 550, "5.1.1")
    assert event.response == "550 5.1.1 The email account that you tried to reach does not exist."
    assert (event.stream, event.id) == ("broadcast", "postmark:901542550")
    assert event.time == 1461788930.396
    assert verdict(event).category == "unknown_recipient"


@pytest.mark.parametrize(
    ("kind", "outcome", "category"),
    [
        ("ManuallyDeactivated", "bounced", "suppressed"),
        ("DMARCPolicy", "bounced", "authentication_failed"),
        ("SpamNotification", "bounced", "spam_content"),
        ("SoftBounce", "bounced", "unclassified"),
        ("Transient", "deferred", "unclassified"),
        ("AutoResponder", "auto_reply", "auto_reply"),
        ("Unsubscribe", "unsubscribe", "unsubscribe"),
    ],
)
def test_types_without_details(kind: str, outcome: str, category: str) -> None:
    event = one("postmark", {**BOUNCE, "Type": kind, "Details": ""})
    assert event.outcome == outcome
    assert verdict(event).category == category


def test_complaint_delivery_open_click() -> None:
    assert one("postmark", {**BOUNCE, "RecordType": "SpamComplaint", "Type": "SpamComplaint"}).outcome == "complaint"
    seen = {"MessageID": "f4830d10", "ReceivedAt": "2016-04-27T16:21:41.2493688-04:00", "Recipient": "a@example.com"}
    assert one("postmark", {**seen, "RecordType": "Open"}).outcome == "open"
    assert one("postmark", {**seen, "RecordType": "Click"}).outcome == "click"
    delivered = {"DeliveredAt": "2014-08-01T13:28:10.2735393-04:00", "MessageID": "x", "Recipient": "a@example.com"}
    assert one("postmark", {**delivered, "RecordType": "Delivery"}).outcome == "delivered"
    assert events("postmark", {**BOUNCE, "RecordType": "Inbound"}) == []


def test_changes_of_its_suppression_list() -> None:
    assert one("postmark", SUBSCRIPTION).outcome == "unsubscribe"
    back = {**SUBSCRIPTION, "SuppressSending": False, "SuppressionReason": None}
    assert one("postmark", back).outcome == "consent"
    assert events("postmark", {**back, "Origin": "Admin"}) == []
    bounced = {**SUBSCRIPTION, "SuppressionReason": "HardBounce"}
    assert verdict(one("postmark", bounced)).category == "suppressed"
    assert one("postmark", {**SUBSCRIPTION, "SuppressionReason": "SpamComplaint"}).outcome == "complaint"
