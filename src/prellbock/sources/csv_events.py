"""Delivery events as CSV with a header line (RFC 4180), columns by name; common other names are understood.

Semicolons and tabs separate as well as commas. A quote that is not closed costs the line it stands on: the lines that
it would swallow are read on their own.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

import msgspec
import orjson

from prellbock.events import DeliveryEvent
from prellbock.sources.batch import Bad, Batch, digest_of
from prellbock.sources.packed import DAMAGES
from prellbock.sources.record import RecordError, finish, instant

ROWS = 10_000
"""Rows of one batch."""
FIELD_OCTETS = 1024 * 1024
RECORD_LINES = 100
"""Lines of one record; a longer one is a quote that is not closed."""
DELIMITERS = ",;\t"

_FIELDS = frozenset(DeliveryEvent.__struct_fields__) - {"meta"}

# Other names of our fields, lower case, blanks and hyphens as underscores.
_ALIASES = {
    "email": "recipient",
    "e_mail": "recipient",
    "address": "recipient",
    "rcpt": "recipient",
    "to": "recipient",
    "timestamp": "time",
    "date": "time",
    "datetime": "time",
    "event_time": "time",
    "event": "outcome",
    "reason": "response",
    "diagnostic": "response",
    "diagnostic_code": "response",
    "error": "response",
    "from": "sender",
    "mx_host": "mx",
    "remote_mta": "mx",
    "code": "smtp_code",
    "enhanced_code": "status",
    "messageid": "message_id",
    "event_id": "id",
}


def columns_of(header: list[str]) -> dict[int, str]:
    """Which column holds which field of an event; columns that mean nothing to us are left out."""
    columns: dict[int, str] = {}
    for index, title in enumerate(header):
        name = title.strip().lower().replace(" ", "_").replace("-", "_")
        field = name if name in _FIELDS else _ALIASES.get(name)
        if field and field not in columns.values():
            columns[index] = field
    return columns


def delimiter_of(header: str) -> str | None:
    """What separates the columns of this header line; None if none of `DELIMITERS` finds time and recipient."""
    for delimiter in DELIMITERS:
        try:
            titles = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            continue
        if {"time", "recipient"} <= {*columns_of(titles).values()}:
            return delimiter
    return None


def read(file: BinaryIO, source: str, now: float) -> Iterator[Batch]:
    """Cuts a CSV file into batches; a file without the columns time and recipient is one bad piece of input."""
    csv.field_size_limit(FIELD_OCTETS)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    header: dict[int, str] | None = None
    events: list[DeliveryEvent] = []
    bad: list[Bad] = []
    parts: list[bytes] = []
    damages: list[Exception] = []
    for record in _whole_records(text, damages):
        place = f"{source}:{record.line}"
        row = record.row
        if record.wrong:
            bad.append(Bad(place, record.wrong))
            parts.append(b"?")
            continue
        if not any(row):
            continue
        if header is None:
            header = columns_of(row)
            if not {"time", "recipient"} <= {*header.values()}:
                what = "the header line names no column time or recipient; columns are found by name, for example: "
                bad.append(Bad(place, what + "time,recipient,response,mx,message_id,stream"))
                break
            continue
        parts.append(orjson.dumps([cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for cell in row]))
        try:
            events.append(_event(row, header, now))
        except RecordError as error:
            bad.append(Bad(place, str(error)))
        if len(parts) >= ROWS:
            yield Batch(source, events, bad, digest_of(b"csv", *parts), octets=sum(map(len, parts)))
            events, bad, parts = [], [], []
    if events or bad:
        yield Batch(source, events, bad, digest_of(b"csv", *parts), octets=sum(map(len, parts)))
    if damages:
        raise damages[0]
    text.detach()


class _Record(NamedTuple):
    """A record and the line it begins on; ``wrong`` says why it cannot be used."""

    line: int
    row: list[str]
    wrong: str = ""


class _TooLongError(Exception):
    """More lines than a record may have."""


class _Lines:
    """The lines of a file, of which those of the last record can be given back."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = iter(text)
        self._again: list[str] = []
        self.number = 0
        self.record: list[str] = []
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.record) >= RECORD_LINES:
            raise _TooLongError
        line = self._again.pop() if self._again else next(self._text, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.number += 1
        self.record.append(line)
        return line

    def give_back(self, keep: int) -> None:
        """All lines of the record but the first ``keep`` will come again."""
        lines = self.record[keep:]
        self._again += reversed(lines)
        self.number -= len(lines)
        self.record = []


def _whole_records(text: Iterable[str], damages: list[Exception]) -> Iterator[_Record]:
    """The records before a damage of the file, which is put into ``damages``."""
    try:
        yield from _records(text)
    except DAMAGES as error:
        damages.append(error)


def _records(text: Iterable[str]) -> Iterator[_Record]:
    lines = _Lines(text)
    delimiter, columns = "", {}  # type: str, dict[int, str]
    width = 0
    rows = csv.reader(lines)
    while True:
        lines.record = []
        first, wrong, row = lines.number + 1, "", []
        try:
            if not delimiter:
                delimiter = delimiter_of(next(lines)) or ","
                lines.give_back(0)
                rows = csv.reader(lines, delimiter=delimiter)
            row = next(rows)
        except StopIteration:
            return
        except (_TooLongError, csv.Error) as error:
            wrong = f"not CSV: {error}" if isinstance(error, csv.Error) else "a quote is not closed"
        if not wrong and (len(lines.record) > 1 or lines.ended) and _swallows(lines.record, delimiter, width, columns):
            wrong = "a quote is not closed"
        if wrong:
            last = lines.number
            lines.give_back(1)
            rows = csv.reader(lines, delimiter=delimiter or ",")
            if last > first:
                wrong += f" (lines {first} to {last} would be one record); the lines after it are read on their own"
        elif any(row) and not width:
            width, columns = len(row), columns_of(row)
        elif not any(row) and not width:
            delimiter = ""
        yield _Record(first, row, wrong)


def _swallows(record: list[str], delimiter: str, width: int, columns: dict[int, str]) -> bool:
    """Whether this record of several lines is no such record, but a quote that is not closed."""
    try:
        row = next(csv.reader(record, delimiter=delimiter, strict=True), [])
        if len(record) > 1 and width and len(row) != width:
            return True
        return any(_is_row(line, delimiter, width, columns) for line in record[1:])
    except csv.Error:
        return True


def _is_row(line: str, delimiter: str, width: int, columns: dict[int, str]) -> bool:
    """Whether a line alone has all columns, and a time where the time belongs."""
    row = next(csv.reader([line], delimiter=delimiter), [])
    if not width or len(row) != width:
        return False
    try:
        instant(next(row[index] for index, field in columns.items() if field == "time").strip())
    except (RecordError, StopIteration):
        return False
    return True


def _event(row: list[str], header: dict[int, str], now: float) -> DeliveryEvent:
    record = {field: row[index].strip() for index, field in header.items() if index < len(row) and row[index].strip()}
    for field, value in record.items():
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise RecordError(f"{field}: not UTF-8; save the file as UTF-8") from None
    moment = instant(record.pop("time", None))
    try:
        event = msgspec.convert(record, DeliveryEvent, strict=False)
    except msgspec.ValidationError as error:
        what, _, field = str(error).partition(" - at ")
        raise RecordError(f"{field.strip('`').removeprefix('$.')}: {what}") from None
    event.time = moment
    finish(event, now)
    return event
