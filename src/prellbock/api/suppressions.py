"""``GET /v1/suppressions``: everything that withholds mail, and the feed of what changed."""

from collections.abc import AsyncIterator, Iterator
from itertools import chain, islice
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Stream

from prellbock.api.installation import Here
from prellbock.api.problems import NDJSON, ProblemError
from prellbock.sources.record import RecordError, asked
from prellbock.store.contract import Withheld
from prellbock.withholding import LAST_SEQ, entries, line

_PART = 2000
"""Lines that are written at once."""

_encode = msgspec.json.Encoder().encode
Cursor = Annotated[
    int | None, QueryParameter(ge=0, le=LAST_SEQ, description="Only what changed after this sequence number.")
]
Moment = Annotated[str | None, QueryParameter(description="The list as it was then: RFC 3339, a date or Unix seconds.")]


@get("/v1/suppressions", media_type=NDJSON)
async def suppressions(installation: Here, since: Cursor = None, as_of: Moment = None) -> Stream:
    """NDJSON lines as ``prellbock suppressions`` prints them.

    With ``since`` the change feed, which also names who may be mailed again. The header ``Prellbock-Cursor`` is the
    value for the next ``since``.
    """
    if since is not None and as_of is not None:
        raise ProblemError(400, "since and as_of exclude each other: the feed has no past; leave one out")
    try:
        moment = asked(as_of) if as_of is not None else None
    except RecordError as error:
        raise ProblemError(400, f"as_of: {error}") from None
    # Read before the list, so that what changes meanwhile comes again rather than never.
    cursor = await installation.answering(installation.lists.cursor)
    found = entries(installation.lists, installation.policy, now=installation.clock(), since=since, as_of=moment)
    first = await installation.answering(_part, found)

    async def parts() -> AsyncIterator[bytes]:
        part = first
        while part:
            yield part
            part = await installation.answering(_part, found)

    return Stream(parts(), media_type=NDJSON, headers={"Prellbock-Cursor": str(max(cursor, since or 0))})


def _part(found: Iterator[Withheld]) -> bytes:
    return b"".join(chain.from_iterable((_encode(line(entry)), b"\n") for entry in islice(found, _PART)))
