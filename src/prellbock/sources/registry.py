"""Which format is this input? The table of formats, and how one is told from another."""

import os
import re
import sys
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from prellbock.sources import csv_events, files, mail_events, ndjson
from prellbock.sources.batch import Bad, Batch, Make
from prellbock.sources.logs import batches
from prellbock.sources.logs.batches import by_age
from prellbock.sources.logs.joins import Joins
from prellbock.sources.logs.mapping import Table, reader_of
from prellbock.sources.logs.order import LOGS, recognised
from prellbock.sources.logs.reading import Reader, Setting
from prellbock.sources.mail import Owner
from prellbock.sources.packed import DAMAGES, MAGIC, Unpacked, beginning, unpacked
from prellbock.sources.webhooks import stored
from prellbock.sources.webhooks.order import PROVIDERS

FORMATS = ("auto", "ndjson", "csv", "mail", *LOGS, *PROVIDERS)
"""Formats that `read` knows. A new source is a module beside this one and a line here."""

_SUFFIXES = {".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "ndjson", ".csv": "csv", ".eml": "mail", ".mbox": "mail",
             ".msg": "mail"}  # fmt: skip
_HEADER = re.compile(rb"(?:From [^\n]+\n)?(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2}")
SNIFF_OCTETS = 8192
MAPPED = "mapped"
"""The format of files that are read by a mapping of the user."""


class LogOptions(msgspec.Struct):
    """How logs are read, and what is known from one file to the next."""

    zone: tzinfo | None = None
    """Of times that name none; None is the zone of this machine."""
    table: Table | None = None
    """Every file is a log that is read by this mapping."""
    joins: Joins = msgspec.field(default_factory=Joins)
    chain: bytes = b""

    def begin(self, format_: str, written: float) -> Reader:
        """A reader for a file that was last written then."""
        setting = Setting(written, self.zone, self.joins)
        return LOGS[format_].begin(setting) if self.table is None else reader_of(self.table, setting)


def read(
    path: str,
    format_: str,
    now: float,
    owner: Owner | None = None,
    logs: LogOptions | None = None,
    *,
    make: Make | None = None,
) -> Iterator[Batch]:
    """Reads one PATH of the command line: a file, a directory (recursively) or ``-``. Nothing is raised for bad input.

    ``now`` is the clock in Unix seconds; ``owner`` knows the return paths of our mails. Rotated logs of a folder are
    read in the order of their age. With ``make`` a format that is read fast keeps what it makes, and no events.
    """
    logs = logs or LogOptions()
    if logs.table is not None:
        format_ = MAPPED
    if path == "-":
        yield from _read_stream(sys.stdin.buffer, "-", format_, now, owner, logs, make)
        return
    if Path(path).is_fifo():
        # A named pipe, or what a shell makes of <(command): it can be opened only once.
        with Path(path).open("rb") as stream:
            yield from _read_stream(stream, path, format_, now, owner, logs, make)
        return
    mails: list[str] = []
    others: list[tuple[str, str]] = []
    some = False
    for found in files.walk(path):
        some = True
        if isinstance(found, files.Bad):
            yield _problem(found.source, found.why)
            continue
        try:
            format_of_file = (
                "mail" if found.in_maildir else _format_of(Path(found.path)) if format_ == "auto" else format_
            )
        except (*DAMAGES, ValueError) as error:
            yield _problem(found.path, files.why_unreadable(error))
            continue
        # In a folder what is not recognised may still be a mail, whose reader says what it misses.
        if format_of_file == "mail" or (format_of_file == "unknown" and found.path != path):
            mails.append(found.path)
        else:
            others.append((found.path, format_of_file))
    # Mails are read together, so that a Maildir is not one transaction a mail; other files one by one.
    if mails:
        yield from mail_events.read(mails, now, owner)
    others.sort(key=lambda each: by_age(each[0]) if each[1] in LOGS or each[1] == MAPPED else ("", 0, ""))
    for file, format_of_file in others:
        yield from _read_file(file, format_of_file, now, logs, make)
    if not some and not (Path(path) / "cur").is_dir():
        yield _problem(path, "the directory holds no file")


