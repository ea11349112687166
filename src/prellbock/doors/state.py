"""How is a door? What the server, its metrics and its alarms are told."""

from collections import Counter
from collections.abc import Mapping
from typing import Literal

import msgspec

Condition = Literal["starting", "open", "failing", "closed"]


class Shown(msgspec.Struct, frozen=True):
    """A door at one moment. Times are Unix seconds UTC; counts are since the door was opened first."""

    name: str
    kind: str
    condition: Condition
    since: float
    problem: str | None
    """Why it fails, and since when it does: ``since``."""
    last: float | None
    """When something came in."""
    arrivals: int
    counts: Mapping[str, int]
    """As `prellbock.ingest.ingest` gives them, and ``apart``."""
    at: str | None = None
    """Where it listens."""


class State:
    """One door's, kept by the thread that works on it."""

    def __init__(self, name: str, kind: str, now: float) -> None:
        self.name, self.kind = name, kind
        self.condition: Condition = "starting"
        self.since = now
        self.problem: str | None = None
        self.at: str | None = None
        self.last: float | None = None
        self.arrivals = 0
        self.counts: Counter[str] = Counter()

    def opened(self, now: float, at: str | None = None) -> None:
        """It works."""
        self.at = at or self.at
        self._turn("open", None, now)

    def failed(self, problem: str, now: float) -> None:
        """It does not; it will be tried again."""
        self._turn("failing", problem, now)

    def closed(self, now: float) -> None:
        """It has ended as it should."""
        self._turn("closed", None, now)

    def took(self, counts: Counter[str], arrivals: int, now: float) -> None:
        """Something has come in and is stored."""
        self.opened(now)
        if arrivals:
            self.last = now
        self.arrivals += arrivals
        self.counts += counts

    def shown(self) -> Shown:
        """What is told of it."""
        return Shown(self.name, self.kind, self.condition, self.since, self.problem, self.last, self.arrivals,
                     dict(self.counts), self.at)  # fmt: skip

    def _turn(self, condition: Condition, problem: str | None, now: float) -> None:
        if condition != self.condition:
            self.since = now
        self.condition, self.problem = condition, problem
