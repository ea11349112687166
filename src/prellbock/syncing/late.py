"""When is a sync late?"""

from prellbock.exporting.shown import LATE_SECONDS
from prellbock.store.syncs import Sync


def late_since(sync: Sync, now: float) -> float | None:
    """Since when (Unix seconds) a run is due that has not succeeded; None where nothing is late."""
    if sync.paused or sync.missed is None or now - sync.missed < LATE_SECONDS:
        return None
    return sync.missed
