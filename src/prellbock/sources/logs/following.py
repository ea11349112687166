"""How is a log followed over its rotation? By where in which file reading has ended, told by what stands before that
place.

A file is known by its number (device and inode) and by the octets before the position, so that a file that was
renamed, packed, or copied and cut (``copytruncate``) is found again, and one that took over an old number is not
mistaken for it. What was written between the last look and a rotation is read from the rotated file first."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from prellbock.sources.batch import BATCH_OCTETS
from prellbock.sources.logs.batches import LINE_OCTETS, by_age
from prellbock.sources.packed import DAMAGES, unpacked

WINDOW = 1024
"""Octets before the position that must be the same."""
GRACE_SECONDS = 1.0
"""A renamed file may still be written to until its server has opened the new one."""


class Position(msgspec.Struct, frozen=True):
    """The end of the last whole line that was read: ``offset`` is octets of what is unpacked."""

    device: int
    inode: int
    offset: int
    before: str
    """Hash of up to `WINDOW` octets before it."""


class Piece(msgspec.Struct):
    """Whole lines, and where reading stands after them. ``begins``: they are the first of a file."""

    lines: list[bytes]
    position: Position
    begins: bool
    written: float
    """Unix seconds: when the last of the lines was written, at the latest."""
    header: bytes
    """The first line of the file."""


class Followed:
    """One log and its rotated predecessors. ``on_loss`` is told what could not be found any more."""

    def __init__(self, path: Path, position: Position | None) -> None:
        self.path = path
        self.lost: list[str] = []
        self._at: Path = path
        self._file: BinaryIO | None = None
        self._live = True
        self._offset = 0
        self._tail = b""
        self._rest = b""
        self._header = b""
        self._renamed_since: float | None = None
        self._start = position

    def close(self) -> None:
        """Lets go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def pieces(self) -> Iterator[Piece]:
        """All that can be read now, oldest first; ends where there is nothing more for the moment."""
        if self._file is None and not self._first():
            return
        while True:
            if self._live and self._was_cut():
                self._after_cut()
                continue
            assert self._file is not None
            try:
                octets = self._file.read(BATCH_OCTETS)
            except DAMAGES as error:
                self.lost.append(f"{self._at}: cannot be read to its end ({error})")
                octets = b""
            if octets:
                self._renamed_since = None
                piece = self._piece(octets)
                if piece is not None:
                    yield piece
            elif not self._live:
                yield from self._ended()
                self._next(self._at)
            elif not self._is_renamed():
                return
            else:
                yield from self._ended()
                self._after_rename()

    def _piece(self, octets: bytes) -> Piece | None:
        whole, newline, rest = (self._rest + octets).rpartition(b"\n")
        if not newline:
            self._rest = rest if len(rest) <= LINE_OCTETS else rest[: LINE_OCTETS + 1]
            return None
        self._rest = rest
        return self._told(whole + newline)

    def _told(self, text: bytes) -> Piece:
        begins = self._offset == 0
        lines = text.split(b"\n")
        if not lines[-1]:
            lines.pop()
        if begins and lines:
            self._header = lines[0]
        self._offset += len(text)
        self._tail = (self._tail + text)[-WINDOW:]
        assert self._file is not None
        about = self._at.stat() if self._at.exists() else os.stat_result((0,) * 10)
        lines = [line[:-1] if line.endswith(b"\r") else line if len(line) <= LINE_OCTETS else b"" for line in lines]
        return Piece(
            lines,
            Position(self._device, self._inode, self._offset, _hash(self._tail)),
            begins,
            time.time() if self._live else about.st_mtime,
            self._header,
        )

    def _ended(self) -> Iterator[Piece]:
        """The last line of a file that will get no more, though it has no end."""
        if self._rest:
            rest, self._rest = self._rest, b""
            yield self._told(rest)

    # --- which file

    def _first(self) -> bool:
        """Opens where reading has ended; else the log from its beginning."""
        position = self._start
        if position is None:
            return self._open(self.path, 0)
        for candidate in reversed(self._siblings()):
            if self._is(candidate, position) and self._fits(candidate, position):
                return self._open(candidate, position.offset)
        for candidate in reversed(self._siblings()):
            if self._fits(candidate, position):
                return self._open(candidate, position.offset)
        if position.offset:
            self.lost.append(
                f"{self.path}: the file that was read up to octet {position.offset:,} is gone: what it got after that "
                "was not read; reading begins with the oldest file there is"
            )
        oldest = self._siblings()[:1]
        return bool(oldest) and self._open(oldest[0], 0)

    def _open(self, path: Path, offset: int) -> bool:
        try:
            raw = path.open("rb")
        except FileNotFoundError:
            return False
        self.close()
        about = os.fstat(raw.fileno())
        self._device, self._inode = about.st_dev, about.st_ino
        self._live = path == self.path
        self._at, self._file = path, raw if self._live else unpacked(raw)
        self._header, self._tail = b"", b""
        self._rest, self._renamed_since = b"", None
        if offset:
            self._header = self._file.readline(LINE_OCTETS).rstrip(b"\r\n")
            _skip(self._file, offset - WINDOW if offset > WINDOW else 0)
            self._tail = self._file.read(min(offset, WINDOW))
        self._offset = offset
        return True

    def _siblings(self) -> list[Path]:
        """The log and its rotated predecessors, the oldest first."""
        name = self.path.name
        found = [
            each
            for each in self.path.parent.iterdir()
            if each.name == name or (each.name.startswith((f"{name}.", f"{name}-")) and each.is_file())
        ]
        found.sort(key=lambda each: (each.name == name, *by_age(str(each))))
        return found

    def _is(self, path: Path, position: Position) -> bool:
        about = path.stat()
        return (about.st_dev, about.st_ino) == (position.device, position.inode)

    def _fits(self, path: Path, position: Position) -> bool:
        """Whether the same octets stand before the position."""
        window = min(position.offset, WINDOW)
        try:
            with path.open("rb") as raw:
                file = unpacked(raw)
                _skip(file, position.offset - window)
                return _hash(file.read(window)) == position.before
        except (OSError, ValueError, *DAMAGES):
            return False

    def _position(self) -> Position:
        return Position(self._device, self._inode, self._offset, _hash(self._tail))

    def _was_cut(self) -> bool:
        """Whether the open file has other octets before our position than those we have read."""
        assert self._file is not None
        if not self._offset:
            return False
        handle = self._file.fileno()
        window = min(self._offset, WINDOW)
        return os.pread(handle, window, self._offset - window) != self._tail[-window:]

    def _after_cut(self) -> None:
        """The log was copied and emptied: what we had not read stands in the copy."""
        position = self._position()
        for candidate in self._siblings():
            if candidate != self.path and self._fits(candidate, position):
                self._open(candidate, position.offset)
                return
        self.lost.append(f"{self.path}: was emptied, and no copy of it is there: what was not read before is lost")
        self._open(self.path, 0)

    def _is_renamed(self) -> bool:
        """Whether another file has the name of the log for long enough."""
        try:
            about = self.path.stat()
        except FileNotFoundError:
            return False
        if (about.st_dev, about.st_ino) == (self._device, self._inode):
            return False
        if self._renamed_since is None:
            self._renamed_since = time.monotonic()
        return time.monotonic() - self._renamed_since >= GRACE_SECONDS

    def _after_rename(self) -> None:
        position = self._position()
        mine = [each for each in self._siblings() if each != self.path and self._is(each, position)]
        if not mine:
            # Packed in the meantime, or gone: what stood in it has been read to its end.
            mine = [each for each in self._siblings() if each != self.path and self._fits(each, position)]
        if mine:
            self._next(mine[-1])
        else:
            self._open(self.path, 0)

    def _next(self, path: Path) -> None:
        """Goes on with the file that was written after this one."""
        siblings = self._siblings()
        after = siblings[siblings.index(path) + 1 :] if path in siblings else [self.path]
        if not after or not self._open(after[0], 0):
            self._open(self.path, 0)


def _skip(file: BinaryIO, octets: int) -> None:
    file.seek(octets)


def _hash(octets: bytes) -> str:
    return hashlib.blake2b(octets, digest_size=16).hexdigest()
