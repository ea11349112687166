"""When does a provider call everybody unknown? Windows in which its directory is out of order.

Model: Gmail answered 550-5.1.1 to valid recipients on 14 December 2020 from 22:16 UTC and on 15 December 2020 from
19:38 UTC, 6 hours and 41 minutes together.
"""

import re
from datetime import datetime
from typing import NamedTuple

from prellbock.simulate.providers import PROVIDERS

_SPAN = re.compile(r"(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class Outage(NamedTuple):
    """Seconds since the start of the world, the end not included."""

    provider: str
    begin: int
    end: int


class OptionError(ValueError):
    """An option makes no sense; the message says what would."""


def seconds(span: str) -> int:
    """The length of a span such as ``6h41m``, ``3d`` or ``90m`` in seconds. Raises `OptionError`."""
    found = _SPAN.fullmatch(span.strip())
    if not found or not any(found.groups()):
        raise OptionError(
            f"{span!r} is not a span of time; write days, hours, minutes, seconds such as 3d, 36h or 6h41m"
        )
    return sum(int(count) * _SECONDS[unit] for unit, count in found.groupdict().items() if count)


def moment(text: str) -> datetime:
    """An RFC 3339 time with its zone. Raises `OptionError`."""
    try:
        when = datetime.fromisoformat(text.strip().upper().replace("Z", "+00:00"))
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise OptionError(f"{text!r} is not an RFC 3339 time with its zone such as 2026-01-05T00:00:00Z")
    return when


def outage(text: str, start: datetime) -> Outage:
    """Reads ``PROVIDER@START+DURATION``; START is a span since ``start`` or an RFC 3339 time. Raises `OptionError`."""
    provider, at, rest = text.partition("@")
    begin_text, plus, length = rest.rpartition("+")
    if not at or not plus:
        raise OptionError(f"{text!r} is not PROVIDER@START+DURATION, such as google@3d+6h41m")
    if provider not in PROVIDERS:
        raise OptionError(f"nobody is called {provider!r}; an outage can hit {', '.join(PROVIDERS)}")
    if _SPAN.fullmatch(begin_text) and begin_text:
        begin = seconds(begin_text)
    else:
        begin = int((moment(begin_text) - start).total_seconds())
    duration = seconds(length)
    if duration == 0:
        raise OptionError(f"the outage {text!r} lasts no time")
    return Outage(provider, begin, begin + duration)
