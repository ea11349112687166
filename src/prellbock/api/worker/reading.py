"""The reading process of the worker: decodes bodies and makes their keys, while the worker judges what came before.

It is given two sockets for each body, the one from the server and the one to the worker; a thread takes each body. Run
as ``-m`` with the control socket. It keeps nothing and writes nothing, so it may end at any moment.
"""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import msgspec
from structlog.contextvars import bound_contextvars

from prellbock.api.configuration.model import Configuration
from prellbock.api.logs import MISTAKE, configure, log
from prellbock.api.worker.body import BodyError, BodyFile, unpacked
from prellbock.api.worker.frames import SOURCE, Failure, Hook, Task
from prellbock.api.worker.passing import Passing
from prellbock.collecting import BATCHES, settled
from prellbock.identity import Identity
from prellbock.ingest import make_ready
from prellbock.sources import files, mail_events, ndjson, registry
from prellbock.sources.batch import Batch
from prellbock.sources.webhooks.call import Call, UnreadableError
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import read


class Told(msgspec.Struct):
    """What the process is told when it starts."""

    configuration: Configuration
    secret: bytes


def take(there: socket.socket, to_writer: socket.socket, identity: Identity) -> None:
    """One body, from its task to its end, as fast as the writer takes its batches."""
    with there, closing(Passing(to_writer)) as passing, suppress(OSError):
        body = BodyFile(there)
        try:
            task = msgspec.json.decode(body.first(), type=Task)
        except BodyError as error:
            passing.end(_failure(error))
            return
        with bound_contextvars(request=task.request):
            passing.task(task)
            passing.end(_pass_on(task, body, passing, identity))


def _pass_on(task: Task, body: BodyFile, passing: Passing, identity: Identity) -> Failure | None:
    batches = _batches(task, body)
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                return None
            ready = make_ready(batch, identity)
        except BodyError as error:
            # What came before it is kept.
            return _failure(error)
        except Exception:
            log.exception("mistake")
            return Failure(500, MISTAKE)
        passing.batch(ready)


def _failure(error: BodyError) -> Failure:
    return Failure(error.status, str(error))


def _batches(task: Task, body: BodyFile) -> Iterator[Batch]:
    if task.kind == "file":
        return _of_file(task, body)
    file = unpacked(body, is_gzip=task.is_gzip, most=task.most)
    if task.hook is not None:
        return _of_webhook(task.hook, file.read(), task.now)
    if task.kind == "mails":
        return mail_events.of(files.in_file(file, SOURCE), task.now)
    return ndjson.read(file, SOURCE, task.now)


def _of_file(task: Task, body: BodyFile) -> Iterator[Batch]:
    file = unpacked(body, is_gzip=task.is_gzip, most=task.most, looks=True)
    yield from registry.decode(file, task.format_, SOURCE, task.now, task.now, None)


def _of_webhook(hook: Hook, body: bytes, now: float) -> Iterator[Batch]:
    call = Call(body=body, headers=hook.headers, received=now)
    try:
        yield read(PROVIDERS[hook.provider], call, hook.source, hook.options, now)
    except UnreadableError as error:
        raise BodyError(400, str(error)) from None


def main(handle: str) -> None:
    """Takes bodies until the control socket closes: the worker has got everything it wanted, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    told = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Told)
    configure(told.configuration.log)
    identity = Identity(told.secret)
    threads = ThreadPoolExecutor(told.configuration.limits.ingests, "body")
    settled(BATCHES)
    with socket.socket(fileno=int(handle)) as control:
        while True:
            octets, handles, _, _ = socket.recv_fds(control, 1, 2)
            if not octets:
                # At once: a body that is held open here would keep the server waiting for a worker that is gone.
                os._exit(0)
            there, to_writer = (socket.socket(fileno=each) for each in handles)
            threads.submit(take, there, to_writer, identity)


if __name__ == "__main__":
    main(*sys.argv[1:])
