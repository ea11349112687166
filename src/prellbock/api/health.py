"""``GET /health`` and ``HEAD /health``: is the server up, and can it reach its store? Open to everybody."""

import asyncio

import msgspec
from litestar import Response, get, head

from prellbock import __version__
from prellbock.api.auth.scopes import OPEN
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import problem
from prellbock.store.errors import StoreError

PATIENCE_SECONDS = 5.0


@get("/health", opt={OPEN: True}, media_type="application/json")
async def health(installation: Here) -> Response[bytes] | dict[str, str]:
    """200 with status, version and store; 503 while the store does not answer or the server is stopping."""
    return await told(installation)


async def told(installation: Installation) -> Response[bytes] | dict[str, str]:
    """The answer to ``GET /health``."""
    if installation.stopping:
        return problem(503, "the server is stopping", version=__version__)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await installation.answering(installation.lookups.cursor)
    except StoreError as error:
        return problem(503, str(error), version=__version__, store="unreachable")
    except TimeoutError:
        what = f"the store did not answer within {PATIENCE_SECONDS:.0f} s"
        return problem(503, what, version=__version__, store="unreachable")
    return {"status": "ok", "version": __version__, "store": "reachable"}


@head("/health", opt={OPEN: True}, include_in_schema=False)
async def health_without_body(installation: Here) -> Response[None]:
    """Status code and headers of ``GET /health``, as load balancers ask for it (RFC 9110 section 9.3.2)."""
    answer = await told(installation)
    if not isinstance(answer, Response):
        answer = Response(msgspec.json.encode(answer), media_type="application/json")
    length = {"content-length": str(len(answer.content))}
    return Response(None, status_code=answer.status_code, media_type=answer.media_type, headers=length)
