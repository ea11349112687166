"""Calendar months in UTC, as reports name them: ``2026-10``."""

import re
from datetime import UTC, datetime

import msgspec

from prellbock.kinds import SettingError

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_EARLIEST, _LATEST = 1970, 2999


class MonthError(SettingError):
    """This is no month that can be reported on; the message says what is."""


class Month(msgspec.Struct, frozen=True, order=True):
    """One month; ``number`` is 1 to 12."""

    year: int
    number: int

    @property
    def begin(self) -> float:
        """Unix seconds UTC."""
        return datetime(self.year, self.number, 1, tzinfo=UTC).timestamp()

    @property
    def end(self) -> float:
        """Unix seconds UTC, excluded."""
        return self.after.begin

    @property
    def after(self) -> "Month":
        """The next one."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def before(self) -> "Month":
        """The one before."""
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def month_of(text: str) -> Month:
    """``2026-10`` as a month. Raises `MonthError`."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not _EARLIEST <= int(found[1]) <= _LATEST:
        raise MonthError("a month is written as year and month, such as 2026-10")
    return Month(int(found[1]), int(found[2]))


def begun_month(text: str | None, now: float) -> Month:
    """The month of a text, None: the latest that is over. Raises `MonthError` where it has not begun, or is none."""
    month = last_whole(now) if text is None else month_of(text)
    if month.begin >= now:
        raise MonthError(f"the month {month} has not begun yet")
    return month


def month_at(now: float) -> Month:
    """The month in which a time (Unix seconds UTC) lies."""
    at = datetime.fromtimestamp(now, UTC)
    return Month(at.year, at.month)


def last_whole(now: float) -> Month:
    """The latest month that is over."""
    return month_at(now).before
