"""Mailgun: ``GET /v3/DOMAIN/bounces``, ``/unsubscribes`` and ``/complaints``; each page links to the next.

The link of the last page leads to an empty one. Mailgun's API reference, "Suppressions". Accounts in the EU are at
``https://api.eu.mailgun.net``.
"""

import base64
from collections.abc import Iterator
from urllib.parse import quote

from prellbock.syncing.calling import Calling, SyncError, entries
from prellbock.syncing.provider import Page, Provider

LIMIT = 1000


def pages(call: Calling, domain: str) -> Iterator[Page]:
    for name in ("bounces", "complaints", "unsubscribes"):
        found = call.get(f"/v3/{quote(domain, safe='')}/{name}", limit=LIMIT)
        while rows := entries(found, "items"):
            yield f"mailgun-{name}", rows
            following = found.get("paging", {}).get("next")
            if not isinstance(following, str):
                raise SyncError("a page of Mailgun has no link to the next one: check the base URL")
            found = call.get(following)


PROVIDER = Provider(
    base="https://api.mailgun.net",
    headers=lambda key: {"authorization": "Basic " + base64.b64encode(f"api:{key}".encode()).decode()},
    pages=pages,
    key="a private API key of the region that the domain is in (API Security)",
    part="domain",
)
