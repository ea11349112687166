"""Incidents as every interface tells them: times are RFC 3339 in UTC."""

import msgspec

from prellbock.guard.surge import share
from prellbock.store.incidents import Incident, Judged, Point
from prellbock.times import rfc3339


class PointRecord(msgspec.Struct, frozen=True):
    """Ten minutes of a curve."""

    time: str | None
    delivered: int
    failed: int
    alive: int | None
    surge: bool


class JudgedRecord(msgspec.Struct, frozen=True):
    """What a person said."""

    verdict: str
    recorded: str | None
    by: str
    reason: str
    undone: str | None
    undone_by: str | None
    undone_reason: str | None


class IncidentRecord(msgspec.Struct, frozen=True):
    """A time in which a provider called the living dead."""

    name: str
    provider: str | None
    category: str
    status: str
    """``open`` or ``ended``."""
    begin: str | None
    end: str | None
    noticed: str | None
    """When it was clear, in event time."""
    recorded: str | None
    verdict: str
    """``outage``: the failures do not count; ``real``: they do."""
    by_hand: bool
    delivered: int
    failed: int
    alive: int
    share: float
    """Of the living whose mail failed, 0 to 1."""
    recipients: int
    """Whose decisions are held, or were taken back."""
    revived: int
    decisions: int
    judgements: list[JudgedRecord]
    curve: list[PointRecord]


def incident_record(incident: Incident) -> IncidentRecord:
    """One incident."""
    return IncidentRecord(
        name=incident.name,
        provider=incident.provider,
        category=incident.category,
        status="open" if incident.end is None else "ended",
        begin=rfc3339(incident.begin),
        end=rfc3339(incident.end),
        noticed=rfc3339(incident.noticed),
        recorded=rfc3339(incident.recorded),
        verdict=incident.verdict,
        by_hand=incident.by_hand,
        delivered=incident.delivered,
        failed=incident.failed,
        alive=incident.alive,
        share=round(share(incident.alive, incident.delivered), 4),
        recipients=incident.recipients,
        revived=incident.revived,
        decisions=incident.decisions,
        judgements=[_judged(each) for each in incident.judgements],
        curve=[_point(each) for each in incident.curve],
    )


def _judged(each: Judged) -> JudgedRecord:
    return JudgedRecord(
        each.verdict, rfc3339(each.recorded), each.actor, each.reason, rfc3339(each.undone), each.undone_by,
        each.undone_reason,
    )  # fmt: skip


def _point(each: Point) -> PointRecord:
    return PointRecord(rfc3339(each.time), each.delivered, each.failed, each.alive, each.surge)
