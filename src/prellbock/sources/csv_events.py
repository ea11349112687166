"""Delivery events as CSV with a header line (RFC 4180), columns by name; common other names are understood."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

import msgspec
import orjson

from prellbock.events import DeliveryEvent
from prellbock.sources.batch import Bad, Batch, digest_of
from prellbock.sources.record import RecordError, finish, instant

ROWS = 10_000
"""Rows of one batch."""
FIELD_OCTETS = 1024 * 1024

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


def read(file: BinaryIO, source: str, now: float) -> Iterator[Batch]:
    """Cuts a CSV file into batches; a file without the columns time and recipient is one bad piece of input."""
    csv.field_size_limit(FIELD_OCTETS)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    rows = csv.reader(text)
    header: dict[int, str] | None = None
    events: list[DeliveryEvent] = []
    bad: list[Bad] = []
    parts: list[bytes] = []
    while True:
        place = f"{source}:{rows.line_num + 1}"
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            bad.append(Bad(place, f"not CSV: {error}"))
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
    text.detach()


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
