"""When does it run? ``daily 03:00 Europe/Berlin``, or the five fields of cron, with a time zone or in UTC.

Where a time is skipped or comes twice because the clock is changed, it runs once, after the rules of Debian's cron.
"""

import re
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from prellbock.kinds import SettingError

EXAMPLES = "daily 03:00 Europe/Berlin, weekly mon 06:30, hourly, or cron such as */15 * * * *"
LONGEST = 100
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_WORDS = re.compile(
    r"(?:(?P<hourly>hourly)|daily (?P<daily>\d\d:\d\d)|weekly (?P<day>[a-z]{3}) (?P<weekly>\d\d:\d\d))"
    r"(?: (?P<zone>\S+))?"
)


def next_run(schedule: str, after: float) -> float:
    """The first time of a schedule after a time (Unix seconds). Raises `SettingError`."""
    return next_runs(schedule, after, 1)[0]


def next_runs(schedule: str, after: float, count: int) -> list[float]:
    """So many times of a schedule after a time (Unix seconds), fewer where there are no more. Raises `SettingError`."""
    from cronsim import CronSim, CronSimError

    cron, zone = fields_of(schedule)
    try:
        coming = CronSim(cron, datetime.fromtimestamp(after, zone))
    except CronSimError as error:
        raise SettingError(f"schedule: {schedule!r} is none ({error}); write {EXAMPLES}") from None
    found = [float(each.timestamp()) for each in islice(coming, count)]
    if not found:
        raise SettingError(f"schedule: {schedule!r} never comes")
    return found


def fields_of(schedule: str) -> tuple[str, ZoneInfo]:
    """The five fields of cron, and the time zone. Raises `SettingError`."""
    if len(schedule) > LONGEST:
        raise SettingError(f"schedule: more than {LONGEST} characters; write {EXAMPLES}")
    words = " ".join(schedule.split())
    if (found := _WORDS.fullmatch(words)) is not None:
        zone = found["zone"]
        if found["hourly"]:
            return "0 * * * *", _zone(zone)
        hour, minute = (int(each) for each in (found["daily"] or found["weekly"]).split(":"))
        if found["day"] and found["day"] not in _DAYS:
            raise SettingError(f"schedule: {found['day']!r} is no day; write one of {', '.join(_DAYS)}")
        return f"{minute} {hour} * * {_DAYS.index(found['day']) if found['day'] else '*'}", _zone(zone)
    fields = words.split(" ")
    if len(fields) not in (5, 6):
        raise SettingError(f"schedule: {schedule!r} is none; write {EXAMPLES}")
    return " ".join(fields[:5]), _zone(fields[5] if len(fields) == 6 else None)


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingError(f"schedule: {name!r} is no time zone; write one such as Europe/Berlin") from None
