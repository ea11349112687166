"""What every resource works on: the store, read-only looks at it, the rules, and threads to run them in."""

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from prellbock.alarming.settings import Channels, Guarded
from prellbock.api.cursors import Cursors
from prellbock.api.hindsight import Hindsight
from prellbock.api.problems import ProblemError
from prellbock.api.settings import Settings
from prellbock.api.traces import Off, Tracing
from prellbock.api.watch import Watch
from prellbock.classify.classifier import Classifier
from prellbock.doors.state import Shown
from prellbock.drafting.replay import Replays
from prellbock.history.policy import Policy
from prellbock.learn.proposals import Proposing
from prellbock.store.contract import Store
from prellbock.store.destinations import Publishes
from prellbock.store.exports import Exports
from prellbock.store.reports import Reports
from prellbock.store.syncs import Syncs

P = ParamSpec("P")
T = TypeVar("T")


class Interruptible(Protocol):
    """What lasts longer than an answer should when the server stops: a body that is read, a feed that is followed."""

    def interrupt(self) -> None:
        """Ends it: the server stops."""


class Takes(Protocol):
    """The process that judges and records bodies."""

    def connect(self) -> socket.socket:
        """A socket for one body."""

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""


class Installation:
    """One data folder being served.

    ``worker`` takes bodies of events and mails. ``store`` writes what people and probes change. ``lookups`` answers
    short questions and ``lists`` long ones; both wait for no writer. ``figures`` are more looks like
    ``lists``, so that the many counts of a page do not wait for each other; without them ``lists`` answers these too.
    """

    def __init__(
        self,
        store: Store,
        lookups: Store,
        lists: Store,
        settings: Settings,
        worker: Takes,
        secret: bytes,
        clock: Callable[[], float] = time.time,
        *,
        folder: Path,
        tracing: Tracing | None = None,
        outbox: Publishes | None = None,
        exports: Exports | None = None,
        syncs: Syncs | None = None,
        reports: Reports | None = None,
        figures: Sequence[Store] = (),
        guarded: tuple[Guarded, Channels] = (Guarded(), Channels()),
    ) -> None:
        self.store, self.lookups, self.lists = store, lookups, lists
        self.settings, self.worker, self.clock = settings, worker, clock
        self.folder, self._outbox, self._exports = folder, outbox, exports
        self._reports = reports
        self._syncs = syncs
        self._figures = cycle(figures or (lists,))
        self.tracing = tracing or Off()
        self.guarded, self.channels = guarded
        self.cursors = Cursors(secret)
        self.secret = secret
        self.watch = Watch(lambda: self.answering(lookups.cursor))
        self.replays = Replays()
        self.proposing = Proposing()
        self.bad_lines = 0
        """Bad lines of all bodies since the start."""
        self.doors: list[Shown] = []
        """How the doors that are configured are now."""
        self.stopping = False
        self.lasting: set[Interruptible] = set()
        self.hindsight = Hindsight(lists, folder, self.lasting, clock)
        self._answers = ThreadPoolExecutor(4, "answer")

    @property
    def figures(self) -> Store:
        """What counts and searches, each time another one. To be asked for on the event loop."""
        return next(self._figures)

    @property
    def publishes(self) -> bool:
        """Whether the store sends decisions out by itself."""
        return self._outbox is not None

    @property
    def outbox(self) -> Publishes:
        """Where decisions go, in stores that send by themselves. Raises `ProblemError` (501)."""
        if self._outbox is None:
            raise ProblemError(501, "this installation sends decisions by its cloud stack, not by itself")
        return self._outbox

    @property
    def writes_files(self) -> bool:
        """Whether the store knows exports."""
        return self._exports is not None

    @property
    def exports(self) -> Exports:
        """What is written to files, in stores that do so. Raises `ProblemError` (501)."""
        if self._exports is None:
            raise ProblemError(501, "this installation writes no files by itself: GET /v1/suppressions gives the list")
        return self._exports

    @property
    def keeps_alike(self) -> bool:
        """Whether the store keeps lists of providers alike with ours."""
        return self._syncs is not None

    @property
    def syncs(self) -> Syncs:
        """Lists that are kept alike, in stores that do so. Raises `ProblemError` (501)."""
        if self._syncs is None:
            raise ProblemError(501, "this installation keeps no lists alike: read GET /v1/changes and write them there")
        return self._syncs

    @property
    def shares_reports(self) -> bool:
        """Whether the store knows links and mails of reports."""
        return self._reports is not None

    @property
    def reports(self) -> Reports:
        """Links and mails of reports, in stores that keep them. Raises `ProblemError` (501)."""
        if self._reports is None:
            raise ProblemError(501, "this installation shares no reports: GET /v1/reports/{month} tells them")
        return self._reports

    @property
    def classifier(self) -> Classifier:
        """Judges by the rules in force."""
        return self.lookups.classifier

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.lookups.policy

    async def answering(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a short piece of blocking work in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._answers, lambda: work(*args, **kwargs))

    def stop(self) -> None:
        """Lets running batches finish and reads no more. To be called on the event loop."""
        self.stopping = True
        for lasting in list(self.lasting):
            lasting.interrupt()
        self.watch.interrupt()

    def close(self) -> None:
        """Waits for the threads; the stores are their owner's to close."""
        self._answers.shutdown(wait=True)


Here = NamedDependency[SkipValidation[Installation]]
"""How a resource asks for the installation."""
