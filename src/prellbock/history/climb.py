"""How far up its ladder has a history come? The days of failure, oldest first, taken step after step.

Days are read from bits, as far as they are needed: a history of hundreds of days costs no more than its first steps.
"""

from collections.abc import Sequence

import msgspec

from prellbock.history.failures import DAY, Report
from prellbock.history.model import HistoryRule, Step

HOUR = 3600.0


class Days:
    """The days on which a message failed that had not failed before, none of them cleared by a delivery."""

    __slots__ = ("_earliest", "_exact", "_heavy", "_rest", "_top", "_weight", "found")

    def __init__(
        self,
        bits: int,
        top: int,
        earliest: float,
        exact: dict[int, list[Report]],
        heavy: int = 0,
        weight: int = 1,
    ) -> None:
        """``bits``, ``top`` and ``earliest`` as in `Failures`; ``exact``: day → first reports of what failed then.

        ``heavy``: the bits of days that count for ``weight`` days.
        """
        self._rest, self._top, self._earliest, self._exact = bits, top, earliest, exact
        self._heavy, self._weight = heavy, weight
        self.found: list[int] = []
        """The days that were read, oldest first."""

    def read(self) -> bool:
        """Reads one day more into ``found``; False when there is none."""
        rest = self._rest
        if not rest:
            return False
        place = rest.bit_length() - 1
        self._rest = rest ^ (1 << place)
        self.found.append(self._top - place)
        return True

    def skip_until(self, time: float) -> None:
        """Forgets the days before a time; of its own day it keeps what failed at or after the time."""
        place = self._top - int(time // DAY)
        self._rest = self._rest & ((1 << place + 1) - 1) if place >= 0 else 0
        if self._rest >> max(place, 0) & 1 and place >= 0 and self.time(self._top - place) < time:
            self._rest ^= 1 << place
        self.found = [day for day in self.found if self.time(day) >= time]

    def time(self, day: int) -> float:
        """When the latest message of that day failed; for days no longer known exactly the earliest time of any day."""
        reports = self._exact.get(day)
        return reports[-1].time if reports else day * DAY + self._earliest

    def count(self, first: int, last: int) -> int:
        """The weight of ``found[first]`` to ``found[last]``."""
        if self._weight == 1:
            return last - first + 1
        return sum(self._weight if self._heavy >> (self._top - d) & 1 else 1 for d in self.found[first : last + 1])

    def events(self, days: Sequence[int]) -> tuple[int, ...]:
        """The keys of what failed on these days, as far as they are known; at most the last 50."""
        exact = self._exact
        return tuple([report.event for day in days if day in exact for report in exact[day]][-50:])

    def is_partial(self, days: Sequence[int]) -> bool:
        """Whether any of these days is no longer known exactly."""
        return not self._exact.keys() >= set(days)

    def known(self) -> list[int]:
        """The days that are known exactly."""
        return sorted(self._exact)

    def cell(self, day: int) -> int | None:
        """The cell of the day's latest failure; None where it is no longer known."""
        reports = self._exact.get(day)
        return reports[-1].cell if reports else None


class Reached(msgspec.Struct, gc=False):
    """Where a ladder has been left. ``step`` is None below the first."""

    step: Step | None
    days: list[int]
    """The days counted for it."""
    until: float | None = None
    last: float = 0.0
    """Time of the last failure that was looked at."""


def climb(rule: HistoryRule, days: Days) -> Reached:
    """Takes the steps of a rule in the order of time. There must be at least one day."""
    steps, found = rule.steps, days.found
    reached = Reached(None, found)
    number = begin = index = 0
    while index < len(found) or days.read():
        time = days.time(found[index])
        if rule.expires_days is not None:
            if reached.last and time - max(reached.last, reached.until or 0.0) >= rule.expires_days * DAY:
                reached, number, begin = Reached(None, found), 0, index
            reached.last = time
        while number < len(steps) or (rule.repeat_last and steps):
            step = steps[min(number, len(steps) - 1)]
            if step.after_pause and reached.until is not None and time < reached.until:
                break
            first = _first(step, days, begin, index)
            if first < 0:
                break
            until = time + step.pause_days * DAY if step.then == "paused" else None
            reached = Reached(step, found[first : index + 1], until, time)
            number += 1
            if step.then in ("suppressed", "recategorised"):
                return reached
            following = steps[min(number, len(steps) - 1)]
            if number < len(steps) or rule.repeat_last:
                if following.after_pause:
                    begin = index + 1
                    if until is not None:
                        days.skip_until(until)
                        found = days.found
                        begin, index = 0, -1
                    break
                if number >= len(steps):
                    break
        else:
            if rule.expires_days is None:
                break
        index += 1
    return reached


def _first(step: Step, days: Days, begin: int, last: int) -> int:
    """The index of the first day of the run up to ``last`` that satisfies a step; -1 if it does not."""
    found = days.found
    end = days.time(found[last])
    first = begin
    if step.within_days is not None:
        while end - days.time(found[first]) >= step.within_days * DAY:
            first += 1
    if last - first + 1 < step.days and days.count(first, last) < step.days:
        return -1
    span = end - days.time(found[first])
    if span < (step.days - 1) * step.hours_apart * HOUR or span < step.over_days * DAY:
        return -1
    return first
