"""What the reader passes to the writer about a body: its task, batch after batch with their keys, and its end.

A message is one octet that says which of these it is, and the rest as MessagePack. The socket holds a part of one
batch, so a reader is one batch ahead and no more.
"""

import socket
from collections.abc import Iterator
from multiprocessing.connection import Connection

import msgspec

from prellbock.api.worker.frames import Failure, Task
from prellbock.ingest import Ready

_TASK, _READY, _END = 0, 1, 2

_encode = msgspec.msgpack.Encoder().encode
_decode_task = msgspec.msgpack.Decoder(Task).decode
_decode_ready = msgspec.msgpack.Decoder(Ready).decode
_decode_end = msgspec.msgpack.Decoder(Failure | None).decode


class ReaderDiedError(Exception):
    """The reader ended before the body did."""


class Passing:
    """The reader's end. Each call waits until the writer has room; raises `OSError` once it wants nothing more."""

    def __init__(self, there: socket.socket) -> None:
        self._pipe = Connection(there.detach(), readable=False)

    def task(self, task: Task) -> None:
        """What is to be done; comes first."""
        self._send(_TASK, task)

    def batch(self, ready: Ready) -> None:
        """The next batch."""
        self._send(_READY, ready)

    def end(self, failure: Failure | None) -> None:
        """There is no more; ``failure`` says why, if the body did not come to its end."""
        self._send(_END, failure)

    def close(self) -> None:
        """Without an `end` before, the writer takes the reader for dead."""
        self._pipe.close()

    def _send(self, kind: int, what: Task | Ready | Failure | None) -> None:
        self._pipe.send_bytes(bytes((kind,)) + _encode(what))


class Passed:
    """The writer's end; reading raises `ReaderDiedError`."""

    def __init__(self, here: socket.socket) -> None:
        self._pipe = Connection(here.detach(), writable=False)
        self.failure: Failure | None = None
        """Why the body broke off, once `batches` have ended."""

    def task(self) -> Task:
        """What is to be done."""
        return _decode_task(self._receive()[1])

    def batches(self) -> Iterator[Ready]:
        """All batches, in order."""
        while True:
            kind, message = self._receive()
            if kind == _END:
                self.failure = _decode_end(message)
                return
            yield _decode_ready(message)

    def close(self) -> None:
        """The reader's next message fails, and it leaves the body."""
        self._pipe.close()

    def _receive(self) -> tuple[int, memoryview]:
        try:
            message = memoryview(self._pipe.recv_bytes())
        except (EOFError, OSError) as error:
            raise ReaderDiedError from error
        return message[0], message[1:]
