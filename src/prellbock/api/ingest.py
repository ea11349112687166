"""``POST /v1/events``, ``/v1/mails`` and ``/v1/files``: what happened, into the store, streamed."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
import structlog
from litestar import Request, post
from litestar.params import QueryParameter

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.api.worker.frames import Task
from prellbock.api.worker.parent import Body
from prellbock.sources.registry import FORMATS

Kind = Literal["events", "mails", "file"]
Format = Annotated[str, QueryParameter(name="format", description="auto, ndjson, csv, mail, postfix, ses ...")]
PACKINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True}


@post("/v1/events", opt={NEEDS: "ingest"}, status_code=200, request_max_body_size=None)
async def ingest(request: Request[Any, Any, Any], installation: Here) -> dict[str, object]:
    """The counts as ``prellbock ingest`` prints them, and ``bad_lines``: which lines were refused, and why.

    The body is NDJSON, one event a line; a single event is a body of one line. What is counted is stored for good when
    the answer comes. Sending the same body again changes nothing, so that is what to do after any error.
    """
    return await _taken("events", request, installation)


@post("/v1/mails", opt={NEEDS: "ingest"}, status_code=200, request_max_body_size=None)
async def ingest_mails(request: Request[Any, Any, Any], installation: Here) -> dict[str, object]:
    """One mail as it came (RFC 5322), or an mbox; answered like ``POST /v1/events``, ``line`` is the mail's number."""
    return await _taken("mails", request, installation)


@post("/v1/files", opt={NEEDS: "ingest"}, status_code=200, request_max_body_size=None)
async def ingest_file(
    request: Request[Any, Any, Any], installation: Here, format_: Format = "auto"
) -> dict[str, object]:
    """A file as ``prellbock ingest`` reads it: NDJSON, CSV, mails, a log, a provider's payload; packed or not.

    Answered like ``POST /v1/events``. What it is, its first octets tell, unless ``format`` names it.
    """
    if format_ not in FORMATS:
        raise ProblemError(400, f"format: there is no {format_[:20]!r}; there are {', '.join(FORMATS)}")
    return await _taken("file", request, installation, format_)


async def _taken(
    kind: Kind, request: Request[Any, Any, Any], installation: Installation, format_: str = "auto"
) -> dict[str, object]:
    settings = installation.settings
    packing = request.headers.get("content-encoding", "").strip().lower()
    if packing not in PACKINGS:
        raise ProblemError(415, f"Content-Encoding {packing[:20]!r} is not understood; send gzip or none")
    if int(request.headers.get("content-length") or 0) > settings.most_body:
        raise ProblemError(413, f"the body is longer than {settings.most_body:,} octets; send it in parts")
    return await taken(kind, request.stream(), installation, is_gzip=PACKINGS[packing], format_=format_)


async def taken(
    kind: Kind, chunks: AsyncIterator[bytes], installation: Installation, *, is_gzip: bool = False,
    format_: str = "auto",
) -> dict[str, object]:  # fmt: skip
    """Hands a body to the worker and tells what became of it. Raises `ProblemError`."""
    settings = installation.settings
    body = Body(chunks, most=settings.most_body)
    if installation.stopping:
        body.interrupt()
    task = Task(
        kind,
        is_gzip,
        settings.most_body,
        settings.most_bad_lines,
        installation.clock(),
        structlog.contextvars.get_contextvars().get("request"),
        installation.tracing.parent(),
        format_=format_,
    )
    installation.lasting.add(body)
    try:
        outcome = await body.send(await installation.answering(installation.worker.connect), task)
    finally:
        installation.lasting.discard(body)
    installation.bad_lines += outcome.counts.get("bad", 0)
    told: dict[str, object] = {**outcome.counts, "bad_lines": msgspec.to_builtins(outcome.bad_lines)}
    if (failure := outcome.failure) is None:
        return told
    if failure.status >= 500:
        raise ProblemError(failure.status, failure.what, **told)
    raise ProblemError(failure.status, f"{failure.what}; nothing is counted twice", **told)
