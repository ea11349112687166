"""What takes long to count: by a process of its own, so that look-ups keep their latency, and at most once an hour.

Until it has finished, what was counted before is told, at first nothing.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
FRESH_SECONDS = 3600.0


class Lasting(Protocol):
    """Where work is noted that ends when the server stops."""

    def add(self, work: "Beside[T]", /) -> None: ...
    def discard(self, work: "Beside[T]", /) -> None: ...


class Beside(Generic[T]):
    """What a command of `prellbock` prints about a data folder, read by ``read``. To be asked on the event loop."""

    def __init__(
        self, words: tuple[str, ...], read: Callable[[list[bytes]], T], folder: Path, lasting: Lasting,
        clock: Callable[[], float],
    ) -> None:  # fmt: skip
        self._words, self._read, self._folder = words, read, folder
        self._lasting, self._clock = lasting, clock
        self._known: T | None = None
        self._counted: float | None = None
        self._task: asyncio.Task[None] | None = None

    def known(self) -> T | None:
        """What was counted last; None before the first time. Begins another count where that is an hour ago."""
        is_fresh = self._counted is not None and self._clock() - self._counted < FRESH_SECONDS
        if not is_fresh and self._task is None:
            self._task = asyncio.create_task(self._count())
        return self._known

    def interrupt(self) -> None:
        """Ends the count: the server stops."""
        if self._task is not None:
            self._task.cancel()

    async def _count(self) -> None:
        self._lasting.add(self)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "prellbock", "--data", str(self._folder), *self._words,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            octets, _ = await process.communicate()
            if process.returncode == 0:
                self._known = self._read(octets.splitlines())
            # One that was killed is tried again in an hour, too.
            self._counted = self._clock()
        finally:
            if process.returncode is None:
                process.kill()
            self._lasting.discard(self)
            self._task = None
