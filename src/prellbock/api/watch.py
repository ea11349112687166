"""Waiting for the next decision: the long poll and the stream of the change feed."""

import asyncio
from collections.abc import Awaitable, Callable

_LOOK_SECONDS = 0.25
"""How often the ledger is looked at while somebody waits for it to grow."""


class Watch:
    """Waits for the ledger to grow, for everybody who follows the feed together: one look at the store serves all."""

    def __init__(self, newest: Callable[[], Awaitable[int]]) -> None:
        """``newest`` tells the newest sequence number of the ledger."""
        self._newest = newest
        self._stopped = False
        self._looking: asyncio.Task[None] | None = None
        self._grown = asyncio.Event()
        self._waiting = 0

    async def beyond(self, seq: int, seconds: float) -> bool:
        """Waits until the ledger has an entry after ``seq``; False after so many seconds, or when the server stops."""
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                while not self._stopped:
                    grown = self._grown
                    if await self._newest() > seq:
                        return True
                    if self._looking is None or self._looking.done():
                        self._looking = asyncio.create_task(self._look(seq))
                    await grown.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting -= 1
        return False

    def interrupt(self) -> None:
        """Lets nobody wait any longer."""
        self._stopped = True
        self._tell()

    def _tell(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()

    async def _look(self, seq: int) -> None:
        """Looks at the store while somebody waits."""
        while self._waiting and not self._stopped:
            newest = await self._newest()
            if newest != seq:
                seq = newest
                self._tell()
            await asyncio.sleep(_LOOK_SECONDS)
