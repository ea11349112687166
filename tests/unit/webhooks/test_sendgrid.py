"""SendGrid. Payloads: tests/test_sendgrid_webhooks.py of django-anymail, the event reference of Twilio; the signature
is the one in the tests of SendGrid's own Node.js library (@sendgrid/eventwebhook 7.2.6)."""

import pytest
from webhook_reading import events, one, verdict

from prellbock.sources.webhooks import sendgrid
from prellbock.sources.webhooks.call import Call, RefusedError, Trust

BOUNCE = {
    "ip": "167.89.17.173",
    "status": "5.1.1",
    "smtp-id": "<wrfRRvF7Q0GgwUo2CvDmEA@ismtpd0006p1sjc2.sendgrid.net>",
    "sg_event_id": "lC0Rc-FuQmKbnxCWxX1jRQ",
    "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
    "sg_message_id": "Lli-03HcQ5-JLybO9fXsJg.filter0077p1las1.21536.5717FC482.0",
    "tls": 1,
    "event": "bounce",
    "email": "noreply@example.com",
    "timestamp": 1461095250,
    "anymail_id": "de212213-bb66-4302-8f3f-20acdb7a104e",
    "type": "bounce",
    "category": ["newsletter", "spring"],
}


def test_a_signature_that_sendgrid_has_made() -> None:
    key = (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcw"
        "HBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA=="
    )
    made = "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0="
    body = b'{"category":"example_payload","event":"test_event","message_id":"message_id"}'
    headers = {
        "x-twilio-email-event-webhook-timestamp": "1588788367",
        "x-twilio-email-event-webhook-signature": made,
    }
    call = Call(body=body, headers=headers, received=1588788400)
    sendgrid.verify(call, Trust(secrets=(key,)))
    with pytest.raises(RefusedError):
        sendgrid.verify(Call(body=body + b" ", headers=headers, received=1588788400), Trust(secrets=(key,)))
    with pytest.raises(RefusedError, match="no key of SendGrid"):
        sendgrid.verify(call, Trust(secrets=("bm8ga2V5",)))


def test_bounce() -> None:
    event = one("sendgrid", [BOUNCE], stream_from="category", campaign_from="anymail_id")
    assert (event.outcome, event.smtp_code, event.status) == ("bounced", 550, "5.1.1")
    assert event.message_id == "wrfRRvF7Q0GgwUo2CvDmEA@ismtpd0006p1sjc2.sendgrid.net"
    assert event.id == "sendgrid:lC0Rc-FuQmKbnxCWxX1jRQ"
    assert (event.stream, event.campaign) == ("newsletter", "de212213-bb66-4302-8f3f-20acdb7a104e")
    assert verdict(event).category == "unknown_recipient"


def test_deferred_and_delivered() -> None:
    deferred = {
        "response": "Email was deferred due to the following reason(s): [IPs were throttled by recipient server]",
        "smtp-id": "<wrfRRvF7Q0GgwUo2CvDmEA@ismtpd0006p1sjc2.sendgrid.net>",
        "sg_event_id": "b_syL5UiTvWC_Ky5L6Bs5Q",
        "event": "deferred",
        "email": "recipient@example.com",
        "attempt": "1",
        "timestamp": 1461200990,
    }
    delivered = {
        "response": "250 2.0.0 OK 1461095248 m143si2210036ioe.159 - gsmtp ",
        "sg_event_id": "nOSv8m0eTQ-vxvwNwt3fZQ",
        "sg_message_id": "wrfRRvF7Q0GgwUo2CvDmEA.filter0425p1mdw1.13037.57168B4A1D.0",
        "event": "delivered",
        "email": "recipient@example.com",
        "timestamp": 1461095250,
    }
    first, second = events("sendgrid", [deferred, delivered])
    assert (first.outcome, first.attempt) == ("deferred", 1)
    assert (second.outcome, second.message_id) == ("delivered", "wrfRRvF7Q0GgwUo2CvDmEA")


@pytest.mark.parametrize(
    ("reason", "category"),
    [
        ("Bounced Address", "suppressed"),
        ("Unsubscribed Address", "suppressed"),
        ("Spam Reporting Address", "suppressed"),
        ("Invalid", "unknown_recipient"),
        ("Recipient List over Package Quota", "rate_limited"),
    ],
)
def test_dropped(reason: str, category: str) -> None:
    item = {
        "email": "someone@example.com",
        "timestamp": 1461095250,
        "sg_event_id": "3NPOePGOTkeM_U3fgWApfg",
        "reason": reason,
        "event": "dropped",
    }
    found = verdict(one("sendgrid", [item]))
    assert (found.category, found.rule) == (category, f"sendgrid:dropped: {reason}")


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("spamreport", "complaint"),
        ("unsubscribe", "unsubscribe"),
        ("group_unsubscribe", "unsubscribe"),
        ("open", "open"),
        ("click", "click"),
    ],
)
def test_what_people_do(kind: str, outcome: str) -> None:
    item = {"email": "a@example.com", "timestamp": 1461095250, "event": kind, "sg_event_id": "x" + kind}
    assert one("sendgrid", [item]).outcome == outcome


def test_three_days_of_trying_are_no_refusal() -> None:
    item = {**BOUNCE, "type": "expired", "reason": "unable to get mx info: failed to get IPs", "status": ""}
    assert one("sendgrid", [item]).outcome == "bounced"
    del item["reason"]
    assert verdict(one("sendgrid", [item])).category == "expired"


def test_processed_says_nothing() -> None:
    assert events("sendgrid", [{**BOUNCE, "event": "processed"}, {**BOUNCE, "event": "something new"}]) == []
