"""Amazon SES: feedback notifications and event publishing, through SNS; `eventbridge` reads the same objects.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html, event-publishing-retrieving-sns-contents.html. One
message tells of one or many recipients; there is no order. The notification and the event of one bounce have the same
``feedbackId``, so that both together count once.
"""

from collections.abc import Iterable, Iterator, Mapping

from prellbock.events import DeliveryEvent
from prellbock.sources.mail.dialects.ses_json import message_id_of
from prellbock.sources.webhooks import sns
from prellbock.sources.webhooks.call import Call
from prellbock.sources.webhooks.fields import Fields, answered, first_address, json_value, said
from prellbock.sources.webhooks.provider import Provider

BOUNCES: Mapping[str, str] = {
    "Permanent/Suppressed": "suppressed",
    "Permanent/OnAccountSuppressionList": "suppressed",
    "Transient/MailboxFull": "mailbox_full",
    "Transient/MessageTooLarge": "message_too_large",
    "Transient/ContentRejected": "policy",
    "Transient/AttachmentRejected": "policy",
    "Transient/CustomTimeoutExceeded": "expired",
}
"""``General`` and ``Undetermined`` say that the reason is not known; ``NoEmail``, that SES found no address in it."""

DELAYS: Mapping[str, str] = {
    "MailboxFull": "mailbox_full",
    "SpamDetected": "reputation",
    "RecipientServerError": "system_error",
    "IPFailure": "reputation",
    "TransientCommunicationFailure": "network",
    "BYOIPHostNameLookupUnavailable": "missing_ptr",
    "SendingDeferral": "rate_limited",
}


