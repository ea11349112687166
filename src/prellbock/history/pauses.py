"""Which pauses did a recipient have? Its history told again in the order of time, judged after every event.

What is read are the events themselves and not what was announced of them: so the answer is the same whatever the order
in which events came, and however they were cut into batches.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from math import inf
from operator import itemgetter
from typing import TypeVar

import msgspec

from prellbock.history.judge import standing
from prellbock.history.model import Policy
from prellbock.history.recipient import State
from prellbock.history.standing import NOTHING, Standing

T = TypeVar("T")


class Pause(msgspec.Struct, frozen=True, gc=False):
    """A pause that came to its end."""

    until: float
    category: str
    evidence: tuple[int, ...]
    """Keys of the events that were counted, as far as the history still knew them."""


def ended(
    events: Iterable[tuple[float, T]],
    deliveries: Sequence[float],
    put: Callable[[State, T], None],
    state: State,
    policy: Policy,
    now: float,
) -> Iterator[Pause]:
    """The pauses of a recipient that ended up to ``now``; one that was lengthened or lifted before its end is not one.

    ``events``: time and what ``put`` puts into the state, in the order of time; ``deliveries``: the times of those
    that did not bounce, sorted. ``state`` is that before the first event; it grows. Times are Unix seconds.
    """
    found, place = NOTHING, 0
    for time, together in groupby(events, key=itemgetter(0)):
        following = deliveries[place] if place < len(deliveries) else inf
        if _is_over(found, min(time, following, now)):
            yield _pause(found)
        if following <= time:
            place = bisect_right(deliveries, time, place)
            state.add_delivery(deliveries[place - 1])
        for _, each in together:
            put(state, each)
        found = standing(state, policy)
        if _is_over(found, time):
            # It ended before and was told then; a long history that forgot the time of day dates it anew.
            found = NOTHING
    following = deliveries[place] if place < len(deliveries) else inf
    if _is_over(found, min(following, now)):
        yield _pause(found)


def _is_over(found: Standing, time: float) -> bool:
    return found.status == "paused" and found.until is not None and found.until <= time


def _pause(found: Standing) -> Pause:
    return Pause(found.until or 0.0, found.category or "", found.evidence)
