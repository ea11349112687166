"""What is said about a recipient at one time, by whomever, and what a person has taken back of it."""

import msgspec

from prellbock.identity import WINDOWED

WINDOW = 72 * 3600.0
"""Seconds in which failures with the same sender and stream count as one message."""


class Mark(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Something said at one time about a recipient: a complaint, an unsubscribe, a consent, an import."""

    time: float
    event: int
    source: str = ""
    category: str = ""
    """Why, where an import says it."""


class Void(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Something that was reported and does not count, because a person has undone what followed from it."""

    target: int
    """Key of the message of a failure; key of the event of a mark."""
    time: float
    """When it was reported: what is known by sender and stream alone is void only within `WINDOW` of it."""
    undone: float
    """Time of the latest undoing."""
    redone: float = 0.0
    """Time of the latest redoing; what came later holds."""

    def covers(self, target: int, time: float) -> bool:
        """Whether it makes this message (or mark) void."""
        if target != self.target or self.undone <= self.redone:
            return False
        return not target & WINDOWED or abs(time - self.time) < WINDOW

    def covers_message(self, message: int, time: float) -> bool:
        """The same for a message of which only the low 32 bits of the key are known."""
        return (target := self.target & 0xFFFF_FFFF) == message & 0xFFFF_FFFF and (
            self.undone > self.redone and (not target & WINDOWED or abs(time - self.time) < WINDOW)
        )
