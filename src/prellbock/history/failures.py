"""On which days did mail to somebody fail, and which mail? Some hundred octets, whatever the order of events.

Of the days only a bit is kept, by *cell*: category, permanence, stream and provider, the things by which history rules
choose. Of the latest messages more is kept: when they failed, and their keys. Both are maxima of sets ("the 366 most
recent days", "the 8 latest failures"), so the same events leave the same memory however they came.
"""

import struct
from bisect import insort

import msgspec

from prellbock.history.cells import TOUCHING, cell_of

DAY = 86400.0
"""Seconds of a UTC day."""
DAYS_KEPT = 366
"""A failure is forgotten when one comes that is so many days newer, and when so many days of cells are newer. With
fewer the beginning of a ladder would fall out of memory while it is being climbed."""
MESSAGES_KEPT = 4
"""Latest messages known exactly per day and cell: enough to tell one message reported on two days from two."""
RECENT_KEPT = 8
"""Latest messages of a recipient that are known exactly."""
RECENT_KEPT_OF_DOMAIN = 64

_WINDOW = (1 << DAYS_KEPT) - 1

_HEAD = struct.Struct("<iIHB")
_CELL = struct.Struct("<IBHB")
_MESSAGE = struct.Struct("<IBqIIB")


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One report that a message failed. ``time`` is Unix seconds UTC."""

    time: float
    event: int
    """Key of the stored event: the evidence."""
    message: int
    """Key of the message: reports with the same one are the same failure. Where the message is known by sender and
    stream alone (`identity.WINDOWED` is set), only for a while."""
    category: str
    permanent: bool | None = None
    stream: str | None = None
    provider: str | None = None
    origin: int = 0
    """Sender and stream of the message (`identity.of_origin`): joins reports with and without a message id."""

    def report(self) -> "Report":
        """As it is remembered. Raises KeyError for categories that touch nobody."""
        number = cell_of(self.category, self.permanent, self.stream, self.provider)
        time = round(self.time * 1000) / 1000
        return Report(time, number, self.event, self.message & 0xFFFF_FFFF, self.origin)


class Report(msgspec.Struct, frozen=True, array_like=True, order=True, gc=False):
    """One of the latest failures, in the order of time, then of what is said; an installation's own keys come last."""

    time: float
    cell: int
    event: int
    message: int
    """The low 32 bits of the message's key."""
    origin: int


