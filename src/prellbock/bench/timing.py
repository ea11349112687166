"""How is something timed on a machine that does other work too? Several rounds, and the median counts."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

ROUNDS = 5


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds of one call."""
    return median(_once(work) for _ in range(rounds))


def interleaved(works: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each, one after the other in every round, so that all meet the same disturbances."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(_once(work))
    return {name: median(found) for name, found in times.items()}


def _once(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin
