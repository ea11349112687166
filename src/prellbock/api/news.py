"""``GET /v1/news``: how far the store is, asked once or followed as server-sent events, for pages that stay open."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.response import Stream

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.changes import EVENTS
from prellbock.api.installation import Here, Installation
from prellbock.times import rfc3339

_LOOK_SECONDS = 2.0
_ALIVE_LOOKS = 7
"""After so many looks without news a comment is sent, so that proxies keep the connection."""


class News(msgspec.Struct, frozen=True):
    """How far the store is."""

    newest_input: str | None
    decision: int
    """Number of the newest entry of the ledger."""


@get("/v1/news", opt={NEEDS: "read"})
async def news(request: Request[Any, Any, Any], installation: Here) -> Response[News] | Stream:
    """How far the store is: enough to know whether it is worth asking again.

    With ``Accept: text/event-stream`` a stream of events ``news``, whose ``data`` is such an answer: one at once, then
    one whenever input was recorded or a status has changed.
    """
    if EVENTS in request.headers.get("accept", ""):
        return Stream(_follow(installation), media_type=EVENTS, headers={"Cache-Control": "no-store"})
    return Response(await installation.answering(_now, installation), headers={"Cache-Control": "no-store"})


async def _follow(installation: Installation) -> AsyncIterator[bytes]:
    told: News | None = None
    quiet = 0
    while not installation.stopping:
        found = await installation.answering(_now, installation)
        quiet += 1
        if found != told:
            told, quiet = found, 0
            yield b"event: news\ndata: %s\n\n" % msgspec.json.encode(found)
        elif quiet % _ALIVE_LOOKS == 0:
            yield b": nothing new\n\n"
        await asyncio.sleep(_LOOK_SECONDS)


def _now(installation: Installation) -> News:
    store = installation.lookups
    return News(rfc3339(store.newest_input()), store.cursor())
