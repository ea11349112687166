"""What follows from a history: a status, since when and until when, and by which rule."""

from typing import Literal

import msgspec

Status = Literal["deliverable", "watched", "paused", "suppressed", "complained", "unsubscribed"]

ALL = "all"
"""The scope of what is not limited to a stream."""

BY_HAND = "by-hand"
"""The rule of what a person has suppressed."""

RANK: dict[str, int] = {"deliverable": 0, "watched": 1, "paused": 2, "suppressed": 3}
"""How much a status withholds; ``complained`` and ``unsubscribed`` stand beside these."""


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What follows from one history, and from what. Times are Unix seconds UTC."""

    status: Status = "deliverable"
    since: float | None = None
    until: float | None = None
    """End of a pause; None for what has no end."""
    category: str | None = None
    rule: str | None = None
    """Name of the history rule that decided."""
    evidence: tuple[int, ...] = ()
    """Keys of the events that were counted, as far as the history still knows them."""
    partial: bool = False
    """Whether days were counted whose events the history no longer knows; they are in the store."""
    forgotten: bool = False
    """Whether the same is true of days that only earlier steps have counted."""
    begin: float | None = None
    """Time of the first failure that was counted, for earlier steps included."""
    pauses: tuple[tuple[float, float], ...] = ()
    """Begin and end of the earlier pauses that this follows on, oldest first."""
    expires: float | None = None
    """When nothing of this is held against the recipient any more, if nothing else happens."""
    probe: bool = True
    """Whether a pause ends in one probe."""
    scope: str = ALL
    source: str | None = None
    """Who says so where it is not our own history: an import, a provider's list."""

    def at(self, now: float) -> "Standing":
        """The standing at a time: a pause that has ended leaves the recipient watched, mostly for one probe."""
        if self.expires is not None and self.expires <= now:
            return NOTHING
        if self.status == "paused" and self.until is not None and self.until <= now:
            return msgspec.structs.replace(
                self, status="watched", rule=f"{self.rule}/{'probe' if self.probe else 'ended'}"
            )
        return self


NOTHING = Standing()
"""Nothing is held against the recipient."""
