"""Incidents, alarms and stops as every interface tells them: times are RFC 3339 in UTC."""

import msgspec

from prellbock.guard.alarms import SUMMARY, Alarm
from prellbock.guard.surge import share
from prellbock.store.alarms import Stop
from prellbock.store.incidents import Held, Incident, Judged, Point
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


class HeldRecord(msgspec.Struct, frozen=True):
    """A recipient whose decision hangs on an incident."""

    address: str | None
    hash: str
    failures: int
    """Of theirs in the incident."""
    latest: str | None
    """When the latest of these was."""
    status: str
    until: str | None
    otherwise: str
    """The status that would hold, were the incident judged the other way."""
    otherwise_until: str | None


def held_record(held: Held, now: float) -> HeldRecord:
    """One recipient, as of a time (Unix seconds UTC)."""
    status, otherwise = held.now.at(now), held.otherwise.at(now)
    return HeldRecord(
        held.address, held.hash, held.failures, rfc3339(held.latest), status.status, rfc3339(status.until),
        otherwise.status, rfc3339(otherwise.until),
    )  # fmt: skip


class AlarmRecord(msgspec.Struct, frozen=True):
    """Something that is or was wrong."""

    alarm: int
    kind: str
    summary: str
    subject: str
    state: str
    """``raised`` or ``recovered``."""
    since: str | None
    until: str | None
    value: float
    worst: float
    limit: float
    details: dict[str, str | int | float]


class StopRecord(msgspec.Struct, frozen=True):
    """A campaign that should stop, or was let go on."""

    stop: int
    campaign: str
    domain: str | None
    """None: everywhere."""
    reason: str
    messages: int
    failed: int
    share: float
    raised: str | None
    lifted: str | None
    lifted_by: str | None
    lifted_reason: str | None


def alarm_record(alarm: Alarm) -> AlarmRecord:
    """One alarm."""
    return AlarmRecord(
        alarm.number, alarm.kind, SUMMARY[alarm.kind], alarm.subject, "raised" if alarm.until is None else "recovered",
        rfc3339(alarm.since), rfc3339(alarm.until), alarm.value, alarm.worst, alarm.limit, alarm.details,
    )  # fmt: skip


def stop_record(stop: Stop) -> StopRecord:
    """One stop."""
    return StopRecord(
        stop.number, stop.campaign, stop.domain or None, stop.reason, stop.messages, stop.failed,
        round(stop.failed / stop.messages, 4), rfc3339(stop.raised), rfc3339(stop.lifted), stop.lifted_by,
        stop.lifted_reason,
    )  # fmt: skip