class Failures:
    """The memory of failures. ``days``: cell → bits, bit n for the day ``top`` - n; days count from 1970-01-01 UTC."""

    __slots__ = ("days", "earliest", "latest", "overflown", "top")

    def __init__(self) -> None:
        self.top = 0
        """The newest day with a failure."""
        self.days: dict[int, int] = {}
        self.earliest = DAY
        """The earliest time of day of any failure, in seconds: days that are no longer known exactly count from it."""
        self.latest: list[Report] = []
        """The latest messages, oldest first."""
        self.overflown = False
        """Whether there were more messages than stand in ``latest``."""

    def __bool__(self) -> bool:
        return bool(self.days)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Failures) and self.encode() == other.encode()

    __hash__ = None  # type: ignore[assignment]

    @property
    def newest(self) -> float:
        """Time of the latest failure; 0 if there is none."""
        return self.latest[-1].time if self.latest else 0.0

    @property
    def oldest_day(self) -> float:
        """The begin (Unix seconds) of the oldest day with a failure."""
        return (self.top - max(bits.bit_length() for bits in self.days.values()) + 1) * DAY

    @property
    def of_domain(self) -> bool:
        """Whether these are failures in transport, of a whole domain."""
        return any(number & 31 > len(TOUCHING) for number in self.days)

    def add(self, failure: Failure) -> None:
        """Remembers one report."""
        self._add(failure.report())

    def _add(self, report: Report) -> None:
        day = int(report.time // DAY)
        if (time_of_day := report.time - day * DAY) < self.earliest:
            self.earliest = round(time_of_day * 1000) / 1000
        if not self:
            self.top = day
        elif day > self.top:
            self._move(day)
        back = self.top - day
        if back >= DAYS_KEPT:
            self.overflown = True
            return
        self.days[report.cell] = self.days.get(report.cell, 0) | 1 << back
        self._note(report, day)
        self._bound()

    def _move(self, top: int) -> None:
        """Makes ``top`` the newest day, and forgets what is too old then."""
        shift = top - self.top
        self.top = top
        if shift >= DAYS_KEPT:
            self.days.clear()
        else:
            self.days = {cell: moved for cell, bits in self.days.items() if (moved := bits << shift & _WINDOW)}
        begin = (top - DAYS_KEPT + 1) * DAY
        if self.latest and self.latest[0].time < begin:
            self.latest = [report for report in self.latest if report.time >= begin]
            self.overflown = True

    def _bound(self) -> None:
        """Keeps the most recent days of all cells together."""
        if len(self.days) == 1:
            return
        too_many = sum([bits.bit_count() for bits in self.days.values()]) - DAYS_KEPT
        for _ in range(too_many):
            oldest = max(self.days, key=lambda cell: (self.days[cell].bit_length(), -cell))
            if rest := self.days[oldest] & (1 << self.days[oldest].bit_length() - 1) - 1:
                self.days[oldest] = rest
            else:
                del self.days[oldest]

    def _note(self, report: Report, day: int) -> None:
        """Puts a report among the latest: each message's latest of a day, within the bounds."""
        latest = self.latest
        if latest and latest[-1].time >= day * DAY:
            if not self._put(report, day):
                return
        else:
            latest.append(report)
        most = RECENT_KEPT if report.cell & 31 <= len(TOUCHING) else RECENT_KEPT_OF_DOMAIN
        if len(latest) > most:
            del latest[0]
            self.overflown = True

    def _put(self, report: Report, day: int) -> bool:
        """Puts a report among others of its day, or of later ones; False if others are kept instead."""
        latest = self.latest
        begin, end = day * DAY, (day + 1) * DAY
        alike = [r for r in latest if r.cell == report.cell and begin <= r.time < end]
        known = next((r for r in alike if r.message == report.message), None)
        if known is not None:
            if known >= report:
                return False
            latest.remove(known)
        elif len(alike) >= MESSAGES_KEPT:
            self.overflown = True
            if report < alike[0]:
                return False
            latest.remove(alike[0])
        insort(latest, report)
        return True

    def merge(self, other: "Failures") -> None:
        """Learns everything that another memory knows."""
        if not other:
            return
        if not self:
            self.top = other.top
        elif other.top > self.top:
            self._move(other.top)
        shift = self.top - other.top
        for number, bits in other.days.items():
            if kept := bits << shift & _WINDOW:
                self.days[number] = self.days.get(number, 0) | kept
        self.earliest = min(self.earliest, other.earliest)
        self.overflown |= other.overflown
        self._bound()
        for report in other.latest:
            self._add(report)

    def until(self, time: float) -> "Failures":
        """The failures up to a time; of days that are no longer known exactly all or nothing."""
        cut = Failures()
        for report in self.latest:
            if report.time <= time:
                cut._add(report)
        older = Failures()
        older.top, older.earliest, older.overflown = self.top, self.earliest, self.overflown
        # The days before those of the latest messages, as far as they had come.
        last = min(int(self.latest[0].time // DAY) - 1 if self.latest else self.top, int((time - self.earliest) // DAY))
        known = max(self.top - last, 0)
        older.days = {cell: rest for cell, bits in self.days.items() if (rest := bits >> known << known)}
        if older.days:
            older._lower()
            cut.merge(older)
        return cut

    def _lower(self) -> None:
        """Makes the newest day that has a bit the top."""
        spare = min((bits & -bits).bit_length() - 1 for bits in self.days.values())
        self.top -= spare
        self.days = {cell: bits >> spare for cell, bits in self.days.items()}

    # --- stored form

    def encode(self) -> bytes:
        """Little-endian: newest day, earliest millisecond of a day, counts; cells with their bits; latest messages."""
        if not self:
            return b""
        recent = {report.cell for report in self.latest}
        # Those of the latest messages first, so that an octet names each.
        cells = sorted(self.days, key=lambda cell: (cell not in recent, cell))
        place = {cell: index for index, cell in enumerate(cells)}
        parts = [_HEAD.pack(self.top, round(self.earliest * 1000), len(cells) << 1 | self.overflown, len(self.latest))]
        for number in cells:
            bits = self.days[number]
            low = (bits & -bits).bit_length() - 1
            size = (bits.bit_length() - low + 7) // 8
            parts.append(
                _CELL.pack(number & 0xFFFF_FFFF, number >> 32, low, size) + (bits >> low).to_bytes(size, "little")
            )
        end = (self.top + 1) * 86_400_000
        for report in self.latest:
            back = end - round(report.time * 1000)
            where = place[report.cell]
            parts.append(
                _MESSAGE.pack(back & 0xFFFF_FFFF, back >> 32, report.event, report.message, report.origin, where)
            )
        return b"".join(parts)


def decode(stored: bytes) -> Failures:
    """What `Failures.encode` wrote."""
    failures = Failures()
    if not stored:
        return failures
    failures.top, earliest, counts, messages = _HEAD.unpack_from(stored)
    failures.earliest = earliest / 1000
    failures.overflown = bool(counts & 1)
    at = _HEAD.size
    cells = []
    for _ in range(counts >> 1):
        below, above, low, size = _CELL.unpack_from(stored, at)
        at += _CELL.size + size
        cells.append(below | above << 32)
        failures.days[cells[-1]] = int.from_bytes(stored[at - size : at], "little") << low
    end = (failures.top + 1) * 86_400_000
    failures.latest = [
        Report((end - (low | high << 32)) / 1000, cells[index], event, message, origin)
        for low, high, event, message, origin, index in _MESSAGE.iter_unpack(stored[at : at + messages * _MESSAGE.size])
    ]
    return failures