def items(call: Call) -> list[Mapping[str, object]]:
    """The SES object in the message of SNS."""
    text = sns.envelope(call).text("Message") or ""
    if text.startswith("Successfully validated SNS topic"):
        # What SES sends once, when the topic is set.
        return []
    found = json_value(text.encode("utf-8", "replace"))
    return [found] if isinstance(found, dict) else []


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The events of one notification."""
    kind = item.text("eventType", "notificationType") or ""
    mail = item.at("mail")
    for event in _READERS.get(kind, _nothing)(item, mail):
        event.sender = first_address(mail.texts("source"))
        event.message_id = message_id_of(mail.text("messageId"), mail.text("sourceArn"))
        event.meta = {**(event.meta or {}), "labels": mail.labels("tags")}
        if event.time is None:
            event.time = mail.time("timestamp")
        yield event


def _nothing(item: Fields, mail: Fields) -> Iterable[DeliveryEvent]:
    return ()


def _bounce(item: Fields, mail: Fields) -> Iterator[DeliveryEvent]:
    bounce = item.at("bounce")
    kind, subtype = bounce.text("bounceType") or "Undetermined", bounce.text("bounceSubType") or "Undetermined"
    word = f"{kind}/{subtype}"
    for each in bounce.all("bouncedRecipients"):
        event = DeliveryEvent(
            id=_id(bounce.text("feedbackId"), mail, "bounce"),
            time=bounce.time("timestamp"),
            recipient=first_address(each.texts("emailAddress")),
            outcome="unsubscribe" if subtype == "UnsubscribedRecipient" else "bounced",
            reporting_mta=_host(bounce.text("reportingMTA")),
        )
        if BOUNCES.get(word) != "suppressed":
            answered(event, each.text("diagnosticCode"), status=each.text("status"))
        yield said(event, "ses", word, BOUNCES.get(word), permanent=kind == "Permanent" or None)


def _complaint(item: Fields, mail: Fields) -> Iterator[DeliveryEvent]:
    complaint = item.at("complaint")
    suppressed = complaint.text("complaintSubType") == "OnAccountSuppressionList"
    for each in complaint.all("complainedRecipients"):
        event = DeliveryEvent(
            id=_id(complaint.text("feedbackId"), mail, "complaint"),
            time=complaint.time("timestamp"),
            recipient=first_address(each.texts("emailAddress")),
            outcome="bounced" if suppressed else "complaint",
            feedback_type=None if suppressed else complaint.text("complaintFeedbackType") or "abuse",
        )
        if suppressed:
            said(event, "ses", "Complaint/OnAccountSuppressionList", "suppressed")
        yield event


def _delivery(item: Fields, mail: Fields) -> Iterator[DeliveryEvent]:
    delivery = item.at("delivery")
    for address in delivery.texts("recipients"):
        yield answered(
            DeliveryEvent(
                id=_id(None, mail, "delivery"),
                time=delivery.time("timestamp"),
                recipient=first_address([address]),
                outcome="delivered",
                reporting_mta=delivery.text("reportingMTA"),
            ),
            delivery.text("smtpResponse"),
        )


def _delay(item: Fields, mail: Fields) -> Iterator[DeliveryEvent]:
    delay = item.at("deliveryDelay")
    word = delay.text("delayType") or "Undetermined"
    for each in delay.all("delayedRecipients"):
        event = DeliveryEvent(
            id=_id(delay.text("timestamp"), mail, "delay"),
            time=delay.time("timestamp"),
            recipient=first_address(each.texts("emailAddress")),
            outcome="deferred",
            reporting_mta=_host(delay.text("reportingMTA")),
        )
        answered(event, each.text("diagnosticCode"), status=each.text("status"))
        yield said(event, "ses", f"DeliveryDelay/{word}", DELAYS.get(word))


def _reject(item: Fields, mail: Fields) -> Iterator[DeliveryEvent]:
    # "Bad content" means that SES has found a virus; nothing was sent.
    for address in mail.texts("destination"):
        event = DeliveryEvent(id=_id(None, mail, "reject"), recipient=first_address([address]), outcome="bounced")
        yield said(event, "ses", f"Reject/{item.at('reject').text('reason') or ''}", "virus")


def _rendering(item: Fields, mail: Fields) -> Iterator[DeliveryEvent]:
    for address in mail.texts("destination"):
        event = DeliveryEvent(id=_id(None, mail, "rendering"), recipient=first_address([address]), outcome="bounced")
        yield said(event, "ses", "RenderingFailure", "malformed_message")


def _engagement(item: Fields, mail: Fields) -> Iterator[DeliveryEvent]:
    click = item.text("eventType") == "Click"
    told = item.at("click" if click else "open")
    addresses = mail.texts("destination")
    if len(addresses) == 1:
        # Of several recipients of one message SES does not say who it was.
        yield DeliveryEvent(
            id=_id(told.text("timestamp"), mail, "click" if click else "open"),
            time=told.time("timestamp"),
            recipient=first_address(addresses),
            outcome="click" if click else "open",
        )


def _subscription(item: Fields, mail: Fields) -> Iterator[DeliveryEvent]:
    told = item.at("subscription")
    if told.at("newTopicPreferences").true("unsubscribeAll"):
        for address in mail.texts("destination"):
            yield DeliveryEvent(
                id=_id(told.text("timestamp"), mail, "unsubscribe"),
                time=told.time("timestamp"),
                recipient=first_address([address]),
                outcome="unsubscribe",
            )


_READERS = {
    "Bounce": _bounce,
    "Complaint": _complaint,
    "Delivery": _delivery,
    "DeliveryDelay": _delay,
    "Reject": _reject,
    "Rendering Failure": _rendering,
    "Open": _engagement,
    "Click": _engagement,
    "Subscription": _subscription,
}
"""``Send`` says nothing about a recipient."""


def _id(own: str | None, mail: Fields, kind: str) -> str:
    return f"ses:{kind}:{mail.text('messageId')}:{own or ''}"


def _host(text: str | None) -> str | None:
    """``dsn; host``: the name alone."""
    return (text or "").rpartition(";")[2].strip() or None


PROVIDER = Provider(
    name="ses",
    title="Amazon SES through SNS",
    page="https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html",
    secret="none: messages are signed with Amazon's certificate",  # noqa: S106
    made_by="nobody",
    verify=sns.verify,
    certificate=sns.certificate_address,
    answer=sns.answer,
    items=items,
    events=events,
    options={"topic": "the ARN of the SNS topic; messages of every other topic are refused"},
    needs=("topic",),
)
