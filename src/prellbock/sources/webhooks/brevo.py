"""Brevo (Sendinblue): one JSON object a request; no signature, so a secret comes along.

https://developers.brevo.com/docs/transactional-webhooks. Of the times only ``ts_epoch`` (milliseconds) is in UTC;
``ts`` and ``ts_event`` are in an unknown zone, ``date`` in that of the account (observed by django-anymail,
tests/test_brevo_webhooks.py). Some events have seconds in ``ts_epoch``. ``id`` is that of the account.
"""

from collections.abc import Iterator, Mapping

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.record import RecordError
from prellbock.sources.webhooks.fields import Fields, answered, said
from prellbock.sources.webhooks.provider import Provider
from prellbock.sources.webhooks.signatures import shared_secret

OUTCOMES: Mapping[str, Outcome] = {
    "delivered": "delivered",
    "hard_bounce": "bounced",
    "soft_bounce": "bounced",
    "blocked": "bounced",
    "invalid_email": "bounced",
    "error": "bounced",
    "deferred": "deferred",
    "spam": "complaint",
    "complaint": "complaint",
    "unsubscribed": "unsubscribe",
    "list_addition": "consent",
    "opened": "open",
    "unique_opened": "open",
    "proxy_open": "open",
    "unique_proxy_open": "open",
    "click": "click",
}
"""``request`` says nothing about a recipient."""

CATEGORIES: Mapping[str, str] = {
    "invalid_email": "unknown_recipient",
    "blocked": "suppressed",
    "error": "system_error",
}

_PREFIXES = ("recipienterror:", "undefined ", "550 recipienterror:", "senderror:")
_MILLISECONDS = 1e11


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The event of one object."""
    kind = item.text("event") or ""
    if kind not in OUTCOMES:
        return
    outcome = OUTCOMES[kind]
    if kind == "list_addition":
        return  # a list of the sender's, not the recipient's own doing
    event = DeliveryEvent(
        time=_time(item),
        recipient=item.text("email"),
        outcome=outcome,
        message_id=item.text("message-id"),
        feedback_type="abuse" if outcome == "complaint" else None,
        meta={"labels": item.labels("tag", "tags", "X-Mailin-custom")},
    )
    if outcome in ("bounced", "deferred"):
        category = CATEGORIES.get(kind)
        if category != "suppressed":
            answered(event, _without_prefix(item.text("reason") or ""))
        said(event, "brevo", kind, category, permanent=True if kind == "hard_bounce" else None)
        if kind == "deferred" and event.smtp_code is not None and event.smtp_code >= 500:
            # Observed: a refusal for good, reported as deferred.
            event.outcome = "bounced"
    yield event


def _time(item: Fields) -> float | None:
    """None where only times of an unknown zone are there: the moment of receipt is nearer than those."""
    found = item.record.get("ts_epoch")
    if isinstance(found, str) and found.isdigit():
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    seconds = found / 1000 if found >= _MILLISECONDS else float(found)
    if not 0 < seconds < 1e11:
        raise RecordError(f"ts_epoch: {found!r} is not a time")
    return seconds


def _without_prefix(reason: str) -> str:
    for prefix in _PREFIXES:
        if reason.lower().startswith(prefix):
            return reason[len(prefix) :].strip()
    return reason


PROVIDER = Provider(
    name="brevo",
    title="Brevo",
    page="https://developers.brevo.com/docs/transactional-webhooks",
    secret="the bearer token, or the password of basic authentication",  # noqa: S106
    made_by="us",
    verify=shared_secret,
    events=events,
)
