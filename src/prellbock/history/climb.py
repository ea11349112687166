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

    __slots__ = ("_by_day", "_earliest", "_first", "_heavy", "_reports", "_rest", "_top", "found")

    def __init__(self, bits: int, top: int, earliest: float, reports: list[Report], heavy: int = 0) -> None:
        """``bits``, ``top`` and ``earliest`` as in `Failures`; ``reports``: the first report of each message that
        failed on the days known exactly, oldest first; ``heavy``: the bits of days with a permanent failure."""
        self._rest, self._top, self._earliest, self._reports, self._heavy = bits, top, earliest, reports, heavy
        self._first = int(reports[0].time // DAY) if reports else top + 1
        """No day before it is known exactly."""
        self._by_day: dict[int, list[Report]] | None = None
        self.found: list[int] = []
        """The days that were read, oldest first."""

    def read_to(self, count: int) -> bool:
        """Reads on until ``found`` has so many days; False if there are not as many."""
        found, rest = self.found, self._rest
        while rest and (wanted := count - len(found)) > 0:
            place = rest.bit_length() - 1
            below = place + 1 - wanted
            if below >= 0 and rest >> below == (1 << wanted) - 1:
                # So many days in a row.
                rest &= (1 << below) - 1
                found.extend(range(self._top - place, self._top - place + wanted))
                break
            rest ^= 1 << place
            found.append(self._top - place)
        self._rest = rest
        return len(found) >= count

    @property
    def _exact(self) -> dict[int, list[Report]]:
        """The reports by day."""
        if self._by_day is None:
            self._by_day = {}
            for report in self._reports:
                self._by_day.setdefault(int(report.time // DAY), []).append(report)
        return self._by_day

    def skip_until(self, time: float) -> None:
        """Forgets the days before a time, those that were read included."""
        self.found = []
        place = self._top - int(time // DAY)
        if place < 0:
            self._rest = 0
            return
        self._rest &= (2 << place) - 1
        if self._rest >> place and self.time(self._top - place) < time:
            self._rest ^= 1 << place

    def pause_again(self, count: int, pause_days: float) -> list[tuple[list[int], float]]:
        """Takes pauses that follow each other on days in a row, as long as these are not known exactly.

        Returns the days of each pause and its end, oldest first.
        """
        rest = self._rest
        found: list[tuple[list[int], float]] = []
        while (below := rest.bit_length() - count) >= 0 and rest >> below == (1 << count) - 1:
            day = self._top - below
            if day >= self._first:
                break
            until = day * DAY + self._earliest + pause_days * DAY
            found.append((list(range(day - count + 1, day + 1)), until))
            place = self._top - int(until // DAY)
            if place < 0:
                rest = 0
                break
            rest &= (2 << place) - 1
            if rest >> place and self.time(self._top - place) < until:
                rest ^= 1 << place
        self._rest = rest
        return found

    def time(self, day: int) -> float:
        """When the latest message of that day failed; for days no longer known exactly the earliest time of any day."""
        if day >= self._first and (reports := self._exact.get(day)) is not None:
            return reports[-1].time
        return day * DAY + self._earliest

    def count(self, first: int, last: int, weight: int) -> int:
        """The days ``found[first]`` to ``found[last]``, one with a permanent failure taken ``weight`` times."""
        if weight == 1:
            return last - first + 1
        return sum(weight if self._heavy >> (self._top - day) & 1 else 1 for day in self.found[first : last + 1])

    def known(self) -> list[int]:
        """The days that are known exactly."""
        return sorted(self._exact)

    def evidence(
        self, days: Sequence[int], earlier: Sequence[int] = ()
    ) -> tuple[tuple[int, ...], bool, bool, int | None]:
        """Of the days of a step and those that only earlier steps have counted the keys of the events (at most the last
        50), whether some of either are no longer known, and the cell of the latest failure if that is known."""
        if days[-1] < self._first:
            return (), True, bool(earlier), None
        exact = self._exact
        last = exact.get(days[-1])
        every = sorted({*earlier, *days}) if earlier else days
        known = [report.event for day in every if day in exact for report in exact[day]]
        partial, forgotten = not exact.keys() >= set(days), not exact.keys() >= set(earlier)
        return tuple(known[-50:]), partial, forgotten, last[-1].cell if last else None


class Reached(msgspec.Struct, gc=False):
    """Where a ladder has been left. ``step`` is None below the first."""

    step: Step | None
    days: list[int]
    """The days counted for it; below the first step the first day alone."""
    until: float | None = None
    last: int | None = None
    """The last day that was looked at, where failures expire."""
    earlier: list[int] = []
    """The days that only the steps before have counted, oldest first."""
    pauses: list[tuple[float, float]] = []
    """Begin and end of the pauses that were waited for before, oldest first."""


def climb(rule: HistoryRule, days: Days) -> Reached:
    """Takes the steps of a rule in the order of time. There must be at least one day."""
    found, steps = days.found, rule.steps
    top, expires, weight = len(steps) - 1, rule.expires_days, rule.permanent_counts
    days.read_to(1)
    counted = found[:1]
    taken: Step | None = None
    until: float | None = None
    number = begin = index = 0
    last: int | None = None
    earlier: list[int] = []
    pauses: list[tuple[float, float]] = []
    waited: tuple[float, float] | None = None
    while True:
        step = steps[min(number, top)] if number <= top or rule.repeat_last else None
        if step is None:
            if expires is None:
                break
        elif expires is None and weight == 1:
            # Fewer days than the step wants cannot satisfy it.
            index = max(index, begin + step.days - 1)
        if not days.read_to(index + 1):
            break
        time = days.time(found[index])
        if expires is not None:
            day = found[index]
            if last is not None and day - last > expires and (until is None or day - until // DAY > expires):
                taken, until, number, begin, counted = None, None, 0, index, found[index : index + 1]
                last, waited, earlier, pauses = day, None, [], []
                continue
            last = day
        if step is None:
            index += 1
            continue
        plain = expires is None and weight == 1 and step.within_days is None
        plain = plain and not step.hours_apart and not step.over_days
        if plain:
            first = begin if index - begin + 1 >= step.days else -1
        else:
            first = _first(step, days, begin, index, weight, time)
        if first < 0:
            index += 1
            continue
        if taken is not None and counted[0] < found[first]:
            earlier += [day for day in counted if day < found[first]]
        if waited is not None:
            pauses.append(waited)
            waited = None
        taken, counted = step, found[first : index + 1]
        if step.then == "suppressed" or step.then == "recategorised":
            until = None
            break
        until = time + step.pause_days * DAY if step.then == "paused" else None
        number += 1
        if (number <= top or rule.repeat_last) and steps[min(number, top)].after_pause:
            if until is None:
                begin = index = index + 1
            else:
                waited = (time, until)
                days.skip_until(until)
                found, begin, index = days.found, 0, 0
                if number > top and plain:
                    for again, end in days.pause_again(step.days, step.pause_days):
                        pauses.append(waited)
                        earlier += counted
                        counted, until = again, end
                        waited = (days.time(again[-1]), end)
    return Reached(taken, counted, until, last, earlier, pauses)


def _first(step: Step, days: Days, begin: int, last: int, weight: int, end: float) -> int:
    """The index of the first day of the run up to ``last`` that satisfies a step; -1 if it does not.

    ``end``: the time of the last day.
    """
    found = days.found
    first = begin
    if step.within_days is not None:
        while found[last] - found[first] >= step.within_days:
            first += 1
    if last - first + 1 < step.days and days.count(first, last, weight) < step.days:
        return -1
    if step.hours_apart or step.over_days:
        span = end - days.time(found[first])
        if span < (step.days - 1) * step.hours_apart * HOUR or span < step.over_days * DAY:
            return -1
    return first
