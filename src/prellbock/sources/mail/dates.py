"""Date headers (RFC 5322 section 3.3, and what is written in their place) as Unix seconds UTC."""

import re
from datetime import date, datetime
from functools import lru_cache

from prellbock.sources.mail.message import Message

_EARLIEST = 378_691_200.0
"""1 January 1982, the year of RFC 822: an earlier date comes from a clock that was never set."""
_LATEST = 4_102_444_800.0
"""1 January 2100: a later date is a mistake."""

_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
# `Thu, 29 Apr 2010 23:34:45 +0900 (JST)`, which most are.
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, +)?([0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r" ([+-][0-9]{4})(?: \([A-Za-z0-9:+ -]{1,40}\))?"
)
_FIRST_DAY = date(1970, 1, 1).toordinal()


def time_of(value: str) -> float | None:
    """Unix seconds of a date header; None where there is no such day or time, or out of range. No zone means UTC."""
    text = value.strip()[:200]
    if not text:
        return None
    if (usual := _USUAL.fullmatch(text)) is not None:
        day, hour, minute, second, zone = usual.groups()
        midnight = _midnight(day)
        if midnight is not None and hour < "24" and minute < "60" and second <= "60":
            return _within(midnight + int(hour) * 3600 + int(minute) * 60 + int(second) - _offset(zone))
    return _unusual(text)


def time_of_mail(mail: Message) -> float | None:
    """When a mail was written: its Date, else when the last server took it (the topmost Received, RFC 5321 4.4)."""
    return time_of(mail.first("date")) or time_of(mail.first("received").rpartition(";")[2])


def _unusual(text: str) -> float | None:
    from email.utils import mktime_tz, parsedate_tz

    try:
        parts = parsedate_tz(text)
        if parts is None:
            return None
        # `mktime_tz` makes a day of April out of the 99th of January; this refuses it. 60 is a leap second.
        year, month, day, hour, minute, second = parts[:6]
        datetime(year, month, day, hour, minute, 59 if second == 60 else second)
        seconds = float(mktime_tz(parts))
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return _within(seconds)


@lru_cache(maxsize=1024)
def _midnight(text: str) -> float | None:
    """Seconds of ``29 Apr 2010`` in UTC, None where there is no such day; mails come from few days."""
    day, name, year = text.split(" ")
    try:
        return (date(int(year), _MONTHS.get(name, 0), int(day)).toordinal() - _FIRST_DAY) * 86400.0
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _offset(zone: str) -> int:
    """Seconds of ``+0900`` before UTC."""
    seconds = int(zone[1:3]) * 3600 + int(zone[3:5]) * 60
    return -seconds if zone[0] == "-" else seconds


def _within(seconds: float) -> float | None:
    return seconds if _EARLIEST < seconds < _LATEST else None
