"""Mailjet: one JSON object, or an array where events are grouped; no signature, so a secret comes along.

https://dev.mailjet.com/email/guides/webhooks/ (and guides/_event-api.md of github.com/mailjet/api-documentation): there
is no text of the server, only ``error_related_to`` and ``error`` of a fixed table; ``sent`` means accepted by the
recipient's server. A bounce for greylisting is tried again.
"""

from collections.abc import Iterator, Mapping

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.webhooks.fields import Fields, answered, said
from prellbock.sources.webhooks.provider import Provider
from prellbock.sources.webhooks.signatures import shared_secret

OUTCOMES: Mapping[str, Outcome] = {
    "sent": "delivered",
    "bounce": "bounced",
    "blocked": "bounced",
    "spam": "complaint",
    "unsub": "unsubscribe",
    "open": "open",
    "click": "click",
}

ERRORS: Mapping[str, str] = {
    "user unknown": "unknown_recipient",
    "mailbox inactive": "inactive_recipient",
    "quota exceeded": "mailbox_full",
    "blacklisted": "suppressed",
    "spam reporter": "suppressed",
    "invalid domain": "unknown_domain",
    "no mail host": "network",
    "relay/access denied": "relay_denied",
    "greylisted": "greylisted",
    "typofix": "unknown_domain",
    "bad or empty template": "malformed_message",
    "error in template language": "malformed_message",
    "sender blocked": "reputation",
    "content blocked": "spam_content",
    "policy issue": "policy",
    "system issue": "system_error",
    "protocol issue": "protocol_error",
    "connection issue": "network",
    "preblocked": "suppressed",
    "duplicate in campaign": "policy",
}


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The event of one object."""
    kind = item.text("event") or ""
    if kind not in OUTCOMES:
        return
    error = item.text("error") or ""
    message = item.text("Message_GUID", "MessageID", "mj_message_id")
    event = DeliveryEvent(
        id=f"mailjet:{message}:{kind}:{item.text('time')}" if message else None,
        time=item.time("time"),
        recipient=item.text("email"),
        outcome="deferred" if error == "greylisted" else OUTCOMES[kind],
        message_id=message,
        campaign=item.text("customcampaign"),
        feedback_type="abuse" if kind == "spam" else None,
        meta={"labels": {**item.labels("Payload"), "CustomID": item.text("CustomID") or ""}},
    )
    if kind == "sent":
        # ``sent (250 2.0.0 OK ...)``
        answered(event, (item.text("smtp_reply") or "").removeprefix("sent (").removesuffix(")"))
    elif kind in ("bounce", "blocked"):
        if comment := item.text("comment"):
            answered(event, comment)
        permanent = True if kind == "bounce" and item.true("hard_bounce") else None
        said(event, "mailjet", f"{item.text('error_related_to') or ''}/{error}", ERRORS.get(error), permanent=permanent)
    yield event


PROVIDER = Provider(
    name="mailjet",
    title="Mailjet",
    page="https://dev.mailjet.com/email/guides/webhooks/",
    secret="the password of basic authentication, in the address of the endpoint",  # noqa: S106
    made_by="us",
    verify=shared_secret,
    events=events,
)
