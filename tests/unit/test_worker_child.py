"""The worker tells what became of a body before it lets go of it, also where it refuses a body that still comes."""

import socket
import threading
from contextlib import closing
from pathlib import Path

import msgspec

from prellbock.api.configuration.model import Traces
from prellbock.api.settings import Settings
from prellbock.api.traces import tracing
from prellbock.api.worker.child import Worker
from prellbock.api.worker.frames import LENGTH, Failure, Outcome, Task
from prellbock.api.worker.passing import Passing
from prellbock.store.sqlite import SqliteStore


class Refusing:
    """A reader that refuses every body without reading anything of it."""

    def give(self, _: bytes, there: socket.socket, to_writer: socket.socket) -> None:
        with closing(Passing(to_writer.dup())) as passing:
            passing.task(Task("events", is_gzip=True, most=1 << 20, most_bad=1, now=1_767_600_000.0))
            passing.end(Failure(400, "no gzip"))


def test_a_refused_body_can_be_written_until_the_outcome_is_read(tmp_path: Path) -> None:
    here, there = socket.socketpair()
    with here, SqliteStore(tmp_path, create=True) as store, closing(tracing(Traces(), "worker")) as traced:
        here.sendall(b"what nobody reads")
        worker = Worker(store, Refusing(), Settings(), traced)  # type: ignore[arg-type]
        taking = threading.Thread(target=worker.take, args=(there,))
        taking.start()
        (length,) = LENGTH.unpack(_exactly(here, LENGTH.size))
        # Much more than the socket holds: it is taken, and neither breaks nor waits.
        here.settimeout(30)
        here.sendall(bytes(8 << 20))
        told = msgspec.json.decode(_exactly(here, length), type=Outcome)
        assert told.failure == Failure(400, "no gzip")
        here.shutdown(socket.SHUT_WR)
        taking.join(30)
        assert not taking.is_alive()


def _exactly(there: socket.socket, count: int) -> bytes:
    octets = b""
    while len(octets) < count:
        octets += there.recv(count - len(octets))
    return octets
