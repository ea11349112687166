"""``POST /v1/demo``: a simulated month, for who wants to look around before there is any input."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, post

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.ingest import taken
from prellbock.api.installation import Here, Installation
from prellbock.api.logs import log
from prellbock.api.problems import ProblemError

RESPONSES = 100_000
"""About so many events: enough to fill every page, in seconds."""


class DemoBegun(msgspec.Struct, frozen=True):
    """About how many events are coming in."""

    responses: int


@post("/v1/demo", opt={NEEDS: "admin"}, status_code=202)
async def load_demo(request: Request[Principal, Any, Any], installation: Here, access: Door) -> DemoBegun:
    """Brings the latest month of a simulated shop into an installation without input; it comes in some seconds.

    It cannot be taken out again: for mail of your own begin with an empty data folder.
    """
    is_loading = any(isinstance(each, _Loading) for each in installation.lasting)
    if is_loading or await installation.answering(installation.lists.newest_input) is not None:
        raise ProblemError(409, "there is input already; demo data would mix with it: begin with an empty data folder")
    await access.record(request.user, "demo.load", str(RESPONSES))
    _Loading(installation)
    return DemoBegun(RESPONSES)


class _Loading:
    """The month on its way into the store."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        installation.lasting.add(self)
        self._task = asyncio.create_task(self._load())

    def interrupt(self) -> None:
        """Ends it: the server stops."""
        self._task.cancel()

    async def _load(self) -> None:
        try:
            await taken("events", self._month(), self._installation)
        except ProblemError as error:
            log.error("the demo data could not be loaded", what=error.detail)
        finally:
            self._installation.lasting.discard(self)

    async def _month(self) -> AsyncIterator[bytes]:
        # The simulation is loaded only where it is wanted.
        from prellbock.simulate import month

        now = datetime.fromtimestamp(self._installation.clock(), UTC)
        lines = month.lines(RESPONSES, month.begin_of(now))
        while (some := await self._installation.answering(next, lines, None)) is not None:
            yield b"".join(some)
