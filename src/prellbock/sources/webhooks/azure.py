"""Azure Communication Services: delivery reports through Event Grid, in its own schema or as CloudEvents 1.0.

https://learn.microsoft.com/azure/event-grid/communication-services-email-events; the handshake:
https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema (a code that is sent back)
and end-point-validation-cloud-events-schema (an OPTIONS request). Event Grid signs nothing: the secret comes in a
delivery property (header) or as ``?key=`` of the endpoint, which the handshake bears too.
"""

from collections.abc import Iterator, Mapping

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.webhooks.call import Answer, Call
from prellbock.sources.webhooks.fields import Fields, answered, json_items, said
from prellbock.sources.webhooks.provider import Provider
from prellbock.sources.webhooks.signatures import shared_secret_or_key

_REPORT = "Microsoft.Communication.EmailDeliveryReportReceived"
_ENGAGEMENT = "Microsoft.Communication.EmailEngagementTrackingReportReceived"
_VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent"

OUTCOMES: Mapping[str, Outcome] = {
    "Delivered": "delivered",
    "Suppressed": "bounced",
    "Bounced": "bounced",
    "Quarantined": "bounced",
    "FilteredSpam": "bounced",
    "Failed": "bounced",
}
"""``Expanded`` (a list) says nothing about a recipient."""

STATUSES: Mapping[str, str] = {
    "Suppressed": "suppressed",
    "Quarantined": "spam_content",
    "FilteredSpam": "spam_content",
}
"""``Bounced`` and ``Failed`` say no cause; the message of the status often does."""


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The event of one object, in either schema."""
    kind, data = item.text("eventType", "type"), item.at("data")
    if kind == _ENGAGEMENT:
        word = data.text("engagementType") or ""
        if word in ("view", "click"):
            yield DeliveryEvent(
                id=f"azure:{item.text('id')}",
                time=data.time("userActionTimeStamp") or item.time("eventTime", "time"),
                recipient=data.text("recipient"),
                outcome="click" if word == "click" else "open",
                message_id=data.text("internetMessageId", "messageId"),
            )
        return
    status = data.text("status") or ""
    if kind != _REPORT or status not in OUTCOMES:
        return
    details = data.at("deliveryStatusDetails")
    event = DeliveryEvent(
        id=f"azure:{item.text('id')}" if item.text("id") else None,
        time=data.time("deliveryAttemptTimeStamp", "deliveryAttemptTimestamp") or item.time("eventTime", "time"),
        recipient=data.text("recipient"),
        outcome=OUTCOMES[status],
        message_id=data.text("internetMessageId", "messageId"),
        sender=data.text("sender"),
        mx=details.text("recipientMailServerHostName"),
    )
    if status in ("Bounced", "Failed"):
        answered(event, details.text("statusMessage"))
    if status != "Delivered":
        said(event, "azure", status, STATUSES.get(status), permanent=True if status == "Bounced" else None)
    yield event


def answer(call: Call) -> Answer | None:
    """Both handshakes; whoever asks has shown the secret."""
    if origin := call.headers.get("webhook-request-origin"):
        return Answer(headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"})
    for each in map(Fields, json_items(call.body)):
        if each.text("eventType") == _VALIDATION:
            return Answer({"validationResponse": each.at("data").text("validationCode") or ""})
    return None


PROVIDER = Provider(
    name="azure",
    title="Azure Communication Services",
    page="https://learn.microsoft.com/azure/event-grid/communication-services-email-events",
    secret="the value of a delivery property X-Webhook-Secret, or ?key= of the endpoint",  # noqa: S106
    made_by="us",
    verify=shared_secret_or_key,
    answer=answer,
    events=events,
)
