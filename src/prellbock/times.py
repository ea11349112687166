"""How times are written everywhere: RFC 3339 in UTC; and how long an HTTP server asks to wait."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def rfc3339(seconds: float | None) -> str | None:
    """Unix seconds as ``2026-01-05T08:00:00Z``, with milliseconds where there are any; None stays None."""
    if seconds is None:
        return None
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return f"{text.removesuffix('+00:00').removesuffix('.000')}Z"


def retry_after(value: str | None) -> float | None:
    """Seconds from now that a ``Retry-After`` asks for (RFC 9110, section 10.2.3); None where it says nothing."""
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
