"""Which providers may send us webhooks, and how each proves that it is one? A part of the contract of every store.

Secrets go in and are never given out but to who verifies with them. Times are Unix seconds UTC.
"""

from collections.abc import Mapping
from typing import Protocol

import msgspec

HELD_SECONDS = 86_400.0
"""For so long the secret before a new one holds as well, unless told otherwise."""
MOST_HELD_SECONDS = 30 * 86_400.0


def wrong_hold(held: float) -> str | None:
    """What is wrong with the seconds that an old secret shall hold; None: nothing."""
    if 0 <= held <= MOST_HELD_SECONDS:
        return None
    return f"the old secret may hold for 0 to {MOST_HELD_SECONDS / 86_400:.0f} days"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A configured source, without its secrets."""

    name: str
    provider: str
    options: Mapping[str, str]
    created: float
    creator: str
    awaits: float | None = None
    """Until then a subscription may be confirmed (`prellbock.sources.webhooks.sns`)."""
    seen: float | None = None
    """When it last brought something."""
    secrets: tuple["Held", ...] = ()


class Held(msgspec.Struct, frozen=True):
    """A secret of a source, told by its number."""

    number: int
    created: float
    until: float | None
    """When it stops to hold; None: it is the current one."""


class Raw(msgspec.Struct, frozen=True):
    """What a source has sent about one event, as it came."""

    time: float
    source: str
    raw: str


class Brought(msgspec.Struct, frozen=True):
    """What a source has brought in a time."""

    events: int
    bad: int
    """What could not be read, and was set apart."""


class Sources(Protocol):
    """What is remembered of them."""

    def brought(self, since: float) -> dict[str, Brought]:
        """What each source has brought since then, by its name."""
        ...

    def sources(self) -> list[Source]:
        """All, by name."""
        ...

    def source(self, name: str) -> Source | None: ...

    def put_source(self, source: Source, secret: bytes | None) -> bool:
        """Adds one, with its first secret; False if the name is taken."""
        ...

    def change_source(self, name: str, options: Mapping[str, str], awaits: float | None) -> bool:
        """Sets options and time of waiting; False if there is no such source."""
        ...

    def add_secret(self, name: str, secret: bytes, now: float, until: float) -> bool:
        """A new secret; those before it hold until ``until``. False if there is no such source."""
        ...

    def secrets_of(self, name: str, now: float) -> list[bytes]:
        """Those that hold now, for verifying alone."""
        ...

    def remove_source(self, name: str) -> bool:
        """Takes a source and its secrets away; what it has brought stays. False if there is none."""
        ...

    def raws(self, source: str, most: int) -> list[Raw]:
        """The newest raw objects of a source; none in hashed mode."""
        ...
