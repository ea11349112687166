"""The limits of alarms, one by one: as guard.toml has them, and as people change them while the server runs."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from prellbock.alarming.settings import Guarded
from prellbock.guard.alarms import Kind

Unit = Literal["share", "count", "times", "minutes", "hours"]
MOST = 1_000_000
"""Of what is no share."""


class LimitError(Exception):
    """A limit is unknown or out of range; the message says which and what it may be."""


class Limit(msgspec.Struct, frozen=True):
    """One limit. ``name`` is the way to it in guard.toml; a share is 0 to 1."""

    name: str
    kind: Kind
    """The alarm it belongs to."""
    unit: Unit


LIMITS = (
    Limit("alarms.hard_bounce_share", "hard_bounces", "share"),
    Limit("alarms.hard_bounce_messages", "hard_bounces", "count"),
    Limit("alarms.sender_refusals", "sender_blocked", "count"),
    Limit("alarms.feedback_reports", "feedback", "count"),
    Limit("alarms.unclassified_share", "unclassified", "share"),
    Limit("alarms.unclassified_messages", "unclassified", "count"),
    Limit("alarms.silence_hours", "silence", "hours"),
    Limit("alarms.revival_share", "revival", "share"),
    Limit("alarms.revival_cases", "revival", "count"),
    Limit("breaker.share", "stop", "share"),
    Limit("breaker.messages", "stop", "count"),
    Limit("breaker.hard_share", "stop", "share"),
    Limit("breaker.hard_messages", "stop", "count"),
    Limit("alarms.door_minutes", "door", "minutes"),
    Limit("alarms.destination_minutes", "destination", "minutes"),
    Limit("alarms.behind_minutes", "destination", "minutes"),
    Limit("alarms.apart", "apart", "count"),
    Limit("alarms.drift.share", "drift", "share"),
    Limit("alarms.drift.times", "drift", "times"),
    Limit("alarms.drift.agreement", "drift", "share"),
    Limit("alarms.drift.responses", "drift", "count"),
    Limit("alarms.drift.recipients", "drift", "count"),
)
"""All of them, those of one alarm together."""
_UNIT = {limit.name: limit.unit for limit in LIMITS}


def value_of(settings: Guarded, name: str) -> float:
    """The value of one of `LIMITS`."""
    found: Any = settings
    for part in name.split("."):
        found = getattr(found, part)
    return float(found)


def overlaid(settings: Guarded, changed: Mapping[str, float]) -> Guarded:
    """The settings with what people have changed, by name; names that are no limits any more are passed over."""
    for name, value in changed.items():
        if name in _UNIT:
            settings = _replaced(settings, name.split("."), value)
    return settings


def _replaced(where: Any, way: list[str], value: float) -> Any:
    now = getattr(where, way[0])
    new = _replaced(now, way[1:], value) if way[1:] else type(now)(value)
    return msgspec.structs.replace(where, **{way[0]: new})


def check(name: str, value: float) -> None:
    """Raises `LimitError` where a limit may not be so."""
    unit = _UNIT.get(name)
    if unit is None:
        raise LimitError(f"{name[:80]!r} is no limit: GET /v1/alarms/limits names them")
    if unit == "share" and not 0 <= value <= 1:
        raise LimitError(f"{name}: a share is 0 to 1, so 1 % is 0.01")
    if not 0 <= value <= MOST:
        raise LimitError(f"{name}: give a number from 0 to {MOST:,}")
    if unit == "count" and value != int(value):
        raise LimitError(f"{name}: give a whole number")
