"""Amazon SES through SNS. Payloads: docs.aws.amazon.com/ses/latest/dg/notification-examples.html and its neighbours."""

import json
from typing import Any

import msgspec
import pytest
from webhook_reading import events, one, verdict
from webhook_signing import CERTIFICATE, NOW, TOPIC, rsa_key, sign, sns_message

from prellbock.sources.webhooks import sns
from prellbock.sources.webhooks.call import Call, RefusedError, Trust, UnreadableError
from prellbock.sources.webhooks.order import PROVIDERS

MAIL = {
    "timestamp": "2016-01-27T14:59:38.237Z",
    "source": "john@example.com",
    "messageId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000",
    "destination": ["jane@example.com", "mary@example.com", "richard@example.com"],
    "headersTruncated": False,
    "commonHeaders": {"from": ["John Doe <john@example.com>"], "messageId": "custom-message-ID"},
    "tags": {"ses:configuration-set": ["prod"], "kind": ["newsletter"]},
}
BOUNCE: dict[str, Any] = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "reportingMTA": "dns; email.example.com",
        "bouncedRecipients": [
            {
                "emailAddress": "jane@example.com",
                "status": "5.1.1",
                "action": "failed",
                "diagnosticCode": "smtp; 550 5.1.1 <jane@example.com>... User unknown",
            }
        ],
        "bounceSubType": "General",
        "timestamp": "2016-01-27T14:59:44.101Z",
        "feedbackId": "00000138111222aa-44455566-cccc-cccc-cccc-ddddaaaa068a-000000",
        "remoteMtaIp": "127.0.2.0",
    },
    "mail": MAIL,
}


def test_bounce() -> None:
    event = one("ses", BOUNCE, stream_from="kind")
    assert event.recipient == "jane@example.com"
    assert event.outcome == "bounced"
    assert (event.smtp_code, event.status) == (550, "5.1.1")
    assert event.response == "550 5.1.1 <jane@example.com>... User unknown"
    assert event.sender == "john@example.com"
    assert event.stream == "newsletter"
    assert event.reporting_mta == "email.example.com"
    assert event.time == 1453906784.101
    assert verdict(event).category == "unknown_recipient"
    assert verdict(event).permanent is True


@pytest.mark.parametrize(
    ("arn", "domain"),
    [
        ("arn:aws:ses:eu-central-1:123456789012:identity/example.com", "@eu-central-1.amazonses.com"),
        ("arn:aws:ses:us-east-1:123456789012:identity/example.com", "@email.amazonses.com"),
        ("", ""),
        ("x", ""),
    ],
)
def test_the_message_id_is_the_one_that_a_mail_server_quotes(arn: str, domain: str) -> None:
    event = one("ses", {**BOUNCE, "mail": {**MAIL, "sourceArn": arn}})
    assert event.message_id == f"{MAIL['messageId']}{domain}"


def test_several_recipients_of_one_notification() -> None:
    two = [{"emailAddress": "jane@example.com"}, {"emailAddress": '"Richard" <richard@example.com>'}]
    found = events("ses", {**BOUNCE, "bounce": {**BOUNCE["bounce"], "bouncedRecipients": two}})
    assert [event.recipient for event in found] == ["jane@example.com", "richard@example.com"]
    assert verdict(found[0]).category == "unclassified"
    assert verdict(found[0]).permanent is True


@pytest.mark.parametrize(
    ("kind", "subtype", "category"),
    [
        ("Permanent", "OnAccountSuppressionList", "suppressed"),
        ("Permanent", "Suppressed", "suppressed"),
        ("Transient", "MailboxFull", "mailbox_full"),
        ("Transient", "MessageTooLarge", "message_too_large"),
        ("Undetermined", "Undetermined", "unclassified"),
    ],
)
def test_without_a_text_its_own_type_decides(kind: str, subtype: str, category: str) -> None:
    bounce = {
        **BOUNCE["bounce"],
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": [{"emailAddress": "jane@example.com"}],
    }
    found = verdict(one("ses", {**BOUNCE, "bounce": bounce}))
    assert found.category == category
    if category != "unclassified":
        assert (found.decided_by, found.rule) == ("code", f"ses:{kind}/{subtype}")


