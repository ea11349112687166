"""Brevo: ``GET /v3/smtp/blockedContacts`` in pages of ``limit`` (at most 100) from ``offset``.

Brevo's API reference, "Get the list of blocked or unsubscribed transactional contacts".
"""

from collections.abc import Iterator

from prellbock.syncing.calling import Calling, entries
from prellbock.syncing.provider import Page, Provider

LIMIT = 100


def pages(call: Calling, _: str) -> Iterator[Page]:
    offset = 0
    while True:
        found = call.get("/v3/smtp/blockedContacts", limit=LIMIT, offset=offset)
        # Without any entry the answer has no `contacts`.
        if not (rows := entries(found, "contacts") if "contacts" in found else []):
            return
        yield "brevo", rows
        offset += len(rows)


PROVIDER = Provider(
    base="https://api.brevo.com",
    headers=lambda key: {"api-key": key},
    pages=pages,
    key="an API key (SMTP & API, API Keys)",
)
