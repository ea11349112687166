"""Postmark: ``GET /message-streams/STREAM/suppressions/dump``, the whole list in one answer.

postmarkapp.com/developer/api/suppressions-api.
"""

from collections.abc import Iterator
from urllib.parse import quote

from prellbock.syncing.calling import Calling, entries
from prellbock.syncing.provider import Page, Provider


def pages(call: Calling, stream: str) -> Iterator[Page]:
    yield "postmark", entries(call.get(f"/message-streams/{quote(stream, safe='')}/suppressions/dump"), "Suppressions")


PROVIDER = Provider(
    base="https://api.postmarkapp.com",
    headers=lambda key: {"x-postmark-server-token": key},
    pages=pages,
    key="the server's token (Servers, API Tokens)",
    part="stream",
)
