"""The status changes of very many recipients, counted on all cores: for the figures that follow a sample."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from prellbock.drafting.moves import MOST_SAMPLES, StatusFlow, StatusMoves, status_moves
from prellbock.store.judgements import Become
from prellbock.store.sqlite import SqliteStore

_ALONE = 20_000
"""Recipients up to which another process is not worth its start."""


def counted(folder: Path, numbers: Sequence[int], moves: Mapping[int, Become], now: float) -> StatusMoves:
    """What moved judgements change for all these recipients of a data folder."""
    workers = max(1, min(os.cpu_count() or 1, len(numbers) // _ALONE))
    size = -(-len(numbers) // workers) or 1
    parts = [numbers[begin : begin + size] for begin in range(0, len(numbers), size)] or [numbers]
    if len(parts) == 1:
        return _of_part(folder, parts[0], moves, now)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return _together([*pool.map(_of_part, *zip(*((folder, part, moves, now) for part in parts), strict=True))])


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
