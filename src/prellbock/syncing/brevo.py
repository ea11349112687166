"""Brevo: ``GET /v3/smtp/blockedContacts`` in pages of ``limit`` (at most 100) from ``offset``.

Nobody can add to that list; what is withheld here becomes a blocklisted contact (``POST /v3/contacts`` with
``emailBlacklisted``), which that list does not show. ``DELETE /v3/smtp/blockedContacts/EMAIL`` unblocks. Brevo's API
reference, "Get the list of blocked or unsubscribed transactional contacts", "Unblock or resubscribe a transactional
contact", "Create a contact"; ten requests a second for contacts, "Rate limits".
"""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from prellbock.syncing.calling import Calling, entries
from prellbock.syncing.merging import Can
from prellbock.syncing.provider import Page, Provider, Refused

LIMIT = 100
BLOCKED = "brevo"
CONTACTS = "brevo-contacts"


def pages(call: Calling, _: str) -> Iterator[Page]:
    offset = 0
    while True:
        found = call.get("/v3/smtp/blockedContacts", limit=LIMIT, offset=offset)
        count = found.get("count") if isinstance(found, dict) else None
        if isinstance(count, int) and "contacts" not in found and offset >= count:
            # Without any entry the answer has no `contacts`.
            return
        if not (rows := entries(found, "contacts")):
            return
        yield BLOCKED, rows
        offset += len(rows)


def add(call: Calling, _: str, _list: str, _status: str, addresses: Sequence[str]) -> Refused:
    refused: Refused = {}
    for each in addresses:
        found = call.send("GET", f"/v3/contacts/{quote(each, safe='@')}", missing=True)
        if isinstance(found, dict) and found.get("emailBlacklisted"):
            # Somebody else's doing, often the contact's own: ours to leave, and never to take back.
            refused[each] = "the contact is blocklisted already"
        else:
            call.send("POST", "/v3/contacts", {"email": each, "emailBlacklisted": True, "updateEnabled": True})
    return refused


def remove(call: Calling, _: str, name: str, _status: str, addresses: Sequence[str]) -> Refused:
    for each in addresses:
        if name == BLOCKED:
            call.send("DELETE", f"/v3/smtp/blockedContacts/{quote(each, safe='@')}", missing=True)
        else:
            call.send("POST", "/v3/contacts", {"email": each, "emailBlacklisted": False, "updateEnabled": True})
    return {}


PROVIDER = Provider(
    title="Brevo",
    base="https://api.brevo.com",
    headers=lambda key: {"api-key": key},
    pages=pages,
    key="an API key (SMTP & API, API Keys)",
    can=Can(
        writes=dict.fromkeys(("suppressed", "paused", "complained", "unsubscribed"), CONTACTS), shows_written=False
    ),
    add=add,
    remove=remove,
    per_second=10.0,
)
