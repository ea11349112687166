"""listmonk: blocklisted subscribers, ``GET /api/subscribers`` page by page.

Who is no subscriber yet becomes a blocklisted one (``POST /api/subscribers``), who is one is blocklisted
(``PUT /api/subscribers/blocklist``); ``PUT /api/subscribers/ID`` enables again, with name, lists and attributes as they
were. listmonk's documentation, "API / Subscribers" (https://listmonk.app/docs/apis/subscribers/).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from prellbock.syncing.calling import Calling, SyncError, entries
from prellbock.syncing.merging import Can
from prellbock.syncing.provider import Page, Provider, Refused

LIMIT = 500
LIST = "listmonk-subscribers"


def pages(call: Calling, _: str) -> Iterator[Page]:
    page = 1
    while True:
        found = call.get(
            "/api/subscribers", query="subscribers.status = 'blocklisted'", page=page, per_page=LIMIT,
            order_by="id", order="ASC",
        )  # fmt: skip
        if not (rows := entries(found, "data", "results")):
            return
        yield LIST, rows
        if len(rows) < LIMIT:
            return
        page += 1


def add(call: Calling, _: str, _list: str, _status: str, addresses: Sequence[str]) -> Refused:
    known = _known(call, addresses)
    if known:
        call.send("PUT", "/api/subscribers/blocklist", {"ids": [row["id"] for row in known.values()]})
    for each in addresses:
        if each not in known:
            body = {"email": each, "name": each.partition("@")[0], "status": "blocklisted", "lists": []}
            call.send("POST", "/api/subscribers", body)
    return {}


def remove(call: Calling, _: str, _list: str, _status: str, addresses: Sequence[str]) -> Refused:
    for each, row in _known(call, addresses).items():
        body = {
            "email": each, "name": row.get("name") or each, "status": "enabled", "attribs": row.get("attribs") or {},
            "lists": [of["id"] for of in row.get("lists") or [] if isinstance(of, dict) and "id" in of],
            "preconfirm_subscriptions": True,
        }  # fmt: skip
        call.send("PUT", f"/api/subscribers/{row['id']}", body)
    return {}


def _known(call: Calling, addresses: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Those who are subscribers. An address is quoted as SQL wants it: listmonk takes conditions alone."""
    if unsafe := next((each for each in addresses if "\\" in each or "\0" in each), None):
        raise SyncError(f"{unsafe!r} cannot be looked for: listmonk takes no such signs in a question")
    quoted = ", ".join("'" + each.replace("'", "''") + "'" for each in addresses)
    found = call.get(
        "/api/subscribers", query=f"subscribers.email IN ({quoted})", page=1, per_page=max(1, len(addresses))
    )
    rows = entries(found, "data", "results")
    return {str(row["email"]).lower(): row for row in rows if isinstance(row.get("id"), int) and row.get("email")}


PROVIDER = Provider(
    title="listmonk",
    base="",
    headers=lambda key: {"authorization": f"token {key}"},
    pages=pages,
    key="an API user and its token, USER:TOKEN (Admin, Users)",
    can=Can(writes=dict.fromkeys(("suppressed", "paused", "complained", "unsubscribed"), LIST)),
    add=add,
    remove=remove,
    batch=50,
)
