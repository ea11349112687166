"""``/health`` and ``/ready``: does the process live, and should requests be sent to it? Open to everybody.

A supervisor restarts what is not healthy; a load balancer leaves out what is not ready. So a store that cannot be
reached for a moment makes the server unready, never unhealthy: a restart would mend nothing.
"""

import asyncio
import shutil

import msgspec
from litestar import Response, get, head

from prellbock import __version__
from prellbock.api.auth.scopes import OPEN
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import problem
from prellbock.store.errors import StoreError

PATIENCE_SECONDS = 5.0
LEAST_FREE = 64 << 20
"""Octets that must be free where the data folder is: with less, the next batches would fail."""


class Health(msgspec.Struct, frozen=True):
    """The process lives."""

    status: str
    version: str


class Ready(msgspec.Struct, frozen=True):
    """Requests may come."""

    status: str
    version: str
    store: str
    worker: str


@get("/health", opt={OPEN: True}, media_type="application/json")
async def health() -> Health:
    """200 as long as the process answers at all."""
    return _alive()


@head("/health", opt={OPEN: True}, include_in_schema=False)
async def health_without_body() -> Response[None]:
    """Status code and headers of ``GET /health``, as load balancers ask for it (RFC 9110 section 9.3.2)."""
    return _without_body(Response(msgspec.json.encode(_alive()), media_type="application/json"))


@get("/ready", opt={OPEN: True}, media_type="application/json")
async def ready(installation: Here) -> Response[bytes]:
    """200 if requests may come; 503 while the store does not answer, its disk is full, or the server is stopping."""
    return await told(installation)


@head("/ready", opt={OPEN: True}, include_in_schema=False)
async def ready_without_body(installation: Here) -> Response[None]:
    """Status code and headers of ``GET /ready``."""
    return _without_body(await told(installation))


def _alive() -> Health:
    return Health("ok", __version__)


async def told(installation: Installation) -> Response[bytes]:
    """The answer to ``GET /ready``."""
    if installation.stopping:
        return problem(503, "the server is stopping", version=__version__)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            free = await installation.answering(_free, installation)
    except StoreError as error:
        return problem(503, str(error), version=__version__, store="unreachable")
    except TimeoutError:
        what = f"the store did not answer within {PATIENCE_SECONDS:.0f} s"
        return problem(503, what, version=__version__, store="unreachable")
    if free < LEAST_FREE:
        what = f"only {free >> 20} MiB are free where the data folder is: free some space"
        return problem(503, what, version=__version__, store="full")
    # A worker that has died is started again by the next body.
    worker = "running" if installation.worker.is_alive else "to be started"
    return Response(msgspec.json.encode(Ready("ok", __version__, "reachable", worker)), media_type="application/json")


def _free(installation: Installation) -> int:
    installation.lookups.cursor()
    return shutil.disk_usage(installation.folder).free


def _without_body(answer: Response[bytes]) -> Response[None]:
    length = {"content-length": str(len(answer.content))}
    return Response(None, status_code=answer.status_code, media_type=answer.media_type, headers=length)
