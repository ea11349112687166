"""What is said about a recipient at one time, by whomever, and what a person has taken back of it."""

import msgspec

from prellbock.identity import WINDOWED, agree

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
    """When it was reported: what is known by sender and stream is void only within `WINDOW` of it."""
    origin: int
    """Sender and stream of the message (`identity.of_origin`); 0 where not known, and for marks."""
    undone: float
    """Time of the latest undoing."""
    redone: float = 0.0
    """Time of the latest redoing; what came later holds."""

    def covers(self, target: int, time: float, origin: int = 0) -> bool:
        """Whether it makes this report void: one of the same message, whoever reports it."""
        if self.undone <= self.redone:
            return False
        is_near = abs(time - self.time) < WINDOW
        if target == self.target:
            return is_near or not target & WINDOWED
        # With and without a message id it is the same message, as `messages` joins them.
        return is_near and bool((target ^ self.target) & WINDOWED) and agree(origin, self.origin)
