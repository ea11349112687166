"""What is a history policy made of? Rules, each a ladder of steps from failures to a status, and who is exempt.

"Failures on N days, at least H hours apart" means: N distinct UTC days, and from the first to the last of them at least
(N - 1) x H hours. Everything else is counted in whole days, so that a history that has grown long and knows the days
alone still fulfils what it once has.
"""

import hashlib
from functools import cached_property
from typing import Literal

import msgspec

from prellbock.history.cells import cell, named, stream_name

MARKETING = "marketing"
"""The stream group that a complaint or unsubscribe covers unless its stream stands alone."""
CRITICAL = "critical"
"""The stream group of mail that the recipient needs."""

Action = Literal["watched", "paused", "suppressed", "recategorised"]
"""What a step leads to."""


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rung of a ladder: what failures lead to what status."""

    name: str
    """Names the history rule in explanations and in the ledger."""
    days: int = 1
    """Failures of different messages on so many different UTC days ..."""
    hours_apart: float = 0.0
    """... at least so many hours apart ..."""
    within_days: int | None = None
    """... all of them within so many UTC days in a row ..."""
    over_days: int = 0
    """... and at least so many days apart, with no delivery between."""
    after_pause: bool = False
    """Count only failures after the end of the pause that the step before has set."""
    then: Action
    pause_days: int = 0
    becomes: str | None = None
    """With ``recategorised``: the category as which the failures count from there on, as permanent ones."""


class HistoryRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What follows from some failures, step after step. A failure belongs to the first rule that fits it."""

    name: str
    history: Literal["recipient", "domain"] = "recipient"
    """Whose failures are counted: those of an address, or the failures in transport of a whole domain."""
    category: tuple[str, ...]
    permanent: bool | None = None
    """Only failures that are (or are not) permanent; not permanent includes what is not known to be."""
    stream: tuple[str, ...] = ()
    """Only failures of these streams or stream groups."""
    provider: tuple[str, ...] = ()
    """Only failures at these providers."""
    permanent_counts: int = 1
    """For how many days a day with a permanent failure counts."""
    expires_days: int | None = None
    """After so many UTC days without a failure (after a pause: from its end on) the count begins anew, and what was
    watched or paused no longer is."""
    steps: tuple[Step, ...] = ()
    repeat_last: bool = False
    """Whether the last step is taken again and again."""
    probe: bool = True
    """Whether a pause ends in one probe, whose outcome the rest waits for."""
    source: str | None = None
    """Where the numbers come from, if not from the source of the policy."""


class Policy(msgspec.Struct, frozen=True, kw_only=True, dict=True, omit_defaults=True):
    """The history rules by which recipients (and domains) are judged."""

    name: str
    description: str = ""
    source: str = ""
    """Pages that the facts come from."""
    rules: tuple[HistoryRule, ...]
    marketing_streams: tuple[str, ...] = ()
    critical_streams: tuple[str, ...] = ()
    probe_hours: float = 48.0
    """How long a probe after a pause waits for its outcome."""
    requested_hours: float = 24.0
    """How often a mail that was just asked for is let through to a suppressed address."""

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with any rule."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:12]

    def is_critical(self, stream: str | None) -> bool:
        """Whether a stream carries mail that the recipient needs (order confirmation, password reset)."""
        return stream_name(stream) in self.critical_streams

    def scope_of(self, stream: str | None) -> str:
        """What a complaint or unsubscribe about this stream covers: its group, or the stream alone.

        A stream that is not known counts as marketing.
        """
        name = stream_name(stream)
        return MARKETING if not name or name in self.marketing_streams else name

    def rule_for(self, number: int) -> int:
        """The index of the rule that counts failures of a cell (`prellbock.history.failures.cell`); -1 for none."""
        found = self._chosen.get(number)
        if found is None:
            fitting = (index for index, rule in enumerate(self.rules) if self._fits(rule, number))
            found = self._chosen[number] = next(fitting, -1)
        return found

    @cached_property
    def _chosen(self) -> dict[int, int]:
        """What `rule_for` has answered."""
        return {}

    def _fits(self, rule: HistoryRule, number: int) -> bool:
        asked = cell(number)
        return (
            asked.category in rule.category
            and (rule.permanent is None or rule.permanent is asked.permanent)
            and (not rule.stream or asked.stream in self._streams(rule))
            and (not rule.provider or asked.provider in map(named, rule.provider))
        )

    def _streams(self, rule: HistoryRule) -> set[int]:
        """The streams of a rule, groups taken apart; a stream that is not known counts as marketing."""
        groups = {MARKETING: ("", *self.marketing_streams), CRITICAL: self.critical_streams}
        return {named(stream_name(name)) for wanted in rule.stream for name in groups.get(wanted, (wanted,))}
