"""How many mails arrived and how many failed for good, per ten minutes of event time, provider and category?"""

from collections import Counter
from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.guard.grouping import counted
from prellbock.history.cells import TOUCHING

SECONDS = 600
"""Length of a bucket. Buckets are numbered from 1970-01-01T00:00Z."""
HOUR, DAY, WEEK = 6, 144, 1008
"""In buckets."""
OTHERS = ""
"""The provider of everybody whose provider has no name."""

Place = tuple[int, str]
"""Bucket and provider."""
Kind = tuple[int, str, str]
"""Bucket, provider and category."""


def bucket_of(time: float) -> int:
    """The bucket of a time in Unix seconds."""
    return int(time // SECONDS)


def time_of(bucket: int) -> float:
    """The begin of a bucket in Unix seconds."""
    return float(bucket * SECONDS)


class Tally(msgspec.Struct):
    """What one batch adds. ``oldest`` and ``newest`` are the buckets of its first and last event."""

    delivered: Counter[Place]
    failed: Counter[Kind]
    oldest: int
    newest: int


def is_definite(outcome: str | None, category: str, permanent: bool | None) -> bool:
    """Whether an event says for good that a mailbox or a domain is not there, or does not want mail."""
    return outcome == "bounced" and permanent is True and category in TOUCHING


def tally(
    times: NDArray[np.float64],
    providers: NDArray[np.int64],
    names: list[str],
    failures: Iterable[tuple[float, str, str]],
    others: Iterable[float] = (),
) -> Tally | None:
    """Counts a batch; None where it holds nothing.

    ``times`` and ``providers`` (indices into ``names``) are the deliveries; ``failures`` the definite ones: time,
    provider, category; ``others`` the times of all further events.
    """
    delivered: Counter[Place] = Counter()
    seen: list[int] = [bucket_of(time) for time in others]
    if len(times):
        places, counts = counted((times // SECONDS).astype(np.int64) * len(names) + providers)
        for place, count in zip(places, counts, strict=True):
            bucket, provider = divmod(place, len(names))
            delivered[bucket, names[provider]] += count
        seen += [places[0] // len(names), places[-1] // len(names)]
    failed: Counter[Kind] = Counter((bucket_of(time), provider, category) for time, provider, category in failures)
    seen += [bucket for bucket, _, _ in failed]
    return Tally(delivered, failed, min(seen), max(seen)) if seen else None
