"""What every resource works on: the store, two read-only looks at it, the rules, and threads to run them in."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, Protocol, TypeVar

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from prellbock.api.settings import Settings
from prellbock.history.policy import Policy
from prellbock.pipeline import Classifies
from prellbock.store.contract import Store

P = ParamSpec("P")
T = TypeVar("T")


class Interruptible(Protocol):
    """A request body that is being read."""

    def interrupt(self) -> None:
        """Ends the reading: the server stops."""


class Installation:
    """One data folder being served.

    ``store`` writes. ``lookups`` answers short questions and ``lists`` long ones; both wait for no writer.
    """

    def __init__(
        self,
        store: Store,
        lookups: Store,
        lists: Store,
        classifier: Classifies,
        settings: Settings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.store, self.lookups, self.lists = store, lookups, lists
        self.classifier, self.settings, self.clock = classifier, settings, clock
        self.bad_lines = 0
        """Bad lines of all bodies since the start."""
        self.stopping = False
        self.reading: set[Interruptible] = set()
        self._maintained = 0.0
        self._ingests = ThreadPoolExecutor(settings.ingests, "ingest")
        self._answers = ThreadPoolExecutor(4, "answer")

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.lookups.policy

    async def ingesting(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs what reads and writes a body in a thread of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._ingests, lambda: work(*args, **kwargs))

    async def answering(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a short piece of blocking work in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._answers, lambda: work(*args, **kwargs))

    def maintain_if_due(self) -> None:
        """Runs the store's housekeeping now and then."""
        now = self.clock()
        if now - self._maintained >= self.settings.maintain_seconds:
            self._maintained = now
            self.store.maintain(now)

    def stop(self) -> None:
        """Lets running batches finish and reads no more. To be called on the event loop."""
        self.stopping = True
        for body in list(self.reading):
            body.interrupt()

    def close(self) -> None:
        """Waits for the threads; the stores are their owner's to close."""
        self._ingests.shutdown(wait=True)
        self._answers.shutdown(wait=True)


Here = NamedDependency[SkipValidation[Installation]]
"""How a resource asks for the installation."""
