"""Alarms, stops and notices as a store keeps them. A part of the contract of every store."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from prellbock.guard.alarms import Alarm, Finding
from prellbock.guard.breaker import Breaker, Reason
from prellbock.history.outcomes import Kinds


class Stop(msgspec.Struct, frozen=True):
    """A campaign that should stop. Times are Unix seconds UTC."""

    number: int
    campaign: str
    domain: str
    """Empty: everywhere."""
    reason: Reason
    messages: int
    failed: int
    raised: float
    lifted: float | None = None
    lifted_by: str | None = None
    lifted_reason: str | None = None


class Notice(msgspec.Struct, frozen=True):
    """Something to be told over a channel (``webhook`` or ``mail``)."""

    number: int
    id: str
    """The same however often it is sent."""
    channel: str
    payload: str
    """JSON."""
    created: float
    attempts: int


class Rate(msgspec.Struct, frozen=True):
    """Mails of a stream to a provider on a UTC day that have a final outcome."""

    day: int
    """Days since 1970."""
    stream: str
    provider: str
    delivered: int
    failed: int
    hard: int


class Blocked(msgspec.Struct, frozen=True):
    """Why a mail of ours was refused for the sender's sake."""

    category: str
    provider: str | None
    sender_text: str | None
    """What the server said; None where texts are not kept."""
    time: float


class Alarms(Protocol):
    """What is wrong, and what of it has been told."""

    def limits_changed(self) -> dict[str, float]:
        """The limits of alarms that people changed while the server ran, by their names in guard.toml."""
        ...

    def change_limits(self, values: Mapping[str, float | None]) -> None:
        """Changes some of them; None gives one back to guard.toml."""
        ...

    def check_campaigns(self, breaker: Breaker, now: float) -> list[Stop]:
        """Raises stops for campaigns that should stop; returns the new ones."""
        ...

    def stops(self, *, standing: bool = True, most: int = 1000) -> list[Stop]:
        """The stops, the newest first; ``standing``: only those nobody has lifted."""
        ...

    def lift(self, number: int, *, actor: str, reason: str, now: float) -> Stop | None:
        """Lets a campaign go on; it does not stop again for the same reason. None if there is no such stop."""
        ...

    def alarms(self, *, standing: bool = False, most: int = 1000) -> list[Alarm]:
        """Alarms, the newest first; ``standing``: only those that are not over."""
        ...

    def note_alarms(
        self, found: Sequence[Finding], now: float, channels: Sequence[str]
    ) -> tuple[list[Alarm], list[Alarm]]:
        """Writes what is wrong now; returns the alarms that begin and those that are over.

        For these a notice to each channel is written in the same transaction.
        """
        ...

    def due(self, now: float, *, most: int = 100) -> list[Notice]:
        """The notices that are to be sent now, the oldest first."""
        ...

    def sent(self, number: int, now: float, *, error: str | None, retry: float | None) -> None:
        """What became of sending a notice: without ``error`` it is done; ``retry`` is when to try again, if at all."""
        ...

    def rates(self, since_day: int) -> list[Rate]:
        """Mails with a final outcome by UTC day, stream and provider; failures of outages are left out."""
        ...

    def blocked(self, since: float, *, most: int = 2000) -> list[Blocked]:
        """The latest refusals for the sender's sake."""
        ...

    def feedback(self, since: float) -> dict[str, int]:
        """How many reports about the sender came in, by type (``auth-failure``, ``virus``)."""
        ...

    def bringing(self, since: float) -> list[tuple[str, int, float]]:
        """Sources of batches since a time, with the number of UTC days on which they brought some, and the latest."""
        ...

    def revivals_between(self, begin: float, end: float) -> Kinds:
        """What became of pauses that ended between two times, by the policy in force."""
        ...