def test_notification_and_event_of_one_bounce_are_one() -> None:
    published = {**{name: BOUNCE[name] for name in ("bounce", "mail")}, "eventType": "Bounce"}
    assert one("ses", BOUNCE).id == one("ses", published).id


def test_complaint() -> None:
    complaint = {
        "userAgent": "AnyCompany Feedback Loop (V0.01)",
        "complainedRecipients": [{"emailAddress": "richard@example.com"}],
        "complaintFeedbackType": "abuse",
        "timestamp": "2016-01-27T14:59:38.237Z",
        "feedbackId": "000001378603177f-18c07c78-fa81-4a58-9dd1-fedc3cb8f49a-000000",
    }
    event = one("ses", {"notificationType": "Complaint", "complaint": complaint, "mail": MAIL})
    assert (event.outcome, event.feedback_type) == ("complaint", "abuse")
    withheld = {**complaint, "complaintSubType": "OnAccountSuppressionList"}
    event = one("ses", {"notificationType": "Complaint", "complaint": withheld, "mail": MAIL})
    assert verdict(event).category == "suppressed"


def test_delivery_delay_reject_and_engagement() -> None:
    delivery = {
        "timestamp": "2016-01-27T14:59:38.237Z",
        "recipients": ["jane@example.com"],
        "smtpResponse": "250 ok:  Message 64111812 accepted",
        "reportingMTA": "a8-70.smtp-out.amazonses.com",
    }
    assert one("ses", {"notificationType": "Delivery", "delivery": delivery, "mail": MAIL}).outcome == "delivered"
    delay = {
        "timestamp": "2020-06-16T00:25:40.095Z",
        "delayType": "TransientCommunicationFailure",
        "expirationTime": "2020-06-16T00:25:40.914Z",
        "delayedRecipients": [{"emailAddress": "jane@example.com", "status": "4.4.1"}],
    }
    event = one("ses", {"eventType": "DeliveryDelay", "deliveryDelay": delay, "mail": MAIL})
    assert (event.outcome, event.status) == ("deferred", "4.4.1")
    assert verdict(event).category == "network"
    rejected = events("ses", {"eventType": "Reject", "reject": {"reason": "Bad content"}, "mail": MAIL})
    assert {verdict(each).category for each in rejected} == {"virus"}
    alone = {**MAIL, "destination": ["jane@example.com"]}
    opened = {"timestamp": "2017-08-09T22:00:19.652Z", "userAgent": "Mozilla/5.0", "ipAddress": "192.0.2.1"}
    assert one("ses", {"eventType": "Open", "open": opened, "mail": alone}).outcome == "open"
    assert events("ses", {"eventType": "Open", "open": opened, "mail": MAIL}) == []
    assert events("ses", {"eventType": "Send", "send": {}, "mail": MAIL}) == []


def test_the_sentence_that_sns_sends_first_is_no_event() -> None:
    text = "Successfully validated SNS topic for Amazon SES event publishing."
    assert PROVIDERS["ses"].items(Call(body=json.dumps(sns_message(Message=text)).encode())) == []


def _verify(body: dict[str, Any], **changes: object) -> None:
    trust = Trust(secrets=(), options={"topic": TOPIC}, certificate=rsa_key()[1])
    sns.verify(Call(body=json.dumps(body).encode(), received=NOW), msgspec.structs.replace(trust, **changes))


def test_both_versions_of_the_signature() -> None:
    for version in ("1", "2"):
        _verify(sns_message(version=version))
        _verify(sns_message(version=version, Subject="Amazon SES Email Event Notification"))
    with pytest.raises(RefusedError, match="Signature does not fit"):
        _verify({**sns_message(version="1"), "SignatureVersion": "2"})
    with pytest.raises(RefusedError, match="not known"):
        _verify({**sns_message(), "SignatureVersion": "3"})


