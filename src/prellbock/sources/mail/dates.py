"""Date headers (RFC 5322 section 3.3, and what is written in their place) as Unix seconds UTC."""

from email.utils import mktime_tz, parsedate_tz

_EARLIEST = 0.0
_LATEST = 4_102_444_800.0
"""1 January 2100: a later date is a mistake."""


def time_of(value: str) -> float | None:
    """Unix seconds of a date header; None where it is none or out of range. No zone means UTC."""
    text = value.strip()[:200]
    if not text:
        return None
    try:
        parts = parsedate_tz(text)
        seconds = float(mktime_tz(parts)) if parts is not None else -1.0
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return seconds if _EARLIEST < seconds < _LATEST else None