def decode(
    content: BinaryIO, format_: str, source: str, now: float, kept: float, owner: Owner | None
) -> Iterator[Batch]:
    """What came in by a door: a mail, or what else could be the content of a file.

    ``content`` has ``peek``, as buffered files do; ``kept`` is when it was put there, in Unix seconds. Nothing is
    raised for bad input.
    """
    try:
        stream = unpacked(content)
        if not stream.peek(1):  # type: ignore[attr-defined]
            yield _problem(source, _EMPTY)
            return
        if format_ == "auto":
            format_ = _sniff(stream.peek(SNIFF_OCTETS))  # type: ignore[attr-defined]
        if format_ == "mail":
            yield from mail_events.of(files.in_file(stream, source, kept), now, owner)
        elif format_ == "unknown":
            yield _problem(source, _UNKNOWN)
        else:
            yield from _events(stream, source, format_, now, LogOptions(), min(kept, now))
    except (*DAMAGES, ValueError) as error:
        yield _problem(source, files.why_unreadable(error))


def _read_file(file: str, format_: str, now: float, logs: LogOptions, make: Make | None) -> Iterator[Batch]:
    try:
        with Path(file).open("rb") as stream:
            if not stream.peek(1):
                yield _problem(file, _EMPTY)
            elif format_ == "unknown":
                yield _problem(file, _UNKNOWN)
            else:
                written = min(os.fstat(stream.fileno()).st_mtime, now)
                yield from _events(unpacked(stream), file, format_, now, logs, written, make)
    except (OSError, ValueError) as error:
        yield _problem(file, files.why_unreadable(error))


def _events(
    stream: BinaryIO,
    source: str,
    format_: str,
    now: float,
    logs: LogOptions,
    written: float,
    make: Make | None = None,
) -> Iterator[Batch]:
    try:
        if format_ in LOGS or format_ == MAPPED:
            for batch in batches.read(stream, source, now, lambda: logs.begin(format_, written), logs.chain):
                logs.chain = batch.digest
                yield batch
            return
        if format_ in PROVIDERS:
            yield from stored.read_all(stream.read(), format_, source, now)
            return
        if format_ == "ndjson":
            yield from ndjson.read(stream, source, now, make=make)
        else:
            yield from csv_events.read(stream, source, now)
    except DAMAGES as error:
        yield _problem(source, f"cannot be read to its end ({error}): only what stands before the damage was read")


def _read_stream(
    stream: BinaryIO,
    path: str,
    format_: str,
    now: float,
    owner: Owner | None,
    logs: LogOptions,
    make: Make | None,
) -> Iterator[Batch]:
    name = "<stdin>" if path == "-" else path
    head = stream.peek(SNIFF_OCTETS)  # type: ignore[attr-defined]
    if not head:
        yield _problem(name, _EMPTY)
        return
    is_packed = head.startswith(MAGIC)
    if format_ in ("auto", "mail"):
        if is_packed:
            head = beginning(head, SNIFF_OCTETS)
        found = "mail" if format_ == "mail" else _sniff(head)
        if found == "mail" and path == "-":
            yield from mail_events.read(["-"], now, owner)
            return
        if found == "mail":
            yield _problem(path, "mails are read from files, folders or stdin, not from a named pipe: use - for stdin")
            return
        if found == "unknown":
            yield _problem(name, _UNKNOWN)
            return
        format_ = found
    if is_packed:
        yield from _events(cast(BinaryIO, Unpacked(stream)), name, format_, now, logs, now, make)
    elif format_ == "ndjson":
        # Its reader takes what comes from the pipe itself, past the buffer.
        yield from ndjson.read(stream, name, now, stream.read1(-1), make=make)  # type: ignore[attr-defined]
    else:
        yield from _events(stream, name, format_, now, logs, now)


_EMPTY = "is empty; look whether what should have written it failed"
_UNKNOWN = (
    "the format is not recognised; name it with --format ndjson, csv or mail "
    "(NDJSON: one JSON object a line; CSV: a header line with time and recipient; mail: RFC 5322, mbox or Maildir), "
    f"or that of a log: {', '.join(LOGS)}"
)


def _format_of(file: Path) -> str:
    name = file.name.removesuffix(".gz")
    by_name = _SUFFIXES.get(Path(name).suffix.lower())
    if by_name == "mail":
        return by_name
    with file.open("rb") as stream:
        head = unpacked(stream).read(SNIFF_OCTETS)
    # What is CSV or JSON by its name may be that of a server we know.
    return recognised(head) or stored.recognised(head) or by_name or _sniff(head)


def _sniff(head: bytes) -> str:
    """The format of a file by its first octets; ``unknown`` if nothing fits."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if found := recognised(text) or stored.recognised(text):
        return found
    if text.startswith(b"{"):
        return "ndjson"
    first_line = text.partition(b"\n")[0].decode("utf-8", "replace").strip()
    if csv_events.delimiter_of(first_line):
        return "csv"
    if _HEADER.match(text):
        return "mail"
    return "unknown"


def _problem(place: str, what: str) -> Batch:
    return Batch(place, [], [Bad(place, what)], b"")
