"""Where has a follower of files read to? Kept in the transaction of the batch that it read last.

A part of the contract of every store.
"""

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Reached(msgspec.Struct):
    """Where a follower stands after a batch. ``position`` is its own notation, as text."""

    follower: str
    position: str
    joins: Mapping[str, bytes | None] = {}
    """What changed of the messages it knows to be in a queue, by id: new content, or None for those that left."""


class Follows(Protocol):
    """What is remembered of followers."""

    def position_of(self, follower: str) -> str | None:
        """Where it stands; None for one that has never read."""
        ...

    def joins_of(self, follower: str) -> dict[str, bytes]:
        """The messages it knows to be in a queue, by their ids, the oldest first."""
        ...

    def reach(self, reached: Reached, now: float) -> None:
        """Notes a position without a batch: nothing that was read concerned us."""
        ...
