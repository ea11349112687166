"""``GET /v1/suppressions``: everything that withholds mail, as one stream of lines or page by page."""

from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter
from litestar.response import Stream

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import NDJSON, ProblemError
from prellbock.sources.record import RecordError, asked
from prellbock.store.contract import Withheld
from prellbock.withholding import Entry, entries, entry_of

_PART = 2000
"""Lines that are written at once."""

_encode = msgspec.json.Encoder().encode_lines
Limit = Annotated[int | None, QueryParameter(ge=1, le=10_000, description="Entries of one page, as JSON.")]
Cursor = Annotated[str | None, QueryParameter(description="The `next` of the page before.")]
Moment = Annotated[str | None, QueryParameter(description="The list as it was then: RFC 3339, a date or Unix seconds.")]


class Page(msgspec.Struct, frozen=True):
    """A part of the list."""

    items: list[Entry]
    next: str | None
    """The cursor of the next page; null at the end."""
    changes: str
    """The cursor with which `GET /v1/changes` goes on; keep that of the first page."""


@get("/v1/suppressions", opt={NEEDS: "feed"}, media_type=NDJSON)
async def suppressions(
    installation: Here, limit: Limit = None, cursor: Cursor = None, as_of: Moment = None
) -> Stream | Response[bytes]:
    """NDJSON lines as ``prellbock suppressions`` prints them; with ``limit`` a page as JSON.

    The header ``Prellbock-Cursor`` (of pages: ``changes``) is the cursor with which ``GET /v1/changes`` goes on.
    """
    if as_of is not None and (limit is not None or cursor is not None):
        raise ProblemError(400, "the list as it was then comes in one piece: leave limit and cursor out")
    if limit is not None or cursor is not None:
        page = await installation.answering(_page, installation, limit or 1000, cursor)
        return Response(msgspec.json.encode(page), media_type="application/json")
    try:
        moment = asked(as_of) if as_of is not None else None
    except RecordError as error:
        raise ProblemError(400, f"as_of: {error}") from None
    # Read before the list, so that what changes meanwhile comes again rather than never.
    feed = await installation.answering(_feed_cursor, installation)
    found = entries(installation.lists, installation.policy, now=installation.clock(), as_of=moment)
    first = await installation.answering(_part, found)

    async def parts() -> AsyncIterator[bytes]:
        part = first
        while part:
            yield part
            part = await installation.answering(_part, found)

    return Stream(parts(), media_type=NDJSON, headers={"Prellbock-Cursor": feed})


def _page(installation: Installation, limit: int, cursor: str | None) -> Page:
    feed = _feed_cursor(installation)
    store = installation.lists
    since, restarted = installation.cursors.read(store, cursor, "list") if cursor else (0, False)
    if restarted:
        raise ProblemError(410, "the store was restored from a back-up since this list was begun: begin anew")
    found = store.withheld(installation.clock(), installation.policy, since=since)
    items = [entry_of(each) for each in islice(found, limit + 1)]
    more = len(items) > limit
    items = items[:limit]
    return Page(items, installation.cursors.write(store, items[-1].seq, "list") if more else None, feed)


def _feed_cursor(installation: Installation) -> str:
    return installation.cursors.write(installation.lists, installation.lists.cursor(), "feed")


def _part(found: Iterator[Withheld]) -> bytes:
    return _encode([entry_of(entry) for entry in islice(found, _PART)])
