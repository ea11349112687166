"""What comes in by a door, and what becomes of it."""

from typing import Literal

import msgspec

Fate = Literal["used", "nothing", "apart"]
"""Events were read from it (new or known); it tells of nothing that concerns us; or it cannot be used (all of it): it
is set apart, where people can see it. Whatever it is, it is durable."""


class Arrival(msgspec.Struct, frozen=True):
    """One thing: a mail, or a message of a queue. ``place`` names it in messages, such as ``4711`` of a mailbox."""

    place: str
    content: bytes
    kept: float
    """When it was put there, in Unix seconds."""


class Taken(msgspec.Struct, frozen=True):
    """What became of some arrivals."""

    fates: list[Fate]
    """In their order."""
    counts: dict[str, int]
    """As `prellbock.ingest.ingest` gives them, and ``apart``."""
