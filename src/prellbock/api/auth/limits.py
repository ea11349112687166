"""How often may somebody ask, or fail to sign in? Counted in memory; a restart forgets."""

import time
from collections.abc import Callable


class Buckets:
    """Each name may do ``burst`` things at once and ``rate`` a second in the long run."""

    MOST = 10_000
    """Names that are remembered; full buckets are forgotten first."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, name: str) -> float:
        """Takes one; the seconds to wait if there is none left, else 0."""
        left = self._now(name)
        if left < 1.0:
            return (1.0 - left) / self._rate
        self._left[name] = (left - 1.0, self._clock())
        return 0.0

    def is_empty(self, name: str) -> bool:
        """Whether there is none left."""
        return self._now(name) < 1.0

    def _now(self, name: str) -> float:
        now = self._clock()
        if len(self._left) > self.MOST:
            self._left = {
                each: (left, at)
                for each, (left, at) in self._left.items()
                if left + (now - at) * self._rate < self._burst
            }
        left, at = self._left.get(name, (self._burst, now))
        return min(self._burst, left + (now - at) * self._rate)
