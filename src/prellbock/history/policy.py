"""When does a history withhold mail? A policy is data: ladders of steps per group of categories, and who is exempt.

"Failures on N days, at least H hours apart" means: N distinct UTC days, and from the first to the last of them at least
(N - 1) x H hours.
"""

import hashlib
from typing import Literal

import msgspec

from prellbock.history.recipient import (
    GROUP_DEAD,
    GROUP_DEAD_TEMPORARY,
    GROUP_FULL,
    GROUP_REFUSED,
    GROUP_TRANSPORT,
)

MARKETING = "marketing"
"""The stream group that a complaint or unsubscribe covers unless its stream stands alone."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One rung of a ladder: what failures lead to what status."""

    name: str
    """Names the history rule in explanations and in the ledger."""
    days: int = 1
    """Failures of different messages on so many different UTC days ..."""
    hours_apart: float = 0.0
    """... at least so many hours apart ..."""
    within_days: float | None = None
    """... the first and the last of them less than so many days apart ..."""
    over_days: float = 0.0
    """... and at least so many days apart, with no delivery between."""
    after_pause: bool = False
    """Count only failures after the end of the pause that the step before has set."""
    then: Literal["paused", "suppressed"]
    pause_days: float = 0.0


class Ladder(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from the failures of some groups of categories, step after step."""

    groups: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    repeat_last: bool = False
    """Whether the last step is taken again and again."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The history rules by which recipients (and domains) are judged."""

    name: str
    ladders: tuple[Ladder, ...]
    domain_ladders: tuple[Ladder, ...] = ()
    marketing_streams: tuple[str, ...] = ("newsletter", "marketing", "promotion", "campaign")
    critical_streams: tuple[str, ...] = (
        "order",
        "order-confirmation",
        "invoice",
        "shipping",
        "password-reset",
        "account",
        "security",
        "transactional",
    )

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with any rule."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:12]

    def is_critical(self, stream: str | None) -> bool:
        """Whether a stream carries mail that the recipient needs (order confirmation, password reset)."""
        return _name(stream) in self.critical_streams

    def scope_of(self, stream: str | None) -> str:
        """What a complaint or unsubscribe about this stream covers: its group, or the stream alone.

        A stream that is not known counts as marketing.
        """
        name = _name(stream)
        return MARKETING if not name or name in self.marketing_streams else name


def _name(stream: str | None) -> str:
    return (stream or "").strip().lower().replace("_", "-").replace(" ", "-")


DEFAULT = Policy(
    name="default",
    ladders=(
        Ladder(
            groups=(GROUP_DEAD,),
            steps=(
                Step(name="dead-once", then="paused", pause_days=7),
                Step(name="dead-twice", days=2, hours_apart=24, then="suppressed"),
            ),
        ),
        Ladder(
            groups=(GROUP_FULL, GROUP_DEAD_TEMPORARY),
            steps=(
                Step(name="full-5-days", days=5, within_days=30, then="paused", pause_days=30),
                Step(name="full-after-pause", after_pause=True, then="paused", pause_days=30),
                Step(name="full-after-two-pauses", after_pause=True, then="suppressed"),
            ),
        ),
        Ladder(
            groups=(GROUP_REFUSED,),
            steps=(Step(name="refused-5-days", days=5, after_pause=True, then="paused", pause_days=30),),
            repeat_last=True,
        ),
    ),
    domain_ladders=(
        Ladder(
            groups=(GROUP_TRANSPORT,),
            steps=(
                Step(name="domain-unreachable", days=5, over_days=30, after_pause=True, then="paused", pause_days=30),
            ),
            repeat_last=True,
        ),
    ),
)
"""The default history policy of the product."""
