"""Templates as work: which are not yet classified, and what people want to do with them.

A part of the contract of every store. Times are Unix seconds UTC.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

Work = Literal["qualify", "keep", "ignore"]
"""To qualify: somebody should look at it, which is so until somebody says otherwise. Keep: it is right as it is."""


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """A template with its state of work."""

    key: int
    text: str
    category: str
    provider: str | None
    count: int
    first: float
    last: float
    sample: str | None
    work: Work
    actor: str | None
    """Who has set the state of work, and when."""
    time: float | None
    note: str | None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which templates are meant; None leaves a field open."""

    work: Work | None = None
    category: str | None = None
    provider: str | None = None
    search: str | None = None
    """A part of the text, in whichever case."""
    key: int | None = None


class TemplateDay(msgspec.Struct, frozen=True):
    """How often a template came on a UTC day (its begin) from a provider."""

    key: int
    day: float
    provider: str | None
    count: int


class TemplateWork(Protocol):
    """The work on the templates of one installation."""

    def template_queue(
        self, wanted: Wanted, *, after: tuple[int, int, int] | None, most: int
    ) -> list[tuple[tuple[int, int, int], Queued]]:
        """What nothing classifies first, then the most frequent first; each with its place, after which to go on."""
        ...

    def template_days(self, keys: Sequence[int], since: float) -> list[TemplateDay]:
        """How often these templates came, by day and provider."""
        ...

    def template_samples(self, key: int, most: int) -> list[str]:
        """The newest responses of a template as they came; none in hashed mode."""
        ...

    def set_template_work(self, key: int, work: Work, actor: str, note: str, now: float) -> None:
        """Remembers what is to be done with a template. Raises `KeyError` for one that is not known."""
        ...
