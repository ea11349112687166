"""Suppression lists of other systems (or our own): NDJSON, CSV with a header, or one address a line.

An entry becomes an event: ``imported`` for what is suppressed or has no status, else the ``complaint`` or
``unsubscribe`` that it tells of, for the stream in its scope. A pause ends by itself, and an imported entry never does:
so pauses are left out. Ids come from the entry alone, so that importing a list
again changes nothing.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from prellbock.events import DeliveryEvent, Outcome
from prellbock.sources.batch import Bad, Batch, digest_of
from prellbock.sources.record import RecordError, asked, finish

ROWS = 10_000
"""Entries of one batch."""
LINE_OCTETS = 64 * 1024

_ALIASES = {
    "email": "address",
    "e_mail": "address",
    "mail": "address",
    "recipient": "address",
    "stream": "scope",
    "created": "since",
    "created_at": "since",
    "date": "since",
    "time": "since",
    "reason": "category",
}
_FIELDS = ("address", "status", "scope", "since", "until", "category")
_OUTCOMES: dict[str, Outcome] = {
    "suppressed": "imported",
    "complained": "complaint",
    "complaint": "complaint",
    "unsubscribed": "unsubscribe",
    "unsubscribe": "unsubscribe",
}
_WITHHOLDS_NOTHING = ("deliverable", "watched")
_ALL = ("", "all")
_FORMULA = "=+-@\t\r"


def read(file: BinaryIO, source: str, now: float, on_pause: Callable[[], None] = lambda: None) -> Iterator[Batch]:
    """Cuts a list into batches; ``source`` names it in what it leads to. Nothing is raised for bad entries.

    Entries that withhold nothing (any more) and pauses count as ``not_a_report``. ``on_pause`` is called for each pause
    that has not ended.
    """
    batch, parts = Batch(source, [], [], b""), list[bytes]()
    for number, line, entry in _entries(file):
        parts.append(line)
        try:
            if isinstance(entry, RecordError):
                raise entry
            if is_pause := _is_pause(entry, now):
                on_pause()
            event = None if is_pause else _event(entry, source, now)
        except RecordError as error:
            batch.bad.append(Bad(f"{source}:{number}", str(error)))
        else:
            if event is None:
                batch.not_a_report += 1
            else:
                batch.events.append(event)
        if len(parts) >= ROWS:
            batch.digest = digest_of(b"suppressions", *parts)
            yield batch
            batch, parts = Batch(source, [], [], b""), []
    if parts:
        batch.digest = digest_of(b"suppressions", *parts)
        yield batch


def unprotected(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from running it as a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in _FORMULA else cell


def _entries(file: BinaryIO) -> Iterator[tuple[int, bytes, dict[str, Any] | RecordError]]:
    """Number, octets and fields of each entry; the form is told by the first line."""
    lines = ((number, line.strip(b"\r\n")) for number, line in enumerate(_lines(file), 1))
    lines = ((number, line) for number, line in lines if line.strip())
    for number, first in lines:
        text = first.removeprefix(b"\xef\xbb\xbf")
        if text.lstrip().startswith(b"{"):
            yield from _as_ndjson(_again(number, text, lines))
            return
        titles, delimiter = _header(text)
        if "address" in titles:
            yield from _as_csv(lines, titles, delimiter)
        else:
            yield from _as_addresses(_again(number, text, lines))
        return


def _again(number: int, line: bytes, rest: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    yield number, line
    yield from rest


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LINE_OCTETS):
        yield line


def _header(line: bytes) -> tuple[list[str], str]:
    text = line.decode("utf-8", "replace")
    delimiter = max(",;\t", key=text.count)
    titles = []
    for title in next(csv.reader([text], delimiter=delimiter), []):
        name = title.strip().lower().replace(" ", "_").replace("-", "_")
        titles.append(_ALIASES.get(name, name))
    return titles, delimiter


def _as_ndjson(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes, dict[str, Any] | RecordError]]:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    for number, line in lines:
        try:
            found = decode(line)
            entry = {_ALIASES.get(name, name) if name not in _FIELDS else name: found[name] for name in reversed(found)}
            yield number, line, entry
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield number, line, RecordError(f"not a JSON object in UTF-8 on one line: {error}")


def _as_csv(
    lines: Iterable[tuple[int, bytes]], titles: list[str], delimiter: str
) -> Iterator[tuple[int, bytes, dict[str, Any] | RecordError]]:
    for number, line in lines:
        try:
            cells = next(csv.reader(io.StringIO(line.decode()), delimiter=delimiter), [])
        except (UnicodeDecodeError, csv.Error) as error:
            yield number, line, RecordError(f"not CSV in UTF-8: {error}")
            continue
        pairs = zip(titles, (unprotected(cell.strip()) for cell in cells), strict=False)
        yield number, line, {title: cell for title, cell in pairs if cell}


def _as_addresses(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes, dict[str, Any] | RecordError]]:
    for number, line in lines:
        try:
            yield number, line, {"address": line.decode().strip()}
        except UnicodeDecodeError:
            yield number, line, RecordError("the address is not UTF-8")


def _is_pause(entry: dict[str, Any], now: float) -> bool:
    """Whether an entry withholds mail, but not without end."""
    status = _status(entry)
    until = _moment(entry, "until")
    is_limited = status == "paused" or (until is not None and _OUTCOMES.get(status, "imported") == "imported")
    return is_limited and status not in _WITHHOLDS_NOTHING and (until is None or until > now)


def _status(entry: dict[str, Any]) -> str:
    status = str(entry.get("status") or "").strip().lower()
    if not status and entry.get("category") in ("complaint", "unsubscribe"):
        return str(entry["category"])
    return status


def _event(entry: dict[str, Any], source: str, now: float) -> DeliveryEvent | None:
    """The event of an entry; None if the entry withholds nothing."""
    address = entry.get("address")
    if not isinstance(address, str) or not address:
        raise RecordError("address: missing; a list of hashes alone cannot be imported")
    status = _status(entry)
    until = _moment(entry, "until")
    if status in _WITHHOLDS_NOTHING or address.startswith("@") or (until is not None and until <= now):
        return None
    if status and status not in _OUTCOMES:
        raise RecordError(f"status: {status[:40]!r} is not one of suppressed, paused, complained, unsubscribed")
    outcome = _OUTCOMES.get(status, "imported")
    since = _moment(entry, "since")
    scope = str(entry.get("scope") or "").strip().lower()
    stream = None if outcome == "imported" or scope in _ALL else scope
    event = DeliveryEvent(
        id=f"import:{outcome}:{stream or ''}:{'' if since is None else since}",
        time=since if since is not None else int(now * 1000) / 1000,
        recipient=address,
        outcome=outcome,
        stream=stream,
        reporting_mta=source if outcome == "imported" else None,
    )
    finish(event, now)
    return event


def _moment(entry: dict[str, Any], name: str) -> float | None:
    value = entry.get(name)
    if value is None or value == "":
        return None
    try:
        return asked(str(value))
    except RecordError as error:
        raise RecordError(f"{name}: {error}") from None