def test_another_topic_is_refused_though_amazon_has_signed_it() -> None:
    with pytest.raises(RefusedError, match="topic"):
        _verify(sns_message(TopicArn="arn:aws:sns:eu-west-1:999999999999:mine"))
    with pytest.raises(RefusedError, match="topic"):
        _verify(sns_message(), options={})


def test_an_expired_certificate_is_refused() -> None:
    trust = Trust(secrets=(), options={"topic": TOPIC}, certificate=rsa_key()[1])
    later = NOW + 10 * 86_400
    with pytest.raises(RefusedError, match="certificate"):
        sns.verify(Call(body=json.dumps(sns_message(at=later)).encode(), received=later), trust)
    for broken in (None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(RefusedError, match="certificate"):
            _verify(sns_message(), certificate=broken)


@pytest.mark.parametrize(
    "address",
    [
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-010a507c1833636cd94bdb98bd93083a.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-010a507c1833636cd94bdb.pem",
        "https://evil.example/SimpleNotificationService-010a507c1833636cd94bdb98bd93083a.pem",
        "https://sns.eu-west-1.amazonaws.com@127.0.0.1/SimpleNotificationService-010a507c1833636cd94bdb98bd93083a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-010a507c1833636cd94bdb98bd93083a.pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-010a507c1833636cd94bdb98bd93083a.pem",
        "https://sns.eu-west-1.amazonaws.com/evil.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-010a507c1833636cd94b.pem?x=.pem",
        "https://127.0.0.1/SimpleNotificationService-010a507c1833636cd94bdb98bd93083a.pem",
        "file:///etc/passwd",
        "https://sns.eu-west-1.amazonaws.com\\@127.0.0.1/SimpleNotificationService-010a507c1833636cd94bdb98bd.pem",
        "https://[::1/x.pem",
        "",
    ],
)
def test_a_certificate_elsewhere_is_never_asked_for(address: str) -> None:
    call = Call(body=json.dumps({**sns_message(), "SigningCertURL": address}).encode())
    with pytest.raises(RefusedError):
        sns.certificate_address(call)


def test_a_certificate_of_amazon_is_asked_for() -> None:
    assert sns.certificate_address(sign("ses", {}).call) == CERTIFICATE


def _confirmation(**fields: str) -> dict[str, str]:
    address = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
    address = fields.get("SubscribeURL", address)
    return sns_message("SubscriptionConfirmation", Token="2336412f37", SubscribeURL=address)


def test_a_subscription_is_confirmed_at_amazon_alone() -> None:
    _verify(_confirmation())
    answer = sns.answer(Call(body=json.dumps(_confirmation()).encode()))
    assert answer is not None
    assert answer.expected
    assert answer.fetch is not None
    for address in (
        "https://127.0.0.1/?Action=ConfirmSubscription&TopicArn=" + TOPIC,
        "https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic&TopicArn=" + TOPIC,
        "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:9:mine",
        "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + TOPIC,
    ):
        with pytest.raises(RefusedError):
            sns.answer(Call(body=json.dumps(_confirmation(SubscribeURL=address)).encode()))


def test_raw_message_delivery_is_explained() -> None:
    with pytest.raises(UnreadableError, match="raw message delivery"):
        sns.envelope(Call(body=json.dumps(BOUNCE).encode()))


def test_eventbridge_wraps_the_same_object() -> None:
    wrapped = {
        "version": "0",
        "id": "e6e6e6e6-0000-0000-0000-000000000000",
        "detail-type": "Email Bounced",
        "source": "aws.ses",
        "account": "123456789012",
        "time": "2016-01-27T14:59:44Z",
        "region": "eu-west-1",
        "detail": {**{name: BOUNCE[name] for name in ("bounce", "mail")}, "eventType": "Bounce"},
    }
    assert one("eventbridge", wrapped).id == one("ses", BOUNCE).id
    assert events("eventbridge", {**wrapped, "source": "aws.s3"}) == []
