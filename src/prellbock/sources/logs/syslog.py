"""The beginning of a syslog line: when, on which host, by which program.

RFC 3164 (``Nov  9 10:00:00 host tag[pid]: ``), which tells neither year nor zone, and the same with a time stamp after
RFC 3339, which most systems can be told to write and should.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime, tzinfo

from prellbock.sources.record import RecordError, instant

_MONTHS = {name: number for number, name in enumerate(
    (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"), 1)}  # fmt: skip
HEAD = re.compile(
    rb"(?:<\d{1,3}>)?(?:([A-Z][a-z]{2} [ \d]\d [\d:]{8})|(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)))"
    rb" (\S+) ([^\s:\[]+)(?:\[\d+\])?: "
)
"""Groups: the time without a year, or the one after RFC 3339; the host; the program."""
_DAY = 86_400.0
_MOST = 10_000


class Clock:
    """Makes Unix seconds of the times of one file."""

    def __init__(self, written: float, zone: tzinfo | None) -> None:
        self._latest = written + _DAY
        self._zone = zone
        self._hours: dict[bytes, float] = {}

    def of_syslog(self, stamp: bytes) -> float:
        """``Nov  9 10:00:00``: in the year that puts it before the file was last written. Raises `RecordError`."""
        known = self._hours.get(stamp[:9])
        if known is None:
            known = self._hour(stamp)
        return known + int(stamp[10:12]) * 60 + int(stamp[13:15])

    def _hour(self, stamp: bytes) -> float:
        seconds = None
        try:
            month, day, hour = _MONTHS[stamp[:3]], int(stamp[4:6]), int(stamp[7:9])
            newest = datetime.fromtimestamp(self._latest, UTC).year
            # The 29th of February is not in every year.
            for year in (newest, newest - 1):
                with suppress(ValueError):
                    if (moment := self.local(year, month, day, hour)) <= self._latest:
                        seconds = moment
                        break
        except (KeyError, ValueError):
            seconds = None
        if seconds is None:
            raise RecordError(f"time: {stamp.decode('latin-1')!r} is no time of syslog")
        if len(self._hours) >= _MOST:
            self._hours.clear()
        self._hours[stamp[:9]] = seconds
        return seconds

    def local(self, year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> float:
        """A time of the zone of the file, as Unix seconds. Raises `ValueError`."""
        return datetime(year, month, day, hour, minute, second, tzinfo=self._zone).timestamp()

    def of_iso(self, text: str) -> float:
        """After RFC 3339, or ``2002-07-11 07:14:17[.123][ +0100]`` in the zone of the file. Raises `RecordError`."""
        try:
            moment = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
        except ValueError:
            return instant(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return moment.timestamp()


def of_program(names: tuple[bytes, ...]) -> re.Pattern[bytes]:
    """Finds a line of one of these programs among the first lines of a file."""
    return re.compile(
        rb"^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT\S+) \S+ (?:" + b"|".join(names) + rb")",
        re.MULTILINE,
    )
