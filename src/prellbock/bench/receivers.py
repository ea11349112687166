"""A process that stands for many webhook receivers on loopback; those under ``/hang/`` never answer."""

import asyncio
import multiprocessing
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"


@contextmanager
def receivers() -> Iterator[tuple[str, Callable[[], int]]]:
    """Its address, and a question for how many posts it has taken."""
    spawn: Any = multiprocessing.get_context("spawn")
    count, (here, there) = spawn.Value("q", 0, lock=False), spawn.Pipe()
    process = spawn.Process(target=_serve, args=(there, count), daemon=True)
    process.start()
    # Only the process holds its end now, so that asking it ends where it has died.
    there.close()
    try:
        yield f"http://127.0.0.1:{here.recv()}", lambda: int(count.value)
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection, count: Any) -> None:
    asyncio.run(_listen(told, count))


async def _listen(told: Connection, count: Any) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Receiver(count), "127.0.0.1", 0, backlog=4096)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


class _Receiver(asyncio.Protocol):
    """Just enough of HTTP/1.1 for our own requests, so that the receiver costs little beside the sender."""

    def __init__(self, count: Any) -> None:
        self._count, self._read = count, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._read, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._read) < whole:
                return
            if not self._read.startswith(b"POST /hang/"):
                self._count.value += 1
                self._transport.write(_TAKEN)
            self._read = self._read[whole:]
