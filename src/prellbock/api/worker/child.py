"""The worker process: takes bodies from the server, judges and records them. Run as ``-m``, with a folder and a socket.

What a body says is read in a process of its own (`reading`), one batch ahead. A thread waits for the batches of each
body; the store lets one batch be written at a time.
"""

import signal
import socket
import sys
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import msgspec
from structlog.contextvars import bound_contextvars

from prellbock.api.configuration.model import Configuration
from prellbock.api.logs import MISTAKE, configure, log
from prellbock.api.settings import Settings
from prellbock.api.traces import Tracing, tracing
from prellbock.api.worker.calls import Calls
from prellbock.api.worker.frames import BODY, CALLS, BadLine, Failure, Outcome, Task, frame
from prellbock.api.worker.passing import Passed, ReaderDiedError
from prellbock.api.worker.reading import Told
from prellbock.api.worker.taker import Taker
from prellbock.collecting import BATCHES, settled
from prellbock.ingest import Ready, ingest
from prellbock.sources.batch import Bad
from prellbock.store.errors import StoreError
from prellbock.store.sqlite import SqliteStore

_READER_DIED = "the process that reads has died (out of memory?); send the same body again, nothing is counted twice"

_REST = 1 << 16
"""Octets of the rest of a refused body that are thrown away at once."""


class Worker:
    """The store of the process, and its housekeeping."""

    def __init__(
        self, store: SqliteStore, reader: Taker, settings: Settings, tracing: Tracing, *, maintains: bool = True
    ) -> None:
        """``maintains``: whether the store's housekeeping is done here, after a body; else somebody else has to."""
        self._store, self._reader, self._settings, self._tracing = store, reader, settings, tracing
        self._maintains = maintains
        self._maintained = 0.0
        self._maintaining = threading.Lock()

    def take(self, there: socket.socket) -> None:
        """One body, from its task to the outcome."""
        with there:
            here, to_writer = socket.socketpair()
            with closing(Passed(here)) as passed:
                with to_writer:
                    self._reader.give(BODY, there, to_writer)
                outcome = self._taken(passed)
            # Whoever does not wait for the outcome has gone; what is stored is stored.
            with suppress(OSError):
                there.sendall(frame(msgspec.json.encode(outcome)))
                # A body that is refused has a rest. Closed now, the socket would fail under whoever is still writing
                # it, before he has read the outcome.
                while there.recv(_REST):
                    pass

    def _taken(self, passed: Passed) -> Outcome:
        try:
            task = passed.task()
        except ReaderDiedError:
            return Outcome({}, [], Failure(503, _READER_DIED))
        with bound_contextvars(request=task.request), self._tracing.work("ingest", task.trace) as span:
            outcome = self._outcome(task, passed)
            for name in ("read", "new", "bad"):
                span.note(f"prellbock.{name}", outcome.counts.get(name, 0))
        return outcome

    def _outcome(self, task: Task, passed: Passed) -> Outcome:
        bad_lines: list[BadLine] = []
        broken: list[Failure] = []

        def ready() -> Generator[Ready, None, None]:
            # A body that breaks off ends the batches; what came before it is kept and told.
            try:
                for made in passed.batches():
                    # Whoever takes it judges and records it before he asks for the next.
                    with self._tracing.work("batch") as span:
                        span.note("prellbock.events", made.prepared.size)
                        yield made
            except ReaderDiedError:
                broken.append(Failure(503, _READER_DIED))

        counts: dict[str, int] = {}
        batches = ready()
        try:
            counts = ingest(
                batches,
                store=self._store,
                now=task.now,
                on_bad=lambda bad: _keep(bad_lines, bad, task.most_bad),
                maintain=False,
                alone=task.hook is not None,
            )
            if self._maintains:
                self._maintain(task.now)
        except StoreError as error:
            log.error("store", problem=str(error))
            return Outcome(counts, bad_lines, Failure(503, str(error)))
        except Exception:
            log.exception("mistake")
            return Outcome(counts, bad_lines, Failure(500, MISTAKE))
        finally:
            batches.close()
        return Outcome(counts, bad_lines, broken[0] if broken else passed.failure)

    def _maintain(self, now: float) -> None:
        """Runs the store's housekeeping now and then."""
        with self._maintaining:
            if now - self._maintained < self._settings.maintain_seconds:
                return
            self._maintained = now
        self._store.maintain(now)


def _keep(bad_lines: list[BadLine], bad: Bad, most: int) -> None:
    """``http:12`` is line 12, ``http#3`` the third mail, ``http`` the only one."""
    if len(bad_lines) < most:
        number = bad.place.rpartition("#" if "#" in bad.place else ":")[2]
        bad_lines.append(BadLine(int(number) if number.isdigit() else 1, bad.what))


def _reader(configuration: Configuration, secret: bytes) -> Taker:
    return Taker("prellbock.api.worker.reading", [], msgspec.msgpack.encode(Told(configuration, secret)))


def main(folder: str, handle: str) -> None:
    """Takes bodies until the server closes the control socket or is gone; finishes those that have come."""
    # Both go to the whole group or service; the server, which gets them too, closes the socket when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    configuration = msgspec.json.decode(sys.stdin.buffer.read(), type=Configuration)
    settings = configuration.limits
    configure(configuration.log)
    with (
        closing(tracing(configuration.traces, "worker")) as traced,
        socket.socket(fileno=int(handle)) as control,
        SqliteStore(Path(folder), create=True) as store,
        closing(_reader(configuration, store.secret)) as reader,
        ThreadPoolExecutor(settings.ingests, "body") as threads,
    ):
        calls = Calls(store)
        takers = {BODY: Worker(store, reader, settings, traced).take, CALLS: calls.take}
        settled(BATCHES)
        while True:
            octets, handles, _, _ = socket.recv_fds(control, 1, 1)
            if not octets:
                calls.stop()
                return
            threads.submit(takers[octets], socket.socket(fileno=handles[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
