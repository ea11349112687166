"""The part of the store that says what happened next."""

from prellbock.history.outcomes import Count, Kinds
from prellbock.store.sqlite import outcomes
from prellbock.store.sqlite.opened import Opened

_LATEST = 5000
"""Pauses of one category that are looked at."""


class Hindsight(Opened):
    """See `prellbock.store.contract.Store`."""

    def verdict_outcomes(self) -> Kinds:
        """See `prellbock.store.contract.Store.verdict_outcomes`."""
        with self._reading():
            return outcomes.verdicts(self._db, self._memory.runs)

    def revivals(self, now: float) -> tuple[Kinds, int]:
        """See `prellbock.store.contract.Store.revivals`."""
        with self._reading():
            (granted,) = self._db.execute("SELECT count(*) FROM probes").fetchone()
            return outcomes.chances(self._db, self._memory.runs, now), granted

    def revival(self, category: str, now: float) -> Count:
        """See `prellbock.store.contract.Store.revival`."""
        with self._reading():
            kinds = outcomes.chances(self._db, self._memory.runs, now, category=category, most=_LATEST)
        return kinds.get(("category", category), Count())
