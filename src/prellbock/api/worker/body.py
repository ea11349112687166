"""The worker's end of a body: a file that reads frames from a socket, unpacked where it is packed."""

import gzip
import io
import socket
import zlib
from typing import BinaryIO, cast

from prellbock.api.worker.frames import BROKEN_OFF, END, LENGTH
from prellbock.sources.packed import MAGIC, ZSTD_MAGIC

PIECE_OCTETS = 1 << 20


class BodyError(Exception):
    """The body ends before its end. ``status`` is what HTTP calls it; the message says what to do."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status


class BodyFile(io.RawIOBase):
    """The octets of a body. Reading raises `BodyError` where the body breaks off."""

    def __init__(self, there: socket.socket) -> None:
        self._file = cast(io.BufferedReader, there.makefile("rb", PIECE_OCTETS))
        self._left = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left and not self._ended:
            self._left = self._length()
        if self._ended:
            return 0
        size = self._file.readinto(memoryview(buffer)[: self._left])
        if not size:
            raise _broken_off()
        self._left -= size
        return size

    def first(self) -> bytes:
        """One whole frame: the task."""
        return self._file.read(self._length())

    def _length(self) -> int:
        head = self._file.read(LENGTH.size)
        if head == END:
            self._ended = True
            return 0
        if len(head) < LENGTH.size or head == BROKEN_OFF:
            raise _broken_off()
        (length,) = LENGTH.unpack(head)
        return int(length)


def _broken_off() -> BodyError:
    return BodyError(400, "the connection broke off; send the same body again")


class _Counted(io.RawIOBase):
    """Unpacked octets, up to a limit: a small body can unpack to a very long one."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._left, self._most = file, most, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            octets = self._file.read(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            raise BodyError(400, f"the body cannot be unpacked as gzip to its end ({error}); send it again") from error
        self._left -= len(octets)
        if self._left < 0:
            raise BodyError(413, f"the body unpacks to more than {self._most:,} octets; send it in parts")
        buffer[: len(octets)] = octets
        return len(octets)


def unpacked(body: BodyFile, *, is_gzip: bool, most: int, looks: bool = False) -> BinaryIO:
    """The body as its reader wants it; ``looks``: whether it is packed, its first octets tell as well."""
    raw = io.BufferedReader(body, PIECE_OCTETS)
    if looks:
        head = raw.peek(len(ZSTD_MAGIC))
        if head.startswith(ZSTD_MAGIC):
            raise BodyError(415, "the file is packed with zstd; unpack it, or pack it with gzip")
        is_gzip = is_gzip or head.startswith(MAGIC)
    if not is_gzip:
        return raw
    return io.BufferedReader(_Counted(cast(BinaryIO, gzip.GzipFile(fileobj=raw)), most), PIECE_OCTETS)
