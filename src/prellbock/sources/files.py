"""Which mails stand in these paths? Files, folders, mbox files, Maildirs and stdin, one mail at a time; packed or not.

Nothing is held but one mail (of an mbox two), and of a mail no more than `MAX_MAIL_BYTES`: a report on 100,000
recipients has 35 million bytes and is read to its end; of a longer mail only the message that it returns is lost.
"""

import os
import re
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from prellbock.sources.mail.dates import time_of
from prellbock.sources.packed import DAMAGES, Unpacked, unpacked

MAX_MAIL_BYTES = 64 * 1024 * 1024
MAX_LINE_BYTES = 1024 * 1024
MAX_FOLDER_DEPTH = 64

_FROM_LINE = re.compile(rb"From \S{0,320} ?.{0,100}\d\d?:\d\d.{0,60}[\r\n]*$")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_MBOX_NAMES = (".mbox", ".mbx", ".mbs")
_MAIL_HEADER = re.compile(
    rb"^(?:from|to|subject|date|received|return-path|message-id|mime-version|content-type|delivered-to|reply-to|cc"
    rb"|x-[a-z0-9-]{2,40}|auto-submitted|sender|dkim-signature|arc-seal|resent-[a-z-]{2,20})[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)


class Mail(msgspec.Struct, frozen=True):
    """A mail and where it was found: the path, or ``path#n`` for the n-th mail of an mbox."""

    source: str
    raw: bytes
    kept: float | None = None
    """When it was put there, in Unix seconds: by the From_ line of an mbox, else the file's modification time."""


class Bad(msgspec.Struct, frozen=True):
    """Input that is no mail, and why."""

    source: str
    why: str


class Found(msgspec.Struct, frozen=True):
    """A file that was found; in a Maildir it can be nothing but a mail."""

    path: str
    in_maildir: bool = False


def mails(paths: Iterable[str]) -> Iterator[Mail | Bad]:
    """Every mail in the paths, in order (folders sorted by name); ``-`` is stdin."""
    seen: set[tuple[int, int]] = set()
    for path in paths:
        if path == "-":
            yield from in_file(sys.stdin.buffer, "-")
            continue
        for found in _in_path(path, seen, 0):
            yield from (found,) if isinstance(found, Bad) else _of(found.path)


def walk(path: str) -> Iterator[Found | Bad]:
    """Every file in a path, in order (folders sorted by name), and what cannot be read.

    Of a Maildir only what stands in its ``cur`` and ``new``. Links to folders are followed, each folder once.
    """
    return _in_path(path, set(), 0)


def _in_path(
    path: str, folders: set[tuple[int, int]], depth: int, *, in_maildir: bool = False
) -> Iterator[Found | Bad]:
    try:
        about = Path(path).stat()
        if stat.S_ISDIR(about.st_mode):
            key = (about.st_dev, about.st_ino)
            if key in folders and depth:
                # A symbolic link back to a folder that was already read.
                return
            folders.add(key)
            yield from _in_folder(path, folders, depth, in_maildir=in_maildir)
            return
    except (OSError, ValueError) as error:
        yield Bad(path, why_unreadable(error))
        return
    if not stat.S_ISREG(about.st_mode) and not (depth == 0 and stat.S_ISFIFO(about.st_mode)):
        yield Bad(path, "is not a regular file; give files, folders or - for stdin")
    else:
        yield Found(path, in_maildir)


def why_unreadable(error: OSError | EOFError | ValueError | zlib.error) -> str:
    """What is wrong with a file that could not be opened or read, and what to do."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "may not be read; check its permissions"
    return f"cannot be read: {error.strerror if isinstance(error, OSError) and error.strerror else error}"


def _of(path: str) -> Iterator[Mail | Bad]:
    try:
        with Path(path).open("rb") as stream:
            yield from in_file(stream, path, os.fstat(stream.fileno()).st_mtime)
    except (OSError, ValueError) as error:
        yield Bad(path, why_unreadable(error))


def _in_folder(path: str, folders: set[tuple[int, int]], depth: int, *, in_maildir: bool) -> Iterator[Found | Bad]:
    if depth >= MAX_FOLDER_DEPTH:
        yield Bad(path, f"lies more than {MAX_FOLDER_DEPTH} folders deep and was left out")
        return
    names = sorted(entry.name for entry in Path(path).iterdir())
    is_maildir = "cur" in names and "new" in names
    if is_maildir:
        # Mails stand in cur and new, tmp holds unfinished ones; Maildir++ folders begin with a dot.
        names = [name for name in names if name in {"cur", "new"} or _is_folder_of_maildir(path, name)]
    for name in names:
        child = os.path.join(path, name)  # noqa: PTH118 - keeps the path as given
        inside = in_maildir or (is_maildir and name in {"cur", "new"})
        yield from _in_path(child, folders, depth + 1, in_maildir=inside)


def _is_folder_of_maildir(path: str, name: str) -> bool:
    return name.startswith(".") and (Path(path) / name / "cur").is_dir()


def in_file(file: BinaryIO, source: str, kept: float | None = None) -> Iterator[Mail | Bad]:
    """The mails of an open, buffered file, which may be packed with gzip; ``kept`` is its modification time.

    Of a packed file that is cut or damaged the mails come that are whole.
    """
    stream = unpacked(file)
    try:
        yield from _in_stream(stream, source, kept)
    except DAMAGES as error:
        if stream is file:
            raise
        yield Bad(source, f"cannot be unpacked to its end ({error}): only the mails that are whole were read")


def _in_stream(stream: BinaryIO, source: str, kept: float | None) -> Iterator[Mail | Bad]:
    first = stream.readline(MAX_LINE_BYTES)
    if not _FROM_LINE.match(first):
        raw = first + stream.read(MAX_MAIL_BYTES)
        if isinstance(stream, Unpacked):
            # Tells of a damage only when asked again.
            stream.read(1)
        yield _judged(source, raw, kept)
        return
    held: Mail | Bad | None = None
    number = 0
    try:
        for from_line, raw in _in_mbox(stream, first):
            number += 1
            if held is not None:
                yield held
            held = _judged(f"{source}#{number}", raw, _time_of_from_line(from_line) or kept)
    except DAMAGES:
        if held is not None:
            yield held
        raise
    if held is None:
        yield Bad(source, "is an mbox without a mail")
    elif number == 1 and not source.lower().removesuffix(".gz").endswith(_MBOX_NAMES):
        # A single mail that a delivery agent wrote with its From_ line.
        yield msgspec.structs.replace(held, source=source)
    else:
        yield held


def _time_of_from_line(line: bytes) -> float | None:
    """``From SENDER Mon Sep 20 19:29:27 2021``: when the mail was delivered; UTC unless a zone is named (RFC 4155)."""
    return time_of(b" ".join(line.split()[2:]).decode("ascii", "replace"))


def _in_mbox(stream: BinaryIO, line: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The mails of an mbox: each begins with a From_ line, which is given too, after an empty line (RFC 4155)."""
    # Not a list of lines: one of empty lines would take fifty times the memory of the mail.
    held = bytearray()
    after_empty = False
    started = False
    from_line = line
    while line:
        if line.startswith(b"From ") and (after_empty or not started) and _FROM_LINE.match(line):
            if started:
                yield from_line, _unquoted(bytes(held))
            held.clear()
            started, from_line = True, line
        elif len(held) < MAX_MAIL_BYTES:
            held += line
        after_empty = line in {b"\n", b"\r\n"}
        line = stream.readline(MAX_LINE_BYTES)
    if started:
        yield from_line, _unquoted(bytes(held))


def _unquoted(raw: bytes) -> bytes:
    """Lines that begin with ``From`` as they were before the mbox was written."""
    return _QUOTED_FROM.sub(rb"\1", raw) if b">From " in raw else raw


def _judged(source: str, raw: bytes, kept: float | None) -> Mail | Bad:
    head = raw[:64_000]
    if not head.strip():
        return Bad(source, "is empty")
    if b"\0" in head[:1000] or not _MAIL_HEADER.search(head.replace(b"\r", b"\n")):
        return Bad(source, "is not a mail: no header lines such as From: or Subject: were found")
    return Mail(source, raw, kept)
