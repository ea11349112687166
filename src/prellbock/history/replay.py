"""What would another policy have decided? The same histories, judged by both."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from prellbock.history.check import deciding
from prellbock.history.judge import Standing, scoped, standing
from prellbock.history.policy import Policy
from prellbock.history.recipient import State


class HasState(Protocol):
    """A recipient or domain with its history."""

    @property
    def hash(self) -> str: ...
    @property
    def address(self) -> str | None: ...
    @property
    def is_domain(self) -> bool: ...
    @property
    def state(self) -> State: ...


class Difference(msgspec.Struct, frozen=True):
    """A recipient or domain whose status is another under the new policy."""

    address: str | None
    hash: str
    before: Standing
    after: Standing


class Replay:
    """The differences, one after the other; then ``judged`` and ``changes`` (before, after → count) are known."""

    def __init__(self, known: Iterable[HasState], old: Policy, new: Policy, now: float) -> None:
        """``now``: the time (Unix seconds) at which both are asked."""
        self._known, self._policies, self._now = known, (old, new), now
        self.judged = 0
        self.changes: Counter[tuple[str, str]] = Counter()

    def __iter__(self) -> Iterator[Difference]:
        for each in self._known:
            self.judged += 1
            before, after = (self._decides(each, policy) for policy in self._policies)
            if before.status != after.status:
                self.changes[before.status, after.status] += 1
                yield Difference(each.address, each.hash, before, after)

    def _decides(self, each: HasState, policy: Policy) -> Standing:
        found = standing(each.state, policy, domain=each.is_domain)
        return deciding(found, scoped(each.state, policy), Standing(), now=self._now)
