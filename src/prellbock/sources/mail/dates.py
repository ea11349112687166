"""Date headers (RFC 5322 section 3.3, and what is written in their place) as Unix seconds UTC."""

import re
from datetime import date
from functools import lru_cache

_EARLIEST = 0.0
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
    """Unix seconds of a date header; None where it is none or out of range. No zone means UTC."""
    text = value.strip()[:200]
    if not text:
        return None
    if (usual := _USUAL.fullmatch(text)) is not None:
        day, hour, minute, second, zone = usual.groups()
        if (midnight := _midnight(day)) is not None:
            return _within(midnight + int(hour) * 3600 + int(minute) * 60 + int(second) - _offset(zone))
    return _unusual(text)


def _unusual(text: str) -> float | None:
    from email.utils import mktime_tz, parsedate_tz

    try:
        parts = parsedate_tz(text)
        seconds = float(mktime_tz(parts)) if parts is not None else -1.0
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return _within(seconds)


@lru_cache(maxsize=1024)
def _midnight(text: str) -> float | None:
    """Seconds of ``29 Apr 2010`` in UTC; mails come from few days."""
    day, name, year = text.split(" ")
    month = _MONTHS.get(name)
    if month is None or year == "0000":
        return None
    return (date(int(year), month, 1).toordinal() - _FIRST_DAY + int(day) - 1) * 86400.0


@lru_cache(maxsize=256)
def _offset(zone: str) -> int:
    """Seconds of ``+0900`` before UTC."""
    seconds = int(zone[1:3]) * 3600 + int(zone[3:5]) * 60
    return -seconds if zone[0] == "-" else seconds


def _within(seconds: float) -> float | None:
    return seconds if _EARLIEST < seconds < _LATEST else None
