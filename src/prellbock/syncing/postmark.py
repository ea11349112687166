"""Postmark: ``GET /message-streams/STREAM/suppressions/dump``, the whole list in one answer; ``POST .../suppressions``
and ``.../suppressions/delete`` with at most 50 addresses, each answered for itself.

Spam complaints cannot be deleted. postmarkapp.com/developer/api/suppressions-api.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from prellbock.syncing.calling import Calling, entries
from prellbock.syncing.merging import Can
from prellbock.syncing.provider import Page, Provider, Refused

LIST = "postmark"


def pages(call: Calling, stream: str) -> Iterator[Page]:
    yield LIST, entries(call.get(f"{_path(stream)}/dump"), "Suppressions")


def _path(stream: str) -> str:
    return f"/message-streams/{quote(stream, safe='')}/suppressions"


def add(call: Calling, stream: str, _list: str, _status: str, addresses: Sequence[str]) -> Refused:
    return _each(call, _path(stream), addresses)


def remove(call: Calling, stream: str, _list: str, _status: str, addresses: Sequence[str]) -> Refused:
    return _each(call, f"{_path(stream)}/delete", addresses)


def _each(call: Calling, path: str, addresses: Sequence[str]) -> Refused:
    found = call.send("POST", path, {"Suppressions": [{"EmailAddress": each} for each in addresses]})
    return {
        str(row.get("EmailAddress", "")).lower(): str(row.get("Message") or "it was not taken")
        for row in entries(found, "Suppressions")
        if row.get("Status") == "Failed"
    }


PROVIDER = Provider(
    title="Postmark",
    base="https://api.postmarkapp.com",
    headers=lambda key: {"x-postmark-server-token": key},
    pages=pages,
    key="the server's token (Servers, API Tokens)",
    part="stream",
    can=Can(
        writes=dict.fromkeys(("suppressed", "paused", "complained", "unsubscribed"), LIST),
        keeps=frozenset({(LIST, "complained")}),
    ),
    add=add,
    remove=remove,
    batch=50,
)
