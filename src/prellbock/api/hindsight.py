"""What became of those whom verdicts called dead, and from when somebody counts as dead.

Of little it is counted at once; of much beside the server (`prellbock.api.beside`).
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from prellbock.alarming.drift import Drift, drift
from prellbock.api.beside import Beside, Lasting
from prellbock.classify.model import shipped_model
from prellbock.history.outcomes import Count, Kinds
from prellbock.learn.survival import State, states
from prellbock.store.contract import Store
from prellbock.times import rfc3339

AT_ONCE = 20_000
"""Stored bounces up to which the answer waits for the count."""
_MOST_SPANS = 16
"""Spans of drift that are remembered."""


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
        self._store = store
        self._beside: Callable[[tuple[str, ...]], Beside[list[Drift]]] = lambda words: Beside(
            ("learn", "drift", "--json", *words), _drifts, folder, lasting, clock
        )
        self._clock = clock
        self._drifts: dict[tuple[int, float | None], Beside[list[Drift]]] = {}
        self._kinds: Beside[Kinds] = Beside(("outcomes", "--json", "--verdicts"), _kinds, folder, lasting, clock)
        self._states = Beside(("learn", "thresholds", "--all"), _states, folder, lasting, clock)

    async def kinds(self) -> Kinds:
        """By kind of verdict, what became of the recipients."""
        if await asyncio.to_thread(self._is_little):
            return await asyncio.to_thread(self._store.verdict_outcomes)
        return self._kinds.known() or {}

    async def states(self) -> list[State] | None:
        """What became of recipients by how often and how long they had failed; None as long as that is counted."""
        if await asyncio.to_thread(self._is_little):
            return states(await asyncio.to_thread(self._store.bounce_histories))
        return self._states.known()

    async def drift(self, days: int, until: float | None) -> list[Drift] | None:
        """What drifts in so many days before ``until`` (None: now); None as long as that is counted."""
        if await asyncio.to_thread(self._is_little):
            end = self._clock() if until is None else until
            return await asyncio.to_thread(drift, self._store, shipped_model(), end, days=days)
        span = (days, until)
        counted = self._drifts.pop(span, None)
        if counted is None:
            words = ("--days", str(days), *(("--until", rfc3339(until)) if until is not None else ()))
            counted = self._beside(words)
        # The spans that were asked for last are kept.
        self._drifts[span] = counted
        if len(self._drifts) > _MOST_SPANS:
            del self._drifts[next(iter(self._drifts))]
        return counted.known()

    def _is_little(self) -> bool:
        return self._store.totals().get("events_bounced", 0) <= AT_ONCE


def _kinds(lines: list[bytes]) -> Kinds:
    found = [msgspec.json.decode(line, type=_Line) for line in lines]
    return {(line.by, line.name): Count(line.recipients, line.mailed_again, line.alive) for line in found}


def _drifts(lines: list[bytes]) -> list[Drift]:
    return [msgspec.json.decode(line, type=Drift) for line in lines]


def _states(lines: list[bytes]) -> list[State]:
    """Of all lines those that are a state; the recommendations that follow are not."""
    return [
        msgspec.json.decode(line, type=State) for line in lines if b'"recipients"' in line and b'"current"' not in line
    ]
