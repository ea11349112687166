"""Twilio SendGrid: the event webhook, a JSON array.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event; its signature:
getting-started-event-webhook-security-features. ``reason`` or ``response`` holds the text, ``status`` may be missing,
custom arguments stand among the fields.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.webhooks.call import Call, RefusedError, Trust
from prellbock.sources.webhooks.fields import Fields, answered, said
from prellbock.sources.webhooks.provider import Provider
from prellbock.sources.webhooks.signatures import any_holds, from_base64, header, recent

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

TOLERANCE_SECONDS = 25 * 3600.0
"""SendGrid tries for 24 hours; whether a further try is signed anew it does not say."""

OUTCOMES: Mapping[str, Outcome] = {
    "delivered": "delivered",
    "deferred": "deferred",
    "bounce": "bounced",
    "dropped": "bounced",
    "spamreport": "complaint",
    "unsubscribe": "unsubscribe",
    "group_unsubscribe": "unsubscribe",
    "group_resubscribe": "consent",
    "open": "open",
    "click": "click",
}
"""``processed`` says nothing about a recipient."""

CLASSIFICATIONS: Mapping[str, str] = {
    "Invalid Address": "unknown_recipient",
    "Mailbox Unavailable": "mailbox_full",
    "Content": "policy",
    "Reputation": "reputation",
    "Frequency or Volume Too High": "rate_limited",
    "Technical Failure": "system_error",
}
"""``bounce_classification``, https://www.twilio.com/docs/sendgrid/ui/sending-email/bounce-and-block-classifications."""

DROPS: Mapping[str, str] = {
    "Bounced Address": "suppressed",
    "Unsubscribed Address": "unsubscribe",
    "Spam Reporting Address": "complaint",
    "Invalid": "unknown_recipient",
    "Invalid SMTPAPI header": "malformed_message",
    "Spam Content (if Spam Checker app is enabled)": "spam_content",
    "Recipient List over Package Quota": "rate_limited",
}
"""Why SendGrid itself did not send. An address that it calls bounced stands on its own suppression list."""


def verify(call: Call, trust: Trust) -> None:
    """ECDSA on P-256 with SHA-256 over time stamp and body; the key of a source is the base64 of its DER form."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

    stamp = header(call, "X-Twilio-Email-Event-Webhook-Timestamp")
    signature = from_base64(header(call, "X-Twilio-Email-Event-Webhook-Signature"), "the signature")
    recent(stamp, call.received, TOLERANCE_SECONDS)

    def holds(secret: str) -> bool:
        try:
            _key(secret).verify(signature, stamp.encode() + call.body, ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    any_holds(trust, holds, "the signature")


@lru_cache(256)
def _key(secret: str) -> "EllipticCurvePublicKey":
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    plain = "".join(line for line in secret.splitlines() if "-----" not in line)
    try:
        found = load_der_public_key(from_base64(plain.strip(), "the verification key"))
    except ValueError:
        found = None
    if not isinstance(found, EllipticCurvePublicKey):
        raise RefusedError("the verification key of this source is no key of SendGrid (MFkwEwYH...); set it again")
    return found


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The event of one object."""
    kind = item.text("event") or ""
    if kind not in OUTCOMES:
        return
    event = DeliveryEvent(
        id=f"sendgrid:{item.text('sg_event_id')}" if item.text("sg_event_id") else None,
        time=item.time("timestamp"),
        recipient=item.text("email"),
        outcome=OUTCOMES[kind],
        message_id=item.text("smtp-id") or _message(item.text("sg_message_id")),
        attempt=item.whole("attempt"),
        meta={"labels": {**item.labels("category"), **_arguments(item)}},
    )
    if kind == "dropped":
        yield _dropped(event, item)
        return
    if kind in ("bounce", "deferred", "delivered"):
        answered(event, item.text("reason", "response"), status=item.text("status"))
    if kind == "bounce":
        word = item.text("bounce_classification") or ""
        # "blocked" is a refusal of this message, "expired" three days of trying, "bounce" a refusal for good.
        fallback = "expired" if item.text("type") == "expired" else CLASSIFICATIONS.get(word)
        said(event, "sendgrid", word or item.text("type") or "bounce", fallback)
    if kind == "spamreport":
        event.feedback_type = "abuse"
    yield event


def _dropped(event: DeliveryEvent, item: Fields) -> DeliveryEvent:
    reason = item.text("reason") or ""
    category = DROPS.get(reason)
    if category in ("unsubscribe", "complaint"):
        # The recipient has said so before; this is the echo, at a later time, of what has had an event of its own.
        category = "suppressed"
    elif category is None:
        answered(event, reason, status=item.text("status"))
    return said(event, "sendgrid", f"dropped: {reason}"[:120], category)


_OWN = frozenset(
    {"email", "timestamp", "smtp-id", "event", "category", "sg_event_id", "sg_message_id", "reason", "status", "type",
     "response", "ip", "tls", "attempt", "useragent", "url", "url_offset", "bounce_classification", "asm_group_id",
     "sg_machine_open", "sg_content_type", "cert_err", "domain", "from", "pool", "send_at"}
)  # fmt: skip


def _arguments(item: Fields) -> dict[str, str]:
    return {name: value for name, value in item.record.items() if name not in _OWN and isinstance(value, str)}


def _message(identity: str | None) -> str | None:
    """``ID.filter...``: what stands before the first point is the same for all events of a message."""
    return identity.partition(".")[0] if identity else None


PROVIDER = Provider(
    name="sendgrid",
    title="Twilio SendGrid",
    page="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event",
    secret="the verification key that SendGrid shows where Signed Event Webhook is turned on",  # noqa: S106
    made_by="them",
    check_secret=_key,
    verify=verify,
    events=events,
)
