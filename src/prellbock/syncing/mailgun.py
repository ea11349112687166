"""Mailgun: ``GET /v3/DOMAIN/bounces``, ``/unsubscribes`` and ``/complaints``; each page links to the next.

The link of the last page leads to an empty one, or to itself, and is then that of the last page, too. ``POST`` takes up
to 1,000 entries as JSON, ``DELETE .../ADDRESS`` one. Mailgun's API reference, "Suppressions". Accounts in the EU are at
``https://api.eu.mailgun.net``.
"""

import base64
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from prellbock.syncing.calling import Calling, SyncError, entries
from prellbock.syncing.merging import Can
from prellbock.syncing.provider import Page, Provider, Refused

LIMIT = 1000
_LISTS = {"mailgun-bounces": "bounces", "mailgun-complaints": "complaints", "mailgun-unsubscribes": "unsubscribes"}


def pages(call: Calling, domain: str) -> Iterator[Page]:
    for kind in _LISTS:
        here = _path(domain, kind)
        found = call.get(here, limit=LIMIT)
        while rows := entries(found, "items"):
            yield kind, rows
            links = found.get("paging")
            following = links.get("next") if isinstance(links, dict) else None
            if not isinstance(following, str):
                raise SyncError("a page of Mailgun has no link to the next one: check the base URL")
            if following == here:
                if following == links.get("last"):
                    break
                raise SyncError("a page of Mailgun links to itself: tell Mailgun, and run it again later")
            here = following
            found = call.get(following)


def _path(domain: str, kind: str) -> str:
    return f"/v3/{quote(domain, safe='')}/{_LISTS[kind]}"


def add(call: Calling, domain: str, name: str, _status: str, addresses: Sequence[str]) -> Refused:
    # Without a tag an unsubscribe holds for the whole domain.
    more: dict[str, object] = {"tags": ["*"]} if name == "mailgun-unsubscribes" else {}
    call.send("POST", _path(domain, name), [{"address": each, **more} for each in addresses])
    return {}


def remove(call: Calling, domain: str, name: str, _status: str, addresses: Sequence[str]) -> Refused:
    for each in addresses:
        call.send("DELETE", f"{_path(domain, name)}/{quote(each, safe='@')}", missing=True)
    return {}


PROVIDER = Provider(
    title="Mailgun",
    base="https://api.mailgun.net",
    headers=lambda key: {"authorization": "Basic " + base64.b64encode(f"api:{key}".encode()).decode()},
    pages=pages,
    key="a private API key of the region that the domain is in (API Security)",
    part="domain",
    can=Can(
        writes={
            "suppressed": "mailgun-bounces", "paused": "mailgun-bounces", "complained": "mailgun-complaints",
            "unsubscribed": "mailgun-unsubscribes",
        },
    ),
    add=add,
    remove=remove,
    batch=1000,
)  # fmt: skip
