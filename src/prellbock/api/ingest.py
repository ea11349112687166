"""``POST /v1/events``: NDJSON events into the store, streamed."""

import asyncio
from collections.abc import Iterator
from typing import Any, BinaryIO

from litestar import Request, post

from prellbock.api.body import BodyError, BodyFile, unpacked
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.ingest import Ready, make_ready
from prellbock.ingest import ingest as bring_in
from prellbock.sources import ndjson
from prellbock.sources.batch import Bad

SOURCE = "http"
"""The source of batches that came this way, as the store remembers it."""
PACKINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True}


@post("/v1/events", status_code=200, request_max_body_size=None)
async def ingest(request: Request[Any, Any, Any], installation: Here) -> dict[str, object]:
    """The counts as ``prellbock ingest`` prints them, and ``bad_lines``: which lines were refused, and why.

    What is counted is stored for good when the answer comes. Sending the same body again changes nothing, so that is
    what to do after any error.
    """
    settings = installation.settings
    packing = request.headers.get("content-encoding", "").strip().lower()
    if packing not in PACKINGS:
        raise ProblemError(415, f"Content-Encoding {packing[:20]!r} is not understood; send gzip or none")
    if int(request.headers.get("content-length") or 0) > settings.most_body:
        raise ProblemError(413, f"the body is longer than {settings.most_body:,} octets; send it in parts")
    body = BodyFile(
        request.stream(), asyncio.get_running_loop(), most=settings.most_body, silent_seconds=settings.silent_seconds
    )
    if installation.stopping:
        body.interrupt()
    installation.reading.add(body)
    try:
        file = unpacked(body, is_gzip=PACKINGS[packing], most=settings.most_body)
        return await installation.ingesting(_ingest, installation, file)
    finally:
        installation.reading.discard(body)


def _ingest(installation: Installation, file: BinaryIO) -> dict[str, object]:
    """The blocking part, in a thread."""
    bad_lines: list[dict[str, object]] = []
    broken: list[BodyError] = []
    now = installation.clock()

    def ready() -> Iterator[Ready]:
        # A body that breaks off ends the batches; what came before it is kept and told.
        try:
            for batch in ndjson.read(file, SOURCE, now):
                yield make_ready(batch, installation.store.identity)
        except BodyError as error:
            broken.append(error)

    def on_bad(bad: Bad) -> None:
        installation.bad_lines += 1
        if len(bad_lines) < installation.settings.most_bad_lines:
            bad_lines.append({"line": int(bad.place.rpartition(":")[2]), "what": bad.what})

    counts = bring_in(
        ready(),
        store=installation.store,
        classifier=installation.classifier,
        now=now,
        on_bad=on_bad,
        maintain=False,
    )
    installation.maintain_if_due()
    told: dict[str, object] = {**counts, "bad_lines": bad_lines}
    if broken:
        raise ProblemError(broken[0].status, f"{broken[0]}; nothing is counted twice", **told)
    return told
