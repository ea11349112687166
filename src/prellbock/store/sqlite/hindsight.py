"""The part of the store that says what happened next."""

import msgspec

from prellbock.history.model import Policy
from prellbock.history.outcomes import Bounce, Count, Kinds, Sign
from prellbock.store.proposals import Opinion
from prellbock.store.sqlite import outcomes, revival
from prellbock.store.sqlite.opened import Opened

_OPINIONS = "proposals"


class Hindsight(Opened):
    """See `prellbock.store.contract.Store`."""

    def verdict_outcomes(self) -> Kinds:
        """See `prellbock.store.contract.Store.verdict_outcomes`."""
        with self._reading():
            return outcomes.verdicts(self._db, self._memory.runs)

    def bounce_histories(self) -> list[tuple[list[Bounce], list[Sign]]]:
        """See `prellbock.store.contract.Store.bounce_histories`."""
        with self._reading():
            return list(outcomes.histories(self._db, self._memory.runs))

    def proposal_opinions(self) -> dict[str, Opinion]:
        """See `prellbock.store.contract.Store.proposal_opinions`."""
        stored = self._setting(_OPINIONS)
        return msgspec.json.decode(stored, type=dict[str, Opinion]) if stored else {}

    def judge_proposal(self, key: str, opinion: Opinion | None) -> Opinion | None:
        """See `prellbock.store.contract.Store.judge_proposal`."""
        with self._writing():
            opinions = self.proposal_opinions()
            before = opinions.pop(key, None)
            if before is not None and opinion is not None:
                return before
            if opinion is not None:
                opinions[key] = opinion
            self._set(_OPINIONS, msgspec.json.encode(opinions).decode())
            return None

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
