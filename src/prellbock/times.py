"""How times are written everywhere: RFC 3339 in UTC."""

from datetime import UTC, datetime


def rfc3339(seconds: float | None) -> str | None:
    """Unix seconds as ``2026-01-05T08:00:00Z``, with milliseconds where there are any; None stays None."""
    if seconds is None:
        return None
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return f"{text.removesuffix('+00:00').removesuffix('.000')}Z"
