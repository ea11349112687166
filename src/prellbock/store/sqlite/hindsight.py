"""The part of the store that says what happened next."""

from prellbock.history.model import Policy
from prellbock.history.outcomes import Count, Kinds
from prellbock.store.sqlite import outcomes, revival
from prellbock.store.sqlite.opened import Opened


class Hindsight(Opened):
    """See `prellbock.store.contract.Store`."""

    def verdict_outcomes(self) -> Kinds:
        """See `prellbock.store.contract.Store.verdict_outcomes`."""
        with self._reading():
            return outcomes.verdicts(self._db, self._memory.runs)

    def revivals(self, policy: Policy, now: float) -> tuple[Kinds, int]:
        """See `prellbock.store.contract.Store.revivals`."""
        with self._reading():
            (granted,) = self._db.execute("SELECT count(*) FROM probes").fetchone()
            return revival.of_all(self._db, self._memory.runs, policy, now), granted

    def revival(self, category: str, policy: Policy, now: float) -> Count:
        """See `prellbock.store.contract.Store.revival`."""
        with self._reading():
            kinds = revival.of_category(self._db, self._memory.runs, policy, now, category)
        return kinds.get(("category", category), Count())
