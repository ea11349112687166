"""Mandrill (Mailchimp Transactional): a form with a JSON array in ``mandrill_events``.

https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests:
base64 of HMAC-SHA1 over the address of the webhook, followed by each name and value of the form, sorted by name. The
address counts as it was configured at Mandrill, whatever proxies make of it; there is no time under the signature.
"""

import base64
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.webhooks.call import Call, RefusedError, Trust, UnreadableError
from prellbock.sources.webhooks.fields import Fields, answered, json_items, said
from prellbock.sources.webhooks.provider import Provider
from prellbock.sources.webhooks.signatures import any_holds, header, mac, matches

OUTCOMES: Mapping[str, Outcome] = {
    "delivered": "delivered",
    "hard_bounce": "bounced",
    "soft_bounce": "bounced",
    "deferral": "deferred",
    "reject": "bounced",
    "spam": "complaint",
    "unsub": "unsubscribe",
    "open": "open",
    "click": "click",
}
"""``send`` says nothing about a recipient."""

DESCRIPTIONS: Mapping[str, str] = {
    "bad_mailbox": "unknown_recipient",
    "invalid_domain": "unknown_domain",
    "mailbox_full": "mailbox_full",
    "message_too_large": "message_too_large",
    "spam": "spam_content",
    "spam_block": "reputation",
    "virus": "virus",
    "relaying_denied": "relay_denied",
    "dns_failure": "network",
    "connection_failed": "network",
    "message_expired": "expired",
    "no_answer": "network",
    "policy_related": "policy",
    "inactive_mailbox": "inactive_recipient",
}
"""``bounce_description``; ``general`` and ``undetermined`` say no cause."""


def _form(call: Call) -> list[tuple[str, str]]:
    try:
        return parse_qsl(call.body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=100)
    except ValueError as error:
        raise UnreadableError(f"the body is no form ({error})") from None


def items(call: Call) -> list[Mapping[str, object]]:
    """The objects in ``mandrill_events``."""
    for name, value in _form(call):
        if name == "mandrill_events":
            return json_items(value.encode())
    raise UnreadableError("the field mandrill_events is missing in the form")


def verify(call: Call, trust: Trust) -> None:
    """See the page named above."""
    given = header(call, "X-Mandrill-Signature")
    if not (address := trust.options.get("url")):
        raise RefusedError("this source has no option url; set it to the address as it stands at Mandrill")
    message = address + "".join(name + value for name, value in sorted(_form(call)))

    def holds(secret: str) -> bool:
        return matches(given, base64.b64encode(mac(secret.encode(), message.encode(), "sha1")))

    any_holds(trust, holds, "X-Mandrill-Signature")


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The event of one object."""
    if item.text("type") in ("blacklist", "allowlist", "whitelist"):
        yield from _list(item)
        return
    kind, message = item.text("event") or "", item.at("msg")
    if kind not in OUTCOMES:
        return
    event = DeliveryEvent(
        # One message bounces once; opens and clicks are told by their times.
        id=f"mandrill:{item.text('_id') or message.text('_id')}:{kind}:{item.text('ts')}",
        time=item.time("ts"),
        recipient=message.text("email"),
        outcome=OUTCOMES[kind],
        message_id=message.text("_id"),
        sender=message.text("sender"),
        feedback_type="abuse" if kind == "spam" else None,
        meta={"labels": message.labels("tags", "metadata")},
    )
    if kind in ("hard_bounce", "soft_bounce", "deferral"):
        word = message.text("bounce_description") or kind
        answered(event, message.text("diag"))
        said(event, "mandrill", word, DESCRIPTIONS.get(word), permanent=True if kind == "hard_bounce" else None)
    elif kind == "reject":
        said(event, "mandrill", "reject", "suppressed")
    yield event


def _list(item: Fields) -> Iterator[DeliveryEvent]:
    """Changes of Mandrill's own rejection list: an address that was added is mirrored."""
    reject = item.at("reject")
    if item.text("type") == "blacklist" and item.text("action") == "add":
        event = DeliveryEvent(recipient=reject.text("email"), outcome="bounced", time=reject.time("last_event_at"))
        yield said(event, "mandrill", f"list: {reject.text('reason') or ''}", "suppressed")


PROVIDER = Provider(
    name="mandrill",
    title="Mandrill",
    page="https://mailchimp.com/developer/transactional/docs/webhooks/",
    secret="the key that Mandrill shows beside the webhook",  # noqa: S106
    made_by="them",
    verify=verify,
    items=items,
    events=events,
    options={"url": "the address of the webhook exactly as it stands at Mandrill, with query"},
    needs=("url",),
)
