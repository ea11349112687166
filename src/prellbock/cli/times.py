"""Times on the command line: RFC 3339 or Unix seconds in, RFC 3339 out."""

from datetime import UTC, datetime
from typing import Any

import click

from prellbock.sources.record import RecordError, instant


class Time(click.ParamType[float]):
    """An option that takes a time and gives Unix seconds UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            return instant(str(value) if "T" in str(value) or "-" not in str(value)[1:] else f"{value}T00:00:00Z")
        except RecordError:
            self.fail(f"{value!r} is not a time; write 2026-01-05T08:00:00Z, 2026-01-05 or Unix seconds", param, ctx)


def rfc3339(seconds: float | None) -> str | None:
    """Unix seconds as ``2026-01-05T08:00:00Z``, with milliseconds where there are any; None stays None."""
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}Z" if moment.microsecond >= 1000 else f"{text}Z"
