"""How does reading use the second core? Another process reads, decodes and makes keys; this one judges and records.

The reader is forked before the store is opened and learns the installation's secret over the pipe. It is never more
than one batch ahead, so memory stays flat whatever the input. If this process dies, the reader's next write fails and
it ends too.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, Pipe

import msgspec

from prellbock.identity import Identity
from prellbock.ingest import Ready, made_with, make_ready
from prellbock.sources.batch import Batch, Make

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Ready).decode

_END = b""


class ReaderError(Exception):
    """The reading process ended before its work was done."""


class Reader:
    """Reads in another process. Fork it while there is one thread and no open store."""

    def __init__(self, batches: Callable[[Make], Iterator[Batch]]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self._here, there = Pipe()
        self._child = os.fork()
        if self._child == 0:
            self._here.close()
            _work(there, batches)
        there.close()

    def read(self, secret: bytes) -> Iterator[Ready]:
        """The batches in order, with keys made by this secret. Raises `ReaderError`."""
        self._here.send_bytes(secret)
        try:
            while (message := self._here.recv_bytes()) != _END:
                yield _decode(message)
        except EOFError:
            raise ReaderError(
                "the reading process ended early (killed, or out of memory?): run the same command again; "
                "nothing that was recorded is counted twice"
            ) from None

    def close(self) -> None:
        """Ends the reader, whether it has finished or not."""
        self._here.close()
        os.kill(self._child, signal.SIGTERM)
        os.waitpid(self._child, 0)


def _work(pipe: Connection, batches: Callable[[Make], Iterator[Batch]]) -> None:
    """The whole life of the reading process; it never returns."""
    status = 1
    try:
        # Ctrl-C goes to the parent, which ends this process.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        identity = Identity(pipe.recv_bytes())
        for batch in batches(made_with(identity)):
            pipe.send_bytes(_encode(make_ready(batch, identity)))
        pipe.send_bytes(_END)
        status = 0
    except (BrokenPipeError, ConnectionResetError, EOFError):
        pass
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)
