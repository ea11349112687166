"""What all publishers share: the ledger read once for all, and their progress written together."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from prellbock.publishing.messages import message_of
from prellbock.sinks.message import Message
from prellbock.store.destinations import Outgoing, Progress, Publishes

T = TypeVar("T")
Page = list[tuple[Outgoing, Message]]

_AT_ONCE = 500
"""Decisions of a page."""
_PAGES = 64
"""Pages that are kept: destinations that are behind each read their own."""
FRESH_SECONDS = 30.0
"""What was read is read again after so long, so that nothing goes out about people who are erased meanwhile."""
_LOOK_SECONDS = 0.25
"""How often is looked for new decisions, and progress written."""


class Outbox:
    """The ledger as publishers see it. To be used on one event loop."""

    def __init__(self, store: Publishes, source: str, executor: Executor) -> None:
        """``store`` is asked in ``executor``; ``source`` names the installation in messages."""
        self.store, self.source = store, source
        self._executor = executor
        self._pages: OrderedDict[int, tuple[float, Page]] = OrderedDict()
        """By the sequence number before them: when they grow stale (seconds of the loop), and what is in them."""
        self._reading: dict[int, asyncio.Task[Page]] = {}
        self._progress: list[Progress] = []
        self._grown = asyncio.Event()
        self._newest = 0

    async def asking(self, work: Callable[[], T]) -> T:
        """Runs a piece of work on the store."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def page(self, after: int) -> Page:
        """The next decisions after a sequence number, with their messages; empty at the end."""
        if (kept := self._pages.get(after)) is not None and asyncio.get_running_loop().time() < kept[0]:
            self._pages.move_to_end(after)
            return kept[1]
        if after >= self._newest:
            return []
        if (reading := self._reading.get(after)) is None:
            reading = self._reading[after] = asyncio.create_task(self._read(after))
        try:
            return await asyncio.shield(reading)
        finally:
            self._reading.pop(after, None)

    async def _read(self, after: int) -> Page:
        found = await self.asking(lambda: self._page(after))
        # A page that is not full grows, and is read again.
        if len(found) == _AT_ONCE:
            self._pages[after] = asyncio.get_running_loop().time() + FRESH_SECONDS, found
            self._pages.move_to_end(after)
            while len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        return found

    def _page(self, after: int) -> Page:
        return [(each, message_of(each, self.source)) for each in self.store.outgoing(after, _AT_ONCE)]

    async def certain(self, seqs: list[int]) -> dict[int, tuple[Outgoing, Message]]:
        """Certain decisions by sequence number; those of erased people are missing."""
        found = await self.asking(lambda: self.store.outgoing_of(seqs))
        return {each.seq: (each, message_of(each, self.source)) for each in found}

    @property
    def newest(self) -> int:
        """The newest sequence number that has been seen."""
        return self._newest

    async def beyond(self, seq: int) -> None:
        """Waits until the ledger has an entry after ``seq``."""
        while self._newest <= seq:
            await self._grown.wait()

    def note(self, progress: Progress) -> None:
        """Lets progress be written soon. What was sent and is not written when the process dies is sent again."""
        self._progress.append(progress)

    async def flush(self) -> None:
        """Writes all progress that is noted."""
        progress, self._progress = self._progress, []
        if progress:
            try:
                await self.asking(lambda: self.store.progressed(progress))
            except BaseException:
                self._progress = progress + self._progress
                raise

    async def keep_current(self) -> None:
        """Looks for new decisions and writes progress until it is cancelled. Raises `StoreError`."""
        while True:
            newest = await self.asking(self.store.newest_outgoing)
            if newest != self._newest:
                if newest < self._newest:
                    self._pages.clear()
                self._newest = newest
                self._grown.set()
                self._grown = asyncio.Event()
            await self.flush()
            await asyncio.sleep(_LOOK_SECONDS)
