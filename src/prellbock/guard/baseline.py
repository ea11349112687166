"""What is usual here at this time? The robust middle and spread of earlier shares of failure."""

from collections.abc import Sequence
from statistics import median

from prellbock.guard.buckets import DAY, HOUR, WEEK

WEEKS = 4
"""Weeks that are looked back upon, at the same hour of the same weekday."""
LEAST_MAILS = 20
"""A bucket with fewer mails says nothing about shares."""
LEAST_BUCKETS = 12
"""With fewer buckets nothing is usual yet, and the floor alone decides."""
SPREADS = 6.0
"""So many (normal) standard deviations above the middle a share is unusual."""
HIGHEST = 0.8
"""No baseline asks for more: where most mail fails anyway, nearly all of it failing is still unusual."""
_NORMAL = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution."""

Range = tuple[int, int]


def earlier(bucket: int) -> list[Range]:
    """The buckets that say what is usual for this one, as ranges with both ends: the 24 hours before, and the same
    hour (and one on either side) of the same weekday in the weeks before."""
    same = [(bucket - week * WEEK - HOUR, bucket - week * WEEK + HOUR) for week in range(1, WEEKS + 1)]
    return [(bucket - DAY, bucket - 1), *same]


def limit(shares: Sequence[float], floor: float) -> float:
    """The share (0 to 1) above which a bucket is unusual, from the shares of earlier ones; at least ``floor``."""
    if len(shares) < LEAST_BUCKETS:
        return floor
    middle = median(shares)
    spread = _NORMAL * median([abs(share - middle) for share in shares])
    return max(floor, min(middle + SPREADS * spread, HIGHEST))
