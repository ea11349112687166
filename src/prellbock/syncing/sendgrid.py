"""Twilio SendGrid: ``GET /v3/suppression/...`` in pages of ``limit`` from ``offset``.

Bounces, invalid e-mails, spam reports and global unsubscribes. Blocks withhold nothing there and are not read; group
unsubscribes are another list, which is not read either. Nothing can be written to the list of bounces: what is
withheld here becomes a global unsubscribe (``POST /v3/asm/suppressions/global``). ``DELETE /v3/suppression/LIST`` takes
``emails``, ``DELETE /v3/asm/suppressions/global/EMAIL`` one. Twilio's API reference, "Suppressions"
(https://www.twilio.com/docs/sendgrid/api-reference). That all lists are paged alike is taken from its page on blocks.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from prellbock.syncing.calling import Calling, entries
from prellbock.syncing.merging import Can
from prellbock.syncing.provider import Page, Provider, Refused

LIMIT = 500
GLOBAL = "sendgrid-unsubscribes"
_LISTS = {
    "sendgrid-bounces": "bounces",
    "sendgrid-invalid": "invalid_emails",
    "sendgrid-spam": "spam_reports",
    GLOBAL: "unsubscribes",
}


def pages(call: Calling, _: str) -> Iterator[Page]:
    for kind, name in _LISTS.items():
        offset = 0
        while rows := entries(call.get(f"/v3/suppression/{name}", limit=LIMIT, offset=offset)):
            yield kind, rows
            offset += len(rows)


def add(call: Calling, _: str, _list: str, _status: str, addresses: Sequence[str]) -> Refused:
    call.send("POST", "/v3/asm/suppressions/global", {"recipient_emails": list(addresses)})
    return {}


def remove(call: Calling, _: str, name: str, _status: str, addresses: Sequence[str]) -> Refused:
    if name == GLOBAL:
        for each in addresses:
            call.send("DELETE", f"/v3/asm/suppressions/global/{quote(each, safe='@')}", missing=True)
    else:
        call.send("DELETE", f"/v3/suppression/{_LISTS[name]}", {"emails": list(addresses)}, missing=True)
    return {}


PROVIDER = Provider(
    title="SendGrid",
    base="https://api.sendgrid.com",
    headers=lambda key: {"authorization": f"Bearer {key}"},
    pages=pages,
    key="an API key that may read (and, to be written to, change) Suppressions (Settings, API Keys)",
    can=Can(writes=dict.fromkeys(("suppressed", "paused", "complained", "unsubscribed"), GLOBAL)),
    add=add,
    remove=remove,
    batch=200,
)
