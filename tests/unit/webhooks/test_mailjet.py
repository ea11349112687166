"""Mailjet. Payloads: guides/_event-api.md of github.com/mailjet/api-documentation, and django-anymail."""

import pytest
from webhook_reading import events, one, verdict

BOUNCE = {
    "event": "bounce",
    "time": 1430812195,
    "MessageID": 13792286917004336,
    "email": "bounce@mailjet.com",
    "mj_campaign_id": 0,
    "mj_contact_id": 0,
    "customcampaign": "spring",
    "CustomID": "helloworld",
    "Payload": '{"stream": "newsletter"}',
    "blocked": True,
    "hard_bounce": True,
    "error_related_to": "recipient",
    "error": "user unknown",
}


def test_bounce() -> None:
    event = one("mailjet", BOUNCE, stream_from="stream")
    assert (event.outcome, event.campaign, event.stream) == ("bounced", "spring", "newsletter")
    assert event.message_id == "13792286917004336"
    found = verdict(event)
    assert (found.category, found.permanent) == ("unknown_recipient", True)
    assert found.rule == "mailjet:recipient/user unknown"


@pytest.mark.parametrize(
    ("error", "category"),
    [("mailbox inactive", "inactive_recipient"), ("quota exceeded", "mailbox_full"),
     ("invalid domain", "unknown_domain"), ("no mail host", "network"),
     ("sender blocked", "reputation"), ("content blocked", "spam_content"),
     ("preblocked", "suppressed"), ("protocol issue", "protocol_error"), ("something new", "unclassified")],
)  # fmt: skip
def test_its_table_of_errors(error: str, category: str) -> None:
    assert verdict(one("mailjet", {**BOUNCE, "error": error})).category == category


def test_greylisting_is_tried_again() -> None:
    event = one("mailjet", {**BOUNCE, "error": "greylisted", "error_related_to": "domain", "hard_bounce": False})
    assert event.outcome == "deferred"
    assert verdict(event).category == "greylisted"


def test_grouped_events_and_one_alone() -> None:
    sent = {
        "customcampaign": "test",
        "email": "api@mailjet.com",
        "event": "sent",
        "mj_message_id": "18858825588804172",
        "smtp_reply": "sent (250 2.0.0 OK 1424873937 fn1si2587485pab.205 - gsmtp)",
        "time": 1424873938,
    }
    assert [event.outcome for event in events("mailjet", [sent, BOUNCE])] == ["delivered", "bounced"]
    assert one("mailjet", sent).response == "250 2.0.0 OK 1424873937 fn1si2587485pab.205 - gsmtp"


@pytest.mark.parametrize(("kind", "outcome"), [("spam", "complaint"), ("unsub", "unsubscribe"), ("open", "open")])
def test_other_events(kind: str, outcome: str) -> None:
    assert one("mailjet", {**BOUNCE, "event": kind}).outcome == outcome
