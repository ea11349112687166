"""Which patterns are possible in a line? Those whose plain texts stand in it, worked out once for a set of such texts.

The texts that were found in a line are added up, each as a random number of 64 bits; the sum stands for what was found.
Lines with the same sum are in the same *state*. Two different lots of texts have the same sum by a chance of 1 to 2^64,
and as the numbers are others in each process, nobody can look for two.
"""

import os
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np

from prellbock.rules.compile import Compiled
from prellbock.rules.finder import Integers

MOST_STATES = 100_000
"""States kept at most; then all are worked out anew."""

TOGETHER = 1024
"""Lines looked at together: enough to spread the cost of a call, few enough for the processor's cache."""

S = TypeVar("S")
_Finds = tuple[Integers, Integers]
"""Lines, and what was found in them."""


class Possible(Generic[S]):
    """Tells the states of lines. For one thread at a time."""

    def __init__(self, compiled: Compiled, state: Callable[[frozenset[int]], S]) -> None:
        """``state`` makes what is to be known of a set of possible patterns; it is asked once for each set."""
        self._tables = compiled.tables
        self._state = state
        self._finders = compiled.finders
        self._weights = np.frombuffer(os.urandom(8 * len(compiled.tables.reached)), np.uint64)
        self._known: dict[int, S] = {}
        self._of_set: dict[frozenset[int], S] = {}

    def forget(self) -> None:
        """Forgets all states."""
        self._known.clear()
        self._of_set.clear()

    def states(self, lines: Sequence[bytes]) -> list[S]:
        """The state of each normalised line."""
        if len(self._known) > MOST_STATES:
            self.forget()
        keys: list[int] = []
        finds: list[_Finds] = []
        for start in range(0, len(lines), TOGETHER):
            part = lines[start : start + TOGETHER]
            found = self._finds(part)
            sums = np.zeros(len(part), np.uint64)
            for line, number in found:
                np.add.at(sums, line, self._weights.take(number))
            keys += sums.tolist()
            finds += [(line + start, number) for line, number in found]
        states = list(map(self._known.get, keys))
        unknown = [at for at, state in enumerate(states) if state is None]
        if unknown:
            self._learn(unknown, keys, finds)
            states = list(map(self._known.get, keys))
        return states  # type: ignore[return-value]

    def _finds(self, lines: Sequence[bytes]) -> list[_Finds]:
        """In which lines which clues stand."""
        data = b"\n".join(lines)
        ends = (np.fromiter(map(len, lines), np.int64, len(lines)) + 1).cumsum()
        found = [(finder.find(data), first) for finder, first, _ in self._finders]
        return [(ends.searchsorted(place, side="right"), number + first) for (place, number), first in found]

    def _learn(self, unknown: list[int], keys: list[int], finds: list[_Finds]) -> None:
        """Works the states of these lines out."""
        clues: dict[int, set[int]] = {at: set() for at in unknown}
        new = np.zeros(len(keys), np.bool_)
        new[unknown] = True
        for lines, numbers in finds:
            those = np.flatnonzero(new.take(lines))
            for line, number in zip(lines.take(those).tolist(), numbers.take(those).tolist(), strict=True):
                clues[line].add(number)
        for at, found in clues.items():
            if keys[at] not in self._known:
                possible = self._possible(found)
                state = self._of_set.get(possible)
                if state is None:
                    state = self._of_set[possible] = self._state(possible)
                self._known[keys[at]] = state

    def _possible(self, found: set[int]) -> frozenset[int]:
        reached, needs = self._tables.reached, self._tables.needs
        near = {number for clue in found for number in reached[clue]}
        near.update(self._tables.always)
        return frozenset([number for number in near if not any(map(found.isdisjoint, needs[number]))])
