"""What came in by a door or a webhook and cannot be used: kept where people see it, so that the rest can go on.

A part of the contract of every store.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

MOST_OCTETS = 1 << 18
"""Of longer things only where they stood is kept."""
KEPT_SECONDS = 30 * 86400.0


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was set apart. ``door`` and ``place`` say where it stood; ``recorded`` is Unix seconds."""

    door: str
    place: str
    why: str
    recorded: float
    content: bytes | None
    """As it came; None where it was too long, and where addresses are kept hashed."""
    number: int = 0


class SetsApart(Protocol):
    """What is remembered of them."""

    def set_apart(self, found: Sequence[Apart]) -> None:
        """Keeps them, for 30 days; the same content from the same door is kept once."""
        ...

    def apart(self, door: str | None, most: int) -> list[Apart]:
        """The newest, of one door or of all."""
        ...

    def apart_counts(self, since: float) -> dict[str, int]:
        """How many each door has set apart since then."""
        ...

    def drop_apart(self, numbers: Sequence[int]) -> int:
        """Forgets some: they were dealt with. Returns how many there were."""
        ...
