"""``GET /v1/changes``: the change feed. Asked now and then, waited for, or followed as server-sent events."""

from collections.abc import AsyncIterator
from itertools import islice
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.response import Stream

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.troubles import StopRecord, stop_record
from prellbock.withholding import Entry, entry_of

EVENTS = "text/event-stream"
_ALIVE_SECONDS = 15.0
"""A follower hears something at least so often, so that proxies keep the connection."""
_AT_ONCE = 500
"""Changes that a follower gets in one event."""

Cursor = Annotated[str | None, QueryParameter(description="Where to go on; without it from the beginning.")]
Limit = Annotated[int, QueryParameter(ge=1, le=10_000, description="Changes at most.")]
Wait = Annotated[float, QueryParameter(ge=0, le=60, description="Seconds to wait for the next change.")]


class Changes(msgspec.Struct, frozen=True):
    """A piece of the feed."""

    items: list[Entry]
    cursor: str
    """Where to go on. Keep it once the items are dealt with."""
    more: bool
    """Whether there is more at once."""
    restarted: bool
    """The ledger is another (an older back-up was restored): the feed begins anew, forget what you hold."""
    stops: list[StopRecord] = []
    """Campaigns that should stop and that nobody has let go on, as of now."""


@get("/v1/changes", opt={NEEDS: "feed"})
async def changes(
    request: Request[Any, Any, Any], installation: Here, cursor: Cursor = None, limit: Limit = 1000, wait: Wait = 0
) -> Response[bytes] | Stream:
    """What became of everybody whose status changed after the cursor, those included who may be mailed again.

    With ``Accept: text/event-stream`` a stream of events ``changes``, whose ``data`` is such an answer and whose ``id``
    is the cursor; ``Last-Event-ID`` goes on from there.
    """
    if EVENTS in request.headers.get("accept", ""):
        cursor = request.headers.get("last-event-id") or cursor
        first = await installation.answering(_piece, installation, cursor, _AT_ONCE)
        return Stream(_follow(installation, first), media_type=EVENTS, headers={"Cache-Control": "no-store"})
    found, seq = await installation.answering(_piece, installation, cursor, limit)
    if not found.items and wait and await installation.watch.beyond(seq, wait):
        found, seq = await installation.answering(_piece, installation, found.cursor, limit)
    return Response(msgspec.json.encode(found), media_type="application/json", headers={"Cache-Control": "no-store"})


def _piece(installation: Installation, cursor: str | None, limit: int) -> tuple[Changes, int]:
    """The next piece, and the sequence number at its end."""
    store = installation.lists
    since, restarted = installation.cursors.read(store, cursor, "feed") if cursor else (0, False)
    # Read before the entries, so that what changes meanwhile comes again rather than never.
    newest = store.cursor()
    found = [entry_of(each) for each in islice(store.changes(since), limit + 1)]
    more = len(found) > limit
    items = found[:limit]
    stops = [stop_record(each) for each in store.stops()]
    end = items[-1].seq if more else max(newest, since, *(item.seq for item in items[-1:]))
    return Changes(items, installation.cursors.write(store, end, "feed"), more, restarted, stops), end


async def _follow(installation: Installation, first: tuple[Changes, int]) -> AsyncIterator[bytes]:
    found, seq = first
    # The first event comes at once, so that a follower without any cursor has one.
    yield _event(found)
    while not installation.stopping:
        if not found.more and not await installation.watch.beyond(seq, _ALIVE_SECONDS):
            yield b": nothing new\n\n"
            continue
        found, seq = await installation.answering(_piece, installation, found.cursor, _AT_ONCE)
        if found.items:
            yield _event(found)


def _event(found: Changes) -> bytes:
    return b"id: %s\nevent: changes\ndata: %s\n\n" % (found.cursor.encode(), msgspec.json.encode(found))
