"""How times are written everywhere: RFC 3339 in UTC."""

from datetime import UTC, datetime


def rfc3339(seconds: float | None) -> str | None:
    """Unix seconds as ``2026-01-05T08:00:00Z``, with milliseconds where there are any; None stays None."""
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}Z" if moment.microsecond >= 1000 else f"{text}Z"
