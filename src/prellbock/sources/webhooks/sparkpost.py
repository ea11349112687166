"""SparkPost (Bird): a JSON array of ``{"msys": {KIND: {...}}}``; a ping is an empty ``msys``.

https://developers.sparkpost.com/api/webhooks/; ``bounce_class``:
https://support.sparkpost.com/docs/deliverability/bounce-classification-codes. Numbers come as text.
"""

from collections.abc import Iterator, Mapping

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.webhooks.fields import Fields, answered, said
from prellbock.sources.webhooks.provider import Provider
from prellbock.sources.webhooks.signatures import shared_secret

OUTCOMES: Mapping[str, Outcome] = {
    "delivery": "delivered",
    "bounce": "bounced",
    "out_of_band": "bounced",
    "policy_rejection": "bounced",
    "generation_rejection": "bounced",
    "generation_failure": "bounced",
    "delay": "deferred",
    "spam_complaint": "complaint",
    "list_unsubscribe": "unsubscribe",
    "link_unsubscribe": "unsubscribe",
    "open": "open",
    "initial_open": "open",
    "click": "click",
}

CLASSES: Mapping[str, str] = {
    "10": "unknown_recipient",
    "20": "system_error",
    "21": "network",
    "22": "mailbox_full",
    "23": "message_too_large",
    "24": "expired",
    "25": "suppressed",
    "30": "policy",
    "40": "system_error",
    "50": "policy",
    "51": "reputation",
    "52": "spam_content",
    "53": "virus",
    "54": "relay_denied",
    "60": "auto_reply",
    "70": "rate_limited",
    "80": "unsubscribe",
    "90": "unsubscribe",
    "100": "challenge_response",
}
"""1 (undetermined) is not known. 21 is a failure of DNS; 25, an administrative failure, its own suppression list."""

_OTHER: Mapping[str, Outcome] = {
    "60": "auto_reply",
    "80": "unsubscribe",
    "90": "unsubscribe",
    "100": "challenge_response",
}
"""Bounce classes of mails that are no bounces."""


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The event of one object."""
    kinds = item.at("msys").record
    for kind in kinds:
        told = item.at("msys").at(kind)
        if (word := told.text("type") or "") in OUTCOMES:
            yield _event(told, word)


def _event(told: Fields, kind: str) -> DeliveryEvent:
    bounce_class = told.text("bounce_class") or ""
    category = CLASSES.get(bounce_class)
    outcome = OUTCOMES[kind]
    if outcome == "bounced":
        outcome = _OTHER.get(bounce_class, outcome)
    event = DeliveryEvent(
        id=f"sparkpost:{told.text('event_id')}" if told.text("event_id") else None,
        time=told.time("timestamp"),
        # What it was given; ``rcpt_to`` is that in lower case.
        recipient=told.text("raw_rcpt_to", "rcpt_to"),
        outcome=outcome,
        message_id=told.text("message_id", "transmission_id"),
        sender=told.text("msg_from"),
        campaign=told.text("campaign_id"),
        attempt=told.whole("num_retries"),
        feedback_type=told.text("fbtype") or "abuse" if outcome == "complaint" else None,
        meta={"labels": {**told.labels("rcpt_tags", "rcpt_meta")}},
    )
    reason = told.text("raw_reason", "reason")
    suppressed = category == "suppressed" or (kind == "generation_rejection" and "suppressed" in (reason or ""))
    if outcome in ("bounced", "deferred", "delivered") and not suppressed:
        answered(event, reason, told.whole("error_code"))
    if outcome not in ("delivered", "open", "click"):
        said(event, "sparkpost", f"{kind}/{bounce_class}", "suppressed" if suppressed else category)
    return event


PROVIDER = Provider(
    name="sparkpost",
    title="SparkPost",
    page="https://developers.sparkpost.com/api/webhooks/",
    secret="the password of basic authentication",  # noqa: S106
    made_by="us",
    verify=shared_secret,
    events=events,
)
