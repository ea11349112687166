"""How does a body that arrives on the event loop become a file for the thread that reads it, in bounded memory?

The thread asks for a piece, the loop collects it from the client; one further piece is collected ahead. While the
thread is busy, nothing more is taken from the client.
"""

import asyncio
import gzip
import io
import zlib
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError, Future
from typing import BinaryIO, cast

from litestar.exceptions import InternalServerException

PIECE_OCTETS = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"


class BodyError(Exception):
    """The body ends before its end. ``status`` is what HTTP calls it; the message says what to do."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status


class BodyFile(io.RawIOBase):
    """The octets of a body, for one thread. Reading raises `BodyError`."""

    def __init__(
        self, chunks: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop, *, most: int, silent_seconds: float
    ) -> None:
        self._chunks, self._loop = chunks, loop
        self._most, self._silent = most, silent_seconds
        self._taken = 0
        self._piece = memoryview(b"")
        self._stopped = False
        self._ended = False
        self._next: Future[bytes] | None = None
        self._collecting: asyncio.Task[object] | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._piece and not self._ended:
            self._piece = memoryview(self._take())
        size = min(len(buffer), len(self._piece))
        buffer[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size

    def interrupt(self) -> None:
        """Ends the reading, from the event loop: the server stops."""
        self._stopped = True
        if self._collecting is not None:
            self._collecting.cancel()

    def _take(self) -> bytes:
        if self._next is None:
            self._ask()
        assert self._next is not None
        try:
            piece = self._next.result()
        except CancelledError:
            piece = b""
        if self._stopped:
            raise BodyError(503, "the server is stopping; send the same body again once it is back")
        if piece:
            self._ask()
        else:
            self._ended = True
        return piece

    def _ask(self) -> None:
        self._next = asyncio.run_coroutine_threadsafe(self._collect(), self._loop)

    async def _collect(self) -> bytes:
        """The next piece, on the event loop; empty at the end."""
        if self._stopped:
            return b""
        self._collecting = asyncio.current_task()
        held: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._silent) as patience:
                async for chunk in self._chunks:
                    patience.reschedule(self._loop.time() + self._silent)
                    held.append(chunk)
                    size += len(chunk)
                    if size >= PIECE_OCTETS:
                        break
        except TimeoutError:
            raise BodyError(408, f"nothing came for {self._silent:.0f} s; send the same body again") from None
        except InternalServerException:
            raise BodyError(400, "the connection broke off; send the same body again") from None
        self._taken += size
        if self._taken > self._most:
            raise BodyError(413, f"the body is longer than {self._most:,} octets; send it in parts")
        return b"".join(held)


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


def unpacked(body: BodyFile, *, is_gzip: bool, most: int) -> BinaryIO:
    """The body as its reader wants it."""
    raw = io.BufferedReader(body, PIECE_OCTETS)
    if not is_gzip:
        return raw
    return io.BufferedReader(_Counted(cast(BinaryIO, gzip.GzipFile(fileobj=raw)), most), PIECE_OCTETS)
