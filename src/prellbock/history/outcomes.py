"""Was the verdict right? What happened next to recipients who were called dead, and to those who got a second chance.

A verdict *dead* is a permanent failure of a category that says there is nobody at the address. Against it counts a
sign of life afterwards: a delivery of a message that did not bounce later, an open or a click. The share of those who
lived is given with its 95 % interval by Wilson (E. B. Wilson, "Probable Inference", 1927), which is honest for few
cases, too.
"""

import math
from collections.abc import Iterable, Sequence

import msgspec

from prellbock.taxonomy import DEAD

Z = 1.96
"""95 %."""
OFFENDING = 0.05
"""A rule offends when more than this share of those mailed again are alive, with 97.5 % certainty."""


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """Lower and upper bound of a share; 0 to 1 where there is no case."""
    if cases == 0:
        return 0.0, 1.0
    share, z2 = hits / cases, Z * Z
    middle = share + z2 / (2 * cases)
    spread = Z * math.sqrt(share * (1 - share) / cases + z2 / (4 * cases * cases))
    below = 1 + z2 / cases
    return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)


class Bounce(msgspec.Struct, frozen=True, gc=False):
    """One stored bounce of a recipient. ``message`` is a short key, 0 where not known."""

    time: float
    message: int
    category: str
    permanent: bool
    decided_by: str
    rule: str
    provider: str


class Count(msgspec.Struct):
    """What became of the recipients of one kind. ``cases`` of them were mailed again and had an outcome."""

    recipients: int = 0
    cases: int = 0
    alive: int = 0

    @property
    def share(self) -> float | None:
        """Of those mailed again the share that lives."""
        return self.alive / self.cases if self.cases else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.alive, self.cases)

    @property
    def offends(self) -> bool:
        return self.interval[0] > OFFENDING


Kinds = dict[tuple[str, str], Count]
"""Section (rule, category, provider) and name → counts."""

Sign = tuple[float, int]
"""Time of a delivery (or open, click) and short key of its message."""


def add_verdicts(kinds: Kinds, bounces: Sequence[Bounce], signs: Iterable[Sign]) -> None:
    """Adds one recipient: its bounces, and its signs of life since the first of them."""
    lived = _lived(bounces, signs)
    first: dict[tuple[str, str], Bounce] = {}
    for bounce in bounces:
        if bounce.permanent and bounce.category in DEAD:
            by = bounce.rule if bounce.decided_by == "rule" else f"{bounce.decided_by}:{bounce.rule}"
            for kind in (("rule", by), ("category", bounce.category), ("provider", bounce.provider or "other")):
                if kind not in first or bounce.time < first[kind].time:
                    first[kind] = bounce
    for kind, verdict in first.items():
        count = kinds.setdefault(kind, Count())
        count.recipients += 1
        alive = lived > verdict.time
        count.alive += alive
        count.cases += alive or _failed_again(bounces, verdict)


def add_chance(kinds: Kinds, category: str, provider: str, until: float, bounces: Sequence[Bounce],
               signs: Iterable[Sign]) -> None:  # fmt: skip
    """Adds one pause that has ended at ``until``: did the first mail afterwards arrive?"""
    void = _bounced(bounces)
    arrived = min((time for time, message in signs if time > until and void.get(message, -1.0) < time), default=None)
    failed = min((bounce.time for bounce in bounces if bounce.time > until), default=None)
    for kind in (("category", category), ("provider", provider or "other")):
        count = kinds.setdefault(kind, Count())
        count.recipients += 1
        count.cases += arrived is not None or failed is not None
        count.alive += arrived is not None and (failed is None or arrived < failed)


def _bounced(bounces: Iterable[Bounce]) -> dict[int, float]:
    """Messages that bounced: what called them delivered before was no sign of life."""
    latest: dict[int, float] = {}
    for bounce in bounces:
        if bounce.message:
            latest[bounce.message] = max(bounce.time, latest.get(bounce.message, 0.0))
    return latest


def _lived(bounces: Sequence[Bounce], signs: Iterable[Sign]) -> float:
    """The latest sign of life; 0 if there is none."""
    void = _bounced(bounces)
    return max((time for time, message in signs if void.get(message, -1.0) < time), default=0.0)


def _failed_again(bounces: Iterable[Bounce], verdict: Bounce) -> bool:
    """Whether another message failed later."""
    return any(b.time > verdict.time and (not b.message or b.message != verdict.message) for b in bounces)
