"""What a store counts. A part of the contract of every store (`prellbock.store.contract`)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol, get_args

import msgspec

Dimension = Literal["outcome", "category", "fault", "provider", "stream", "rule"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
"""By what events are counted, beside the hour."""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How many events; a dimension that was not asked for, or is not known of them, is None."""

    time: float | None
    """Begin of the hour, day ... in Unix seconds UTC; None for the whole time."""
    outcome: str | None = None
    category: str | None = None
    fault: str | None = None
    provider: str | None = None
    stream: str | None = None
    rule: str | None = None
    count: int


class Tally(msgspec.Struct, frozen=True):
    """What roll-ups cannot tell of a piece of time, because it is counted once for each message or recipient."""

    time: float
    """Begin in Unix seconds UTC."""
    bounced: int = 0
    """Messages that failed for good, each once for a recipient."""
    hard: int = 0
    """Of these, those that failed permanently, by the fault of the recipient or the domain."""
    suppressed: int = 0
    """Recipients (and scopes) newly suppressed, whatever stream and provider."""
    revived: int = 0
    """Recipients that were paused or suppressed and may be mailed again, whatever stream and provider."""


class StreamTally(msgspec.Struct, frozen=True):
    """Messages of a kind of mail that failed for good in a time, counted once for each UTC day (or hour)."""

    stream: str | None
    """None: not known."""
    bounced: int
    hard: int


class Decisions(msgspec.Struct, frozen=True):
    """How many decisions about recipients of one kind, because of one category (None: for another reason)."""

    what: Literal["suppressed", "paused", "revived", "released"]
    """``revived``: may be mailed again after a pause or suppression; ``released``: the same, by a person."""
    category: str | None
    count: int


class Template(msgspec.Struct, frozen=True):
    """What servers answer, with its variable parts masked. Times are Unix seconds UTC."""

    key: int
    text: str
    category: str
    provider: str | None
    count: int
    first: float
    last: float
    sample: str | None = None
    """One of the responses as it came; None in hashed mode."""


class Figures(Protocol):
    """The counts of one installation."""

    def totals(self) -> dict[str, int]:
        """``events_OUTCOME``, ``withheld_STATUS``, ``batches`` and ``cursor``."""
        ...

    def by_category(self) -> list[tuple[str, str, str, int]]:
        """Counts of all events but deliveries as (category, fault, provider, count), largest first."""
        ...

    def counts(
        self, *, since: float, until: float, by: Sequence[Dimension], seconds: int | None,
        where: Mapping[Dimension, str] | None = None,
    ) -> list[Count]:  # fmt: skip
        """How many events whose time is in whole hours from ``since`` to ``until`` (excluded), by these dimensions.

        ``seconds``: also by time, in pieces so long (whole hours, counted from 1970). By time, then the largest first.
        ``where``: only events of which these dimensions have these values.
        """
        ...

    def tallies(
        self, *, since: float, until: float, seconds: int, stream: str | None, provider: str | None
    ) -> list[Tally]:
        """By pieces of time, oldest first; none that are empty. ``seconds``: 3600 or 86400 (hours or days of UTC)."""
        ...

    def stream_tallies(self, *, since: float, until: float, seconds: int, provider: str | None) -> list[StreamTally]:
        """The same for each stream, summed over the pieces of time; the largest first."""
        ...

    def decided(self, *, since: float, until: float) -> list[Decisions]:
        """Decisions whose time lies from ``since`` to ``until`` (excluded); the most frequent first."""
        ...

    def newest_input(self) -> float | None:
        """When the latest batch was recorded (Unix seconds UTC); None if none ever was."""
        ...

    def templates_seen(self) -> Iterator[tuple[str, str | None, str | None, int | None, int]]:
        """Every template with the provider and codes it came with: template, provider, status, reply code, count."""
        ...

    def rule_hits(self) -> dict[str, tuple[int, float]]:
        """By rule, how many stored events it decided, and the hour (Unix seconds) of the latest."""
        ...

    def rule_days(self, since: float) -> dict[str, dict[float, int]]:
        """By rule and UTC day (its begin in Unix seconds), how many events it decided, from the day of ``since`` on."""
        ...

    def templates(self, *, category: str | None, provider: str | None, most: int) -> list[Template]:
        """The most frequent templates, of a category and a provider where these are given."""
        ...
