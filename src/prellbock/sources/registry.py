"""Which format is this input? The table of formats, and how one is told from another."""

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from prellbock.sources import csv_events, mail_events, ndjson
from prellbock.sources.batch import Bad, Batch

FORMATS = ("auto", "ndjson", "csv", "mail")
"""Formats that `read` knows. A new source is a module beside this one and a line here."""

_SUFFIXES = {".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "ndjson", ".csv": "csv", ".eml": "mail", ".mbox": "mail",
             ".msg": "mail"}  # fmt: skip
_HEADER = re.compile(rb"(?:From [^\n]+\n)?(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2}")
SNIFF_OCTETS = 8192


def read(path: str, format_: str, now: float) -> Iterator[Batch]:
    """Reads one PATH of the command line: a file, a directory (recursively) or ``-``. Nothing is raised for bad input.

    ``now`` is the clock in Unix seconds.
    """
    if path == "-":
        yield from _read_stream(sys.stdin.buffer, format_, now)
        return
    place = Path(path)
    try:
        if not place.exists():
            yield _problem(path, "there is no such file or directory")
        elif place.is_dir():
            yield from _read_directory(place, format_, now)
        elif not place.is_file() and not place.is_fifo():
            yield _problem(path, "neither a file nor a directory")
        else:
            yield from _read_file(place, format_, now)
    except OSError as error:
        yield _problem(path, f"cannot be read: {error.strerror or error}")


def _read_directory(folder: Path, format_: str, now: float) -> Iterator[Batch]:
    """Mails are read together, so that a Maildir is not one transaction a mail; other files one by one."""
    mails: list[str] = []
    others: list[Path] = []
    is_maildir = (folder / "cur").is_dir() and (folder / "new").is_dir()
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or (is_maildir and file.relative_to(folder).parts[0] == "tmp"):
            continue
        if format_ == "mail" or is_maildir or (format_ == "auto" and _format_of(file) in ("mail", "unknown")):
            mails.append(str(file))
        else:
            others.append(file)
    if mails:
        yield from mail_events.read(mails, now)
    for file in others:
        yield from _read_file(file, format_, now)
    if not mails and not others:
        yield _problem(str(folder), "the directory holds no file")


def _read_file(file: Path, format_: str, now: float) -> Iterator[Batch]:
    found = _format_of(file) if format_ == "auto" else format_
    if found == "mail":
        yield from mail_events.read([str(file)], now)
    elif found == "unknown":
        yield _problem(str(file), _UNKNOWN)
    else:
        with _open(file) as stream:
            yield from _events(stream, str(file), found, now)


def _events(stream: BinaryIO, source: str, format_: str, now: float) -> Iterator[Batch]:
    reader = ndjson.read if format_ == "ndjson" else csv_events.read
    try:
        yield from reader(stream, source, now)
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        yield _problem(source, f"cannot be read to its end: {error}")


def _read_stream(stream: BinaryIO, format_: str, now: float) -> Iterator[Batch]:
    name, head = "<stdin>", b""
    if format_ in ("auto", "mail"):
        head = stream.peek(SNIFF_OCTETS) if hasattr(stream, "peek") else b""
        if not head:
            return
        found = "mail" if format_ == "mail" else _sniff(head)
        if found == "mail":
            yield from mail_events.read(["-"], now)
            return
        if found == "unknown":
            yield _problem(name, _UNKNOWN)
            return
        format_ = found
    if format_ == "ndjson":
        # Its reader takes what comes from the pipe itself, past the buffer.
        yield from ndjson.read(stream, name, now, stream.read1(-1) if head else b"")  # type: ignore[attr-defined]
    else:
        yield from _events(stream, name, format_, now)


_UNKNOWN = (
    "the format is not recognised; name it with --format ndjson, csv or mail "
    "(NDJSON: one JSON object a line; CSV: a header line with time and recipient; mail: RFC 5322, mbox or Maildir)"
)


def _open(file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(file, "rb")) if file.suffix == ".gz" else file.open("rb")


def _format_of(file: Path) -> str:
    name = file.name.removesuffix(".gz")
    if found := _SUFFIXES.get(Path(name).suffix.lower()):
        return found
    try:
        with _open(file) as stream:
            return _sniff(stream.read(SNIFF_OCTETS))
    except (OSError, EOFError):
        return "unknown"


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
