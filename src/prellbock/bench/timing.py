"""How is something timed on a machine that does other work too? Several rounds, and the median counts.

Rates are figured from processor time, of child processes too: on a shared machine the clock tells what the others did.
"""

from collections.abc import Callable
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter

ROUNDS = 5


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds that somebody waits for one call."""
    return median(_once(work, perf_counter) for _ in range(rounds))


def interleaved(works: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median processor seconds of each, one after the other in every round, so that all meet the same disturbances."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(_once(work, _processor_seconds))
    return {name: median(found) for name, found in times.items()}


def _once(work: Callable[[], object], clock: Callable[[], float]) -> float:
    begin = clock()
    work()
    return clock() - begin


def _processor_seconds() -> float:
    own, children = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
