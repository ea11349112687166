"""How responses are searched. A part of the contract of every store (`prellbock.store.contract`)."""

from typing import Literal, Protocol, get_args

import msgspec

Facet = Literal["fault", "category", "provider", "rule", "stream", "outcome", "decided_by", "campaign"]
FACETS: tuple[Facet, ...] = get_args(Facet)
"""By what a search can be narrowed down."""
SAMPLE = 20_000
"""Facets are counted in so many of the newest responses that fit."""


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which responses are meant; None leaves a field open. Times are Unix seconds UTC."""

    since: float | None = None
    until: float | None = None
    """Excluded."""
    text: str | None = None
    """Words that stand in the template, in any letter case, all of them."""
    template: int | None = None
    category: str | None = None
    fault: str | None = None
    provider: str | None = None
    rule: str | None = None
    stream: str | None = None
    campaign: str | None = None
    outcome: str | None = None
    decided_by: str | None = None
    permanent: bool | None = None


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered about one message."""

    key: int
    time: float
    address: str | None
    """None in hashed mode, and of erased recipients."""
    hash: str | None
    """Keyed hash of the recipient, hexadecimal."""
    outcome: str
    category: str
    fault: str
    permanent: bool | None
    decided_by: str
    rule: str | None
    provider: str | None
    stream: str | None
    campaign: str | None
    status: str | None
    smtp_code: int | None
    template: int | None
    text: str | None
    """The template."""
    response: str | None
    """As it came; None where it is not kept."""


class Frequent(msgspec.Struct, frozen=True, kw_only=True):
    """How often a template came in a time."""

    template: int
    text: str
    category: str
    """What it is called now."""
    count: int
    before: int
    """How often in the time of the same length before."""
    providers: list[tuple[str | None, int]]
    """The most frequent first."""
    pieces: list[int]
    """Counts in equal pieces of the time, oldest first."""


class Campaign(msgspec.Struct, frozen=True):
    """A campaign as its failures show it. Times are Unix seconds UTC."""

    name: str
    stream: str | None
    first: float
    """Its first failure in the time asked for."""
    count: int


class Searched(Protocol):
    """The responses of one installation: every event that is not a delivery."""

    def responses(self, sought: Sought, *, after: tuple[float, int] | None, most: int) -> list[Response]:
        """The newest first; ``after``: time and key of the last one of the page before."""
        ...

    def response(self, key: int) -> Response | None:
        """One of them."""
        ...

    def facets(self, sought: Sought) -> tuple[int, dict[Facet, list[tuple[str, int]]]]:
        """How many of the newest `SAMPLE` that fit have which values, the largest first; and how many were counted."""
        ...

    def frequent(
        self, *, since: float, until: float, pieces: int, stream: str | None, provider: str | None, most: int
    ) -> list[Frequent]:
        """The templates that came most in a time, of a stream and provider where these are given."""
        ...

    def unrecognised(self, most: int) -> tuple[int, list[tuple[str, int]]]:
        """Domains of recipients whose provider is not known, the most frequent first, and how many of the newest
        `SAMPLE` responses were looked at. None where addresses are not kept.
        """
        ...

    def campaigns(self, *, since: float, until: float, stream: str | None, provider: str | None) -> list[Campaign]:
        """The campaigns that had failures in a time, oldest first."""
        ...
