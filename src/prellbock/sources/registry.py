"""Which format is this input? The table of formats, and how one is told from another."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from prellbock.sources import csv_events, files, mail_events, ndjson
from prellbock.sources.batch import Bad, Batch
from prellbock.sources.mail import Owner
from prellbock.sources.packed import DAMAGES, MAGIC, Unpacked, beginning, unpacked

FORMATS = ("auto", "ndjson", "csv", "mail")
"""Formats that `read` knows. A new source is a module beside this one and a line here."""

_SUFFIXES = {".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "ndjson", ".csv": "csv", ".eml": "mail", ".mbox": "mail",
             ".msg": "mail"}  # fmt: skip
_HEADER = re.compile(rb"(?:From [^\n]+\n)?(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2}")
SNIFF_OCTETS = 8192


def read(path: str, format_: str, now: float, owner: Owner | None = None) -> Iterator[Batch]:
    """Reads one PATH of the command line: a file, a directory (recursively) or ``-``. Nothing is raised for bad input.

    ``now`` is the clock in Unix seconds; ``owner`` knows the return paths of our mails.
    """
    if path == "-":
        yield from _read_stream(sys.stdin.buffer, "-", format_, now, owner)
        return
    if Path(path).is_fifo():
        # A named pipe, or what a shell makes of <(command): it can be opened only once.
        with Path(path).open("rb") as stream:
            yield from _read_stream(stream, path, format_, now, owner)
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
    for file, format_of_file in others:
        yield from _read_file(file, format_of_file, now)
    if not some and not (Path(path) / "cur").is_dir():
        yield _problem(path, "the directory holds no file")


def _read_file(file: str, format_: str, now: float) -> Iterator[Batch]:
    try:
        with Path(file).open("rb") as stream:
            if not stream.peek(1):
                yield _problem(file, _EMPTY)
            elif format_ == "unknown":
                yield _problem(file, _UNKNOWN)
            else:
                yield from _events(unpacked(stream), file, format_, now)
    except (OSError, ValueError) as error:
        yield _problem(file, files.why_unreadable(error))


def _events(stream: BinaryIO, source: str, format_: str, now: float) -> Iterator[Batch]:
    reader = ndjson.read if format_ == "ndjson" else csv_events.read
    try:
        yield from reader(stream, source, now)
    except DAMAGES as error:
        yield _problem(source, f"cannot be read to its end ({error}): only what stands before the damage was read")


def _read_stream(stream: BinaryIO, path: str, format_: str, now: float, owner: Owner | None) -> Iterator[Batch]:
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
        yield from _events(cast(BinaryIO, Unpacked(stream)), name, format_, now)
    elif format_ == "ndjson":
        # Its reader takes what comes from the pipe itself, past the buffer.
        yield from ndjson.read(stream, name, now, stream.read1(-1))  # type: ignore[attr-defined]
    else:
        yield from _events(stream, name, format_, now)


_EMPTY = "is empty; look whether what should have written it failed"
_UNKNOWN = (
    "the format is not recognised; name it with --format ndjson, csv or mail "
    "(NDJSON: one JSON object a line; CSV: a header line with time and recipient; mail: RFC 5322, mbox or Maildir)"
)


def _format_of(file: Path) -> str:
    name = file.name.removesuffix(".gz")
    if found := _SUFFIXES.get(Path(name).suffix.lower()):
        return found
    with file.open("rb") as stream:
        return _sniff(unpacked(stream).read(SNIFF_OCTETS))


def _sniff(head: bytes) -> str:
    """The format of a file by its first octets; ``unknown`` if nothing fits."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
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
