"""The status changes of very many recipients, counted on all cores: for the figures that follow a sample."""

import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from prellbock.drafting.moves import MOST_SAMPLES, StatusFlow, StatusMoves, status_moves
from prellbock.store.judgements import Become
from prellbock.store.sqlite import SqliteStore

_ALONE = 20_000
"""Recipients up to which another process is not worth its start."""
_PART = 10_000
"""Recipients after which it is told how far the count is."""


def untold(judged: int, touched: int) -> None:
    """Nobody is told how far a count is."""


def counted(
    folder: Path, numbers: Sequence[int], moves: Mapping[int, Become], now: float,
    tell: Callable[[int, int], None] = untold,
) -> StatusMoves:  # fmt: skip
    """What moved judgements change for all these recipients of a data folder.

    ``tell`` is called with how many are judged, and of how many, as parts of them are done.
    """
    workers = max(1, min(os.cpu_count() or 1, len(numbers) // _ALONE))
    parts = [numbers[begin : begin + _PART] for begin in range(0, len(numbers), _PART)] or [numbers]
    if workers == 1:
        alone = []
        for part in parts:
            alone.append(_of_part(folder, part, moves, now))
            tell(sum(each.touched for each in alone), len(numbers))
        return _together(alone)
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (folder, moves, now)) as pool:
        waiting = [pool.submit(_of_begun, part) for part in parts]
        judged = 0
        for done in as_completed(waiting):
            judged += done.result().touched
            tell(judged, len(numbers))
    return _together([each.result() for each in waiting])


_begun: tuple[Path, Mapping[int, Become], float] | None = None
"""What a worker judges by; the moves are many, and sent once instead of with each part."""


def _begin(folder: Path, moves: Mapping[int, Become], now: float) -> None:
    global _begun
    _begun = folder, moves, now


def _of_begun(numbers: Sequence[int]) -> StatusMoves:
    assert _begun is not None
    folder, moves, now = _begun
    return _of_part(folder, numbers, moves, now)


def _of_part(folder: Path, numbers: Sequence[int], moves: Mapping[int, Become], now: float) -> StatusMoves:
    with SqliteStore(folder, read_only=True) as store:
        return status_moves(len(numbers), len(numbers), store.rejudged(numbers, moves), now)


def _together(parts: Sequence[StatusMoves]) -> StatusMoves:
    flows: dict[tuple[str, str], list[StatusFlow]] = defaultdict(list)
    providers: dict[str, int] = defaultdict(int)
    for part in parts:
        for flow in part.flows:
            flows[flow.before, flow.after].append(flow)
        for name, count in part.by_provider.items():
            providers[name] += count
    told = []
    for (before, after), found in flows.items():
        count = sum(flow.count for flow in found)
        samples = [each for flow in found for each in flow.samples][:MOST_SAMPLES]
        told.append(StatusFlow(before, after, count, count, count, samples))
    told.sort(key=lambda flow: -flow.count)
    touched = sum(part.touched for part in parts)
    ordered = dict(sorted(providers.items(), key=lambda one: -one[1]))
    return StatusMoves(touched, touched, True, told, ordered)
