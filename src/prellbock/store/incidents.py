"""Incidents as a store tells them. A part of the contract of every store (`prellbock.store.contract`)."""

from typing import Protocol

import msgspec

from prellbock.guard.incidents import Verdict
from prellbock.history.judge import Standing


class Point(msgspec.Struct, frozen=True):
    """Ten minutes of the curve of an incident; ``time`` is their begin, Unix seconds UTC."""

    time: float
    delivered: int
    failed: int
    """Failed for good, of the incident's category."""
    alive: int | None
    """How many of the failed were known to be alive; None where nobody asked, since little failed."""
    surge: bool


class Judged(msgspec.Struct, frozen=True):
    """What a person said about an incident, and whether it was taken back. Times are Unix seconds UTC."""

    verdict: Verdict
    recorded: float
    actor: str
    reason: str
    undone: float | None = None
    undone_by: str | None = None
    undone_reason: str | None = None


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which a provider called the living dead. Times are Unix seconds UTC."""

    name: str
    provider: str | None
    """None: providers without a name, together."""
    category: str
    begin: float
    end: float | None
    """None while it goes on."""
    noticed: float
    """When it was clear in event time: the end of the first bucket that surged."""
    recorded: float
    """When it was written down, by the clock."""
    verdict: Verdict
    """What holds: of an ``outage`` the failures do not count, of a ``real`` one they do."""
    by_hand: bool
    """Whether a person said so; else the counts did."""
    delivered: int
    failed: int
    alive: int
    """Estimated from the failures that were looked at."""
    recipients: int
    """Whose failures lie in it."""
    revived: int
    """Of these the ones who got a delivery since its end (since its begin, while it goes on)."""
    decisions: int
    """Decisions that were taken anew because of it."""
    judgements: tuple[Judged, ...] = ()
    """Oldest first."""
    curve: tuple[Point, ...] = ()
    """From some hours before to some hours after; only where one incident is asked for."""


class Held(msgspec.Struct, frozen=True):
    """A recipient whose failures lie in an incident, and what hangs on its verdict."""

    number: int
    address: str | None
    hash: str
    failures: int
    """Of theirs in the window."""
    latest: float
    """When the latest of these was, Unix seconds UTC."""
    now: Standing
    otherwise: Standing
    """What would hold, were the incident judged the other way."""


class NothingSaidError(Exception):
    """Nobody has said anything about an incident that could be taken back."""


class Guards(Protocol):
    """What a store knows of outages."""

    def incidents(self, *, most: int = 1000) -> list[Incident]:
        """The latest incidents, the newest first."""
        ...

    def incident(self, name: str) -> Incident | None:
        """One incident with its curve."""
        ...

    def held(self, name: str, *, after: int, most: int) -> list[Held]:
        """Whose decisions hang on an incident, by ``number`` from the one after ``after`` on; none for an unknown name.

        Domains are left out: they have no decision of their own in an incident.
        """
        ...

    def judge_incident(self, name: str, verdict: Verdict, *, actor: str, reason: str, now: float) -> Incident | None:
        """A person says what an incident is; everybody in it is judged anew, and what changes is announced.

        What holds already by the latest judgement is not judged again. None if there is no such incident.
        """
        ...

    def undo_judgement(self, name: str, *, actor: str, reason: str, now: float) -> Incident | None:
        """Takes back what people last said about an incident, so that what held before holds again.

        None if there is no such incident. Raises `NothingSaidError`.
        """
        ...

    def settle(self, now: float) -> int:
        """Announces what waited for its bucket to be judged, as far as the clock says that it is; returns how many."""
        ...
