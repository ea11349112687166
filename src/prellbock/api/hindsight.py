"""What became of those whom verdicts called dead, for the list of rules: counted anew at most once an hour.

Of little it is counted at once. Of much a process of its own counts it, so that look-ups keep their latency; until it
has finished, what was counted before is told, at first nothing.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from prellbock.history.outcomes import Count, Kinds
from prellbock.store.contract import Store

AT_ONCE = 20_000
"""Stored bounces up to which the answer waits for the count."""
FRESH_SECONDS = 3600.0


class Lasting(Protocol):
    """Where work is noted that ends when the server stops."""

    def add(self, work: "Hindsight", /) -> None: ...
    def discard(self, work: "Hindsight", /) -> None: ...


class _Line(msgspec.Struct):
    """A line of ``prellbock outcomes --verdicts``."""

    by: str
    name: str
    recipients: int
    mailed_again: int
    alive: int


class Hindsight:
    """What is known of one installation. To be asked on the event loop."""

    def __init__(self, store: Store, folder: Path, lasting: Lasting, clock: Callable[[], float]) -> None:
        self._store, self._folder, self._lasting, self._clock = store, folder, lasting, clock
        self._known: Kinds = {}
        self._counted: float | None = None
        self._task: asyncio.Task[None] | None = None

    async def kinds(self) -> Kinds:
        """By kind of verdict, what became of the recipients."""
        found = await asyncio.to_thread(self._of_little)
        if found is not None:
            return found
        is_fresh = self._counted is not None and self._clock() - self._counted < FRESH_SECONDS
        if not is_fresh and self._task is None:
            self._task = asyncio.create_task(self._count())
        return self._known

    def interrupt(self) -> None:
        """Ends the count: the server stops."""
        if self._task is not None:
            self._task.cancel()

    def _of_little(self) -> Kinds | None:
        if self._store.totals().get("events_bounced", 0) > AT_ONCE:
            return None
        return self._store.verdict_outcomes()

    async def _count(self) -> None:
        self._lasting.add(self)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "prellbock", "--data", str(self._folder), "outcomes", "--json", "--verdicts",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            octets, _ = await process.communicate()
            if process.returncode == 0:
                lines = [msgspec.json.decode(line, type=_Line) for line in octets.splitlines()]
                self._known = {(line.by, line.name): Count(line.recipients, line.mailed_again, line.alive)
                               for line in lines}  # fmt: skip
            # One that was killed is tried again in an hour, too.
            self._counted = self._clock()
        finally:
            if process.returncode is None:
                process.kill()
            self._lasting.discard(self)
            self._task = None
