"""What a store counts. A part of the contract of every store (`prellbock.store.contract`)."""

from collections.abc import Iterator, Sequence
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

    def counts(self, *, since: float, until: float, by: Sequence[Dimension], seconds: int | None) -> list[Count]:
        """How many events whose time is in whole hours from ``since`` to ``until`` (excluded), by these dimensions.

        ``seconds``: also by time, in pieces so long (whole hours, counted from 1970). By time, then the largest first.
        """
        ...

    def templates_seen(self) -> Iterator[tuple[str, str | None, str | None, int | None, int]]:
        """Every template with the provider and codes it came with: template, provider, status, reply code, count."""
        ...

    def rule_hits(self) -> dict[str, tuple[int, float]]:
        """By rule, how many stored events it decided, and the hour (Unix seconds) of the latest."""
        ...

    def templates(self, *, category: str | None, provider: str | None, most: int) -> list[Template]:
        """The most frequent templates, of a category and a provider where these are given."""
        ...
