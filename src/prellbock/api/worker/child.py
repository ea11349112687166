"""The worker process: takes bodies from the server, judges and records them. Run as ``-m``, with a folder and a socket.

A thread reads each body; the store lets one batch be written at a time.
"""

import signal
import socket
import sys
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import msgspec
from structlog.contextvars import bound_contextvars

from prellbock.api.configuration.model import Configuration
from prellbock.api.logs import configure, log
from prellbock.api.problems import MISTAKE
from prellbock.api.settings import Settings
from prellbock.api.traces import Tracing, tracing
from prellbock.api.worker.body import BodyError, BodyFile, unpacked
from prellbock.api.worker.calls import Calls
from prellbock.api.worker.frames import BODY, CALLS, BadLine, Failure, Hook, Outcome, Task, frame
from prellbock.ingest import Ready, ingest, make_ready
from prellbock.sources import files, mail_events, ndjson
from prellbock.sources.batch import Bad, Batch
from prellbock.sources.webhooks.call import Call, UnreadableError
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import read
from prellbock.store.errors import StoreError
from prellbock.store.sqlite import SqliteStore

SOURCE = "http"
"""The source of batches that came this way, as the store remembers it."""


class Worker:
    """The store of the process, and its housekeeping."""

    def __init__(self, store: SqliteStore, settings: Settings, tracing: Tracing) -> None:
        self._store, self._settings, self._tracing = store, settings, tracing
        self._maintained = 0.0
        self._maintaining = threading.Lock()

    def take(self, there: socket.socket) -> None:
        """One body, from its task to the outcome."""
        with there:
            try:
                body = BodyFile(there)
                task = msgspec.json.decode(body.first(), type=Task)
                with bound_contextvars(request=task.request), self._tracing.work("ingest", task.trace) as span:
                    outcome = self._outcome(task, body)
                    for name in ("read", "new", "bad"):
                        span.note(f"prellbock.{name}", outcome.counts.get(name, 0))
            except BodyError:
                return
            # Whoever does not wait for the outcome has gone; what is stored is stored.
            with suppress(OSError):
                there.sendall(frame(msgspec.json.encode(outcome)))

    def _outcome(self, task: Task, body: BodyFile) -> Outcome:
        bad_lines: list[BadLine] = []
        broken: list[BodyError] = []

        def ready() -> Generator[Ready, None, None]:
            # A body that breaks off ends the batches; what came before it is kept and told.
            try:
                for batch in _batches(task, body):
                    made = make_ready(batch, self._store.identity)
                    # Whoever takes it judges and records it before he asks for the next.
                    with self._tracing.work("batch") as span:
                        span.note("prellbock.events", made.prepared.size)
                        yield made
            except BodyError as error:
                broken.append(error)

        counts: dict[str, int] = {}
        batches = ready()
        try:
            counts = ingest(
                batches,
                store=self._store,
                now=task.now,
                on_bad=lambda bad: _keep(bad_lines, bad, task.most_bad),
                maintain=False,
            )
            self._maintain(task.now)
        except StoreError as error:
            log.error("store", problem=str(error))
            return Outcome(counts, bad_lines, Failure(503, str(error)))
        except Exception:
            log.exception("mistake")
            return Outcome(counts, bad_lines, Failure(500, MISTAKE))
        finally:
            batches.close()
        return Outcome(counts, bad_lines, Failure(broken[0].status, str(broken[0])) if broken else None)

    def _maintain(self, now: float) -> None:
        """Runs the store's housekeeping now and then."""
        with self._maintaining:
            if now - self._maintained < self._settings.maintain_seconds:
                return
            self._maintained = now
        self._store.maintain(now)


def _batches(task: Task, body: BodyFile) -> Iterator[Batch]:
    file = unpacked(body, is_gzip=task.is_gzip, most=task.most)
    if task.hook is not None:
        return _of_webhook(task.hook, file.read(), task.now)
    if task.kind == "mails":
        return mail_events.of(files.in_file(file, SOURCE), task.now)
    return ndjson.read(file, SOURCE, task.now)


def _of_webhook(hook: Hook, body: bytes, now: float) -> Iterator[Batch]:
    call = Call(body=body, headers=hook.headers, received=now)
    try:
        yield read(PROVIDERS[hook.provider], call, hook.source, hook.options, now)
    except UnreadableError as error:
        raise BodyError(400, str(error)) from None


def _keep(bad_lines: list[BadLine], bad: Bad, most: int) -> None:
    """``http:12`` is line 12, ``http#3`` the third mail, ``http`` the only one."""
    if len(bad_lines) < most:
        number = bad.place.rpartition("#" if "#" in bad.place else ":")[2]
        bad_lines.append(BadLine(int(number) if number.isdigit() else 1, bad.what))


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
        ThreadPoolExecutor(settings.ingests, "body") as threads,
    ):
        calls = Calls(store)
        takers = {BODY: Worker(store, settings, traced).take, CALLS: calls.take}
        while True:
            octets, handles, _, _ = socket.recv_fds(control, 1, 1)
            if not octets:
                calls.stop()
                return
            threads.submit(takers[octets], socket.socket(fileno=handles[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
