"""Mailgun: one JSON object a request, or the form-encoded events of its older webhooks.

https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks: HMAC-SHA256 over time stamp and
token; the body is not under the signature. An event's ``id`` is unique only within a day
(https://documentation.mailgun.com/docs/mailgun/user-manual/events/events), so the day is part of ours.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.webhooks.call import Call, RefusedError, Trust, UnreadableError
from prellbock.sources.webhooks.fields import Fields, answered, json_items, said
from prellbock.sources.webhooks.provider import Provider
from prellbock.sources.webhooks.signatures import any_holds, mac, matches, recent

TOLERANCE_SECONDS = 12 * 3600.0
"""Mailgun tries for eight hours."""
DAY = 86_400

OUTCOMES: Mapping[str, Outcome] = {
    "delivered": "delivered",
    "failed": "bounced",
    "rejected": "bounced",
    "complained": "complaint",
    "unsubscribed": "unsubscribe",
    "opened": "open",
    "clicked": "click",
    # Names of the older webhooks.
    "bounced": "bounced",
    "dropped": "bounced",
}
"""``accepted``, ``stored`` and the like say nothing about a recipient."""

REASONS: Mapping[str, str] = {
    "suppress-bounce": "suppressed",
    "suppress-complaint": "suppressed",
    "suppress-unsubscribe": "suppressed",
    "hardfail": "suppressed",
    "greylisted": "greylisted",
    "old": "expired",
    "espblock": "reputation",
}
"""``bounce`` and ``generic`` say no cause. The older webhooks call a recipient who bounced before ``hardfail``."""


def items(call: Call) -> list[Mapping[str, object]]:
    """JSON, or a form, whose fields are made into the object that the newer webhooks send."""
    kind = call.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return json_items(call.body)
    if kind.startswith("multipart/form-data"):
        raise UnreadableError("the older webhooks send attachments along, which are not read: use the newer webhooks")
    return [_of_form(Fields(dict(parse_qsl(call.body.decode("utf-8", "replace"), max_num_fields=2000))))]


def _of_form(form: Fields) -> Mapping[str, object]:
    signature = {name: form.text(name) for name in ("timestamp", "token", "signature")}
    return {
        "signature": signature,
        "event-data": {
            "id": form.text("token"),
            "event": form.text("event"),
            "severity": "permanent",
            "reason": form.text("reason"),
            "recipient": form.text("recipient"),
            "timestamp": form.text("timestamp"),
            "message": {"headers": {"message-id": form.text("Message-Id", "message-id")}},
            "delivery-status": {
                "code": form.text("code"),
                "message": form.text("error", "notification", "description"),
            },
            "user-variables": form.labels("user-variables"),
        },
    }


def verify(call: Call, trust: Trust) -> None:
    """Hexadecimal HMAC-SHA256 over time stamp and token."""
    given = items(call)
    signature = Fields(given[0]).at("signature") if len(given) == 1 else Fields({})
    stamp, token, made = (signature.text(name) or "" for name in ("timestamp", "token", "signature"))
    if not (stamp and token and made):
        raise RefusedError("the object signature with timestamp, token and signature is missing")
    recent(stamp, call.received, TOLERANCE_SECONDS)
    message = f"{stamp}{token}".encode()
    any_holds(trust, lambda secret: matches(made.lower(), mac(secret.encode(), message).hex()), "signature")


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The event of one object."""
    data, told = item.at("event-data"), item.at("event-data").at("delivery-status")
    kind = data.text("event") or ""
    if kind not in OUTCOMES:
        return
    time = data.time("timestamp")
    reason = data.text("reason") or ""
    event = DeliveryEvent(
        id=f"mailgun:{int((time or 0.0) // DAY)}:{data.text('id') or item.at('signature').text('token')}",
        time=time,
        recipient=data.text("recipient"),
        outcome="deferred" if kind == "failed" and data.text("severity") == "temporary" else OUTCOMES[kind],
        message_id=data.at("message").at("headers").text("message-id"),
        sender=data.at("envelope").text("sender"),
        mx=told.text("mx-host"),
        attempt=told.whole("attempt-no"),
        feedback_type="abuse" if kind == "complained" else None,
        meta={"labels": {**data.labels("tags", "user-variables")}},
    )
    if kind in ("failed", "bounced", "dropped", "rejected", "delivered"):
        category = REASONS.get(reason)
        if category != "suppressed":
            # Codes above 599 and those that no server says (498) are Mailgun's own.
            code = told.whole("code")
            text = told.text("message") or told.text("description") or item.at("event-data").at("reject").text("reason")
            answered(event, text, None if code in (498, 499) else code, told.text("enhanced-code"))
        if kind != "delivered":
            said(event, "mailgun", f"{data.text('severity') or kind}: {reason}", category)
    yield event


PROVIDER = Provider(
    name="mailgun",
    title="Mailgun",
    page="https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhooks",
    secret="the HTTP webhook signing key of the account",  # noqa: S106
    made_by="them",
    verify=verify,
    items=items,
    events=events,
)
