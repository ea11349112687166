"""Resend: one JSON object a request, signed after Standard Webhooks (Svix).

https://resend.com/docs/webhooks/emails/bounced. It sends through SES and passes on the type and subtype of its bounces
and a sentence of SES, seldom the server's own text (``diagnosticCode``).
"""

from collections.abc import Iterator, Mapping

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.webhooks import ses, standard_webhooks
from prellbock.sources.webhooks.call import Call
from prellbock.sources.webhooks.fields import Fields, answered, first_address, json_items, said
from prellbock.sources.webhooks.provider import Provider

OUTCOMES: Mapping[str, Outcome] = {
    "email.delivered": "delivered",
    "email.bounced": "bounced",
    "email.suppressed": "bounced",
    "email.failed": "bounced",
    "email.delivery_delayed": "deferred",
    "email.complained": "complaint",
    "email.opened": "open",
    "email.clicked": "click",
}


def items(call: Call) -> list[Mapping[str, object]]:
    """The object, with the id of the message of Svix, which is the same whenever it is sent again."""
    return [{**each, "svix-id": call.headers.get("svix-id") or call.headers.get("webhook-id")}
            for each in json_items(call.body)]  # fmt: skip


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The events of one object: one for each address of ``to``; which of several it was, Resend does not say."""
    kind, data = item.text("type") or "", item.at("data")
    if kind not in OUTCOMES:
        return
    outcome, addresses = OUTCOMES[kind], data.texts("to")
    if len(addresses) > 1 and outcome in ("complaint", "open", "click", "bounced"):
        return
    for address in addresses:
        event = DeliveryEvent(
            id=f"resend:{item.text('svix-id')}" if item.text("svix-id") else None,
            time=item.time("created_at"),
            recipient=first_address([address]),
            outcome=outcome,
            message_id=data.text("message_id", "email_id"),
            sender=first_address(data.texts("from")),
            campaign=data.text("broadcast_id"),
            feedback_type="abuse" if outcome == "complaint" else None,
            meta={"labels": _tags(data)},
        )
        if outcome in ("bounced", "deferred"):
            _explain(event, kind, data)
        yield event


def _explain(event: DeliveryEvent, kind: str, data: Fields) -> None:
    bounce = data.at("bounce")
    word = f"{bounce.text('type') or 'Undetermined'}/{bounce.text('subType') or 'Undetermined'}"
    message = bounce.text("message") or data.at("failed").text("reason") or ""
    suppressed = kind == "email.suppressed" or "suppressed sending to this address" in message
    category = "suppressed" if suppressed else ses.BOUNCES.get(word)
    diagnostics = bounce.texts("diagnosticCode")
    if diagnostics and not suppressed:
        answered(event, diagnostics[0])
    said(event, "resend", kind if kind != "email.bounced" else word, category,
         permanent=True if bounce.text("type") == "Permanent" and not suppressed else None)  # fmt: skip


def _tags(data: Fields) -> dict[str, str]:
    pairs = {each.text("name") or "": each.text("value") or "" for each in data.all("tags")}
    return pairs or data.labels("tags")


PROVIDER = Provider(
    name="resend",
    title="Resend",
    page="https://resend.com/docs/dashboard/webhooks/introduction",
    secret="the signing secret of the webhook (whsec_...)",  # noqa: S106
    made_by="them",
    check_secret=standard_webhooks.key_of,
    verify=standard_webhooks.verify,
    items=items,
    events=events,
)
