"""Postmark: one JSON object a request; no signature, so a secret comes along.

https://postmarkapp.com/developer/webhooks/bounce-webhook and its neighbours; types:
https://postmarkapp.com/developer/api/bounce-api#bounce-types. ``Details`` holds the server's answer (``smtp;550 ...``).
"""

from collections.abc import Iterator, Mapping

from prellbock.events import DeliveryEvent
from prellbock.sources.webhooks.fields import Fields, answered, said
from prellbock.sources.webhooks.provider import Provider
from prellbock.sources.webhooks.signatures import shared_secret

TYPES: Mapping[str, str] = {
    "AddressChange": "recipient_moved",
    "DnsError": "unknown_domain",
    "SpamNotification": "spam_content",
    "VirusNotification": "virus",
    "BadEmailAddress": "unknown_recipient",
    "ManuallyDeactivated": "suppressed",
    "InboundError": "system_error",
    "DMARCPolicy": "authentication_failed",
    "TemplateRenderingFailed": "malformed_message",
    "Blocked": "reputation",
}
"""``HardBounce`` and ``SoftBounce`` say no cause; ``Details`` does."""

_OTHER = {
    "Unsubscribe": "unsubscribe",
    "Subscribe": None,
    "AutoResponder": "auto_reply",
    "ChallengeVerification": "challenge_response",
    "OpenRelayTest": None,
    "Unknown": "bounced",
    "SpamComplaint": "complaint",
    "Transient": "deferred",
}
"""Of a bounce record, the types that are no bounces."""


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The event of one record."""
    reader = _READERS.get(item.text("RecordType") or "")
    event = reader(item) if reader else None
    if event is not None:
        event.message_id = item.text("MessageID")
        event.stream = item.text("MessageStream")
        event.meta = {**(event.meta or {}), "labels": item.labels("Tag", "Metadata")}
        yield event


def _bounce(item: Fields) -> DeliveryEvent | None:
    kind = item.text("Type") or "Unknown"
    outcome = _OTHER.get(kind, "bounced")
    if outcome is None:
        return None
    event = DeliveryEvent(
        id=f"postmark:{item.text('ID')}" if item.text("ID") else None,
        time=item.time("BouncedAt"),
        recipient=item.text("Email"),
        outcome=outcome,  # type: ignore[arg-type]
        sender=item.text("From"),
        feedback_type="abuse" if outcome == "complaint" else None,
    )
    category = TYPES.get(kind)
    if category != "suppressed" and outcome in ("bounced", "deferred"):
        answered(event, item.text("Details"))
    permanent = True if kind in ("HardBounce", "BadEmailAddress") else None
    return said(event, "postmark", kind, category, permanent=permanent)


def _delivery(item: Fields) -> DeliveryEvent:
    event = DeliveryEvent(
        id=f"postmark:delivery:{item.text('MessageID')}",
        time=item.time("DeliveredAt"),
        recipient=item.text("Recipient"),
        outcome="delivered",
    )
    return answered(event, item.text("Details"))


def _engagement(item: Fields) -> DeliveryEvent:
    return DeliveryEvent(
        time=item.time("ReceivedAt"),
        recipient=item.text("Recipient"),
        outcome="click" if item.text("RecordType") == "Click" else "open",
    )


def _subscription(item: Fields) -> DeliveryEvent | None:
    """Postmark's suppression of a stream: by the recipient, by the sender, or as the echo of a bounce or complaint."""
    reason, by_recipient = item.text("SuppressionReason"), item.text("Origin") == "Recipient"
    event = DeliveryEvent(time=item.time("ChangedAt"), recipient=item.text("Recipient"))
    if not item.true("SuppressSending"):
        event.outcome = "consent" if by_recipient else None
    elif reason == "ManualSuppression" and by_recipient:
        event.outcome = "unsubscribe"
    elif reason == "SpamComplaint":
        event.outcome, event.feedback_type = "complaint", "abuse"
    else:
        event.outcome = "bounced"
        said(event, "postmark", f"suppressed: {reason or ''}", "suppressed")
    return event if event.outcome else None


_READERS = {
    "Bounce": _bounce,
    "SpamComplaint": _bounce,
    "Delivery": _delivery,
    "Open": _engagement,
    "Click": _engagement,
    "SubscriptionChange": _subscription,
}


PROVIDER = Provider(
    name="postmark",
    title="Postmark",
    page="https://postmarkapp.com/developer/webhooks/webhooks-overview",
    secret="the password of basic authentication, or the value of a custom header X-Webhook-Secret",  # noqa: S106
    made_by="us",
    verify=shared_secret,
    events=events,
)
