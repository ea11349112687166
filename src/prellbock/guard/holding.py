"""What may not be announced yet? What rests on a failure of a bucket that is not judged.

A bucket is judged when it and the next are over: an outage may begin in the middle of one.
"""

import msgspec

from prellbock.guard.buckets import bucket_of

BUCKETS = 2
"""The bucket of the failure, and the next."""


class Holding(msgspec.Struct, frozen=True):
    """Which buckets are not judged yet: those after ``after``, up to ``until`` (None: all of them)."""

    after: int
    until: int | None

    def __contains__(self, bucket: int) -> bool:
        return self.after < bucket and (self.until is None or bucket <= self.until)


def more_to_come(newest: int) -> Holding:
    """In the middle of an input only the events themselves tell the time; ``newest`` is the latest bucket seen."""
    return Holding(newest - BUCKETS, None)


def by_clock(now: float) -> Holding:
    """When no more input waits, the clock tells (Unix seconds). What claims to be of the future waits for nothing."""
    present = bucket_of(now)
    return Holding(present - BUCKETS, present)
