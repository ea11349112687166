"""Mailgun. Payloads: tests/test_mailgun_webhooks.py of django-anymail ("actual, complete (sanitized)")."""

import hashlib
import hmac
from urllib.parse import urlencode

import pytest
from webhook_reading import events, one, verdict
from webhook_signing import NOW, SECRET

from prellbock.sources.webhooks.call import Call, RefusedError, Trust, UnreadableError
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import read

FAILED = {
    "event": "failed",
    "id": "hTWCTD81RtiDN",
    "severity": "permanent",
    "reason": "bounce",
    "recipient": "invalid@example.com",
    "timestamp": 1534110422.389832,
    "log-level": "error",
    "tags": ["newsletter"],
    "user-variables": {"campaign": "spring"},
    "envelope": {"sender": "test@example.org", "transport": "smtp", "targets": "invalid@example.com"},
    "message": {
        "headers": {
            "to": "invalid@example.com",
            "message-id": "20180812214658.1.0DF563D0B3597700@example.org",
            "from": "Test Sender ",
        }
    },
    "delivery-status": {
        "tls": True,
        "mx-host": "aspmx.l.example.org",
        "attempt-no": 1,
        "description": "",
        "code": 550,
        "message": "5.1.1 The email account that you tried to reach does not exist. Please try\n"
        "5.1.1 double-checking the recipient's email address for typos",
    },
}


def test_failed_for_good() -> None:
    event = one("mailgun", FAILED, stream_from="tags", campaign_from="campaign")
    assert (event.outcome, event.smtp_code, event.status) == ("bounced", 550, "5.1.1")
    assert event.message_id == "20180812214658.1.0DF563D0B3597700@example.org"
    assert (event.mx, event.attempt, event.sender) == ("aspmx.l.example.org", 1, "test@example.org")
    assert (event.stream, event.campaign) == ("newsletter", "spring")
    assert verdict(event).category == "unknown_recipient"
    assert verdict(event).permanent is True


def test_an_id_is_unique_only_within_a_day() -> None:
    later = {**FAILED, "timestamp": 1534110422.389832 + 86_400}
    assert one("mailgun", FAILED).id != one("mailgun", later).id
    assert one("mailgun", FAILED).id == one("mailgun", {**FAILED, "unknown": 1}).id


def test_failed_for_now() -> None:
    told = {
        "attempt-no": 3,
        "description": "No MX for nomx.example.com",
        "retry-seconds": 1800,
        "code": 498,
        "message": "No MX for nomx.example.com",
    }
    item = {**FAILED, "severity": "temporary", "reason": "generic", "delivery-status": told}
    event = one("mailgun", item)
    assert (event.outcome, event.smtp_code) == ("deferred", None)
    grey = {**item, "reason": "greylisted", "delivery-status": {"code": 450, "message": "Try again"}}
    assert verdict(one("mailgun", grey)).category in ("greylisted", "system_error", "unclassified")


def test_suppressed_by_mailgun() -> None:
    told = {"code": 605, "message": "", "description": "Not delivering to previously bounced address"}
    event = one("mailgun", {**FAILED, "reason": "suppress-bounce", "delivery-status": told})
    assert (event.response, event.smtp_code) == (None, None)
    assert verdict(event).category == "suppressed"


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("delivered", "delivered"), ("complained", "complaint"), ("unsubscribed", "unsubscribe"), ("opened", "open")],
)
def test_other_events(kind: str, outcome: str) -> None:
    assert one("mailgun", {**FAILED, "event": kind}).outcome == outcome
    assert events("mailgun", {**FAILED, "event": "accepted"}) == []


def test_the_older_webhooks_send_a_form() -> None:
    stamp, token = str(int(NOW)), "1234567890abcdef1234567890abcdef"
    form = {
        "event": "bounced",
        "code": "550",
        "error": "5.1.1 The email account that you tried to reach does not exist.",
        "recipient": "invalid@example.com",
        "Message-Id": "<20180812214658.1@example.org>",
        "timestamp": stamp,
        "token": token,
        "signature": hmac.new(SECRET.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest(),
    }
    provider = PROVIDERS["mailgun"]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    call = Call(body=urlencode(form).encode(), headers=headers, received=NOW)
    provider.verify(call, Trust(secrets=(SECRET,)))
    (event,) = read(provider, call, "webhook:mailgun/x", {}, NOW).events
    assert (event.outcome, event.smtp_code) == ("bounced", 550)
    assert event.message_id == "20180812214658.1@example.org"
    with pytest.raises(RefusedError):
        provider.verify(
            Call(body=urlencode({**form, "token": "x"}).encode(), headers=headers, received=NOW),
            Trust(secrets=(SECRET,)),
        )
    with pytest.raises(UnreadableError, match="newer webhooks"):
        provider.verify(Call(body=b"", headers={"content-type": "multipart/form-data; boundary=x"}), Trust(secrets=()))
