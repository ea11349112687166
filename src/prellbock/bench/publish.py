"""How fast do decisions go out, and what do those cost that nobody takes?

The publisher's own process sends decisions of the ledger into RabbitMQ (a quorum queue, which is its kind for what must
not be lost, and a classic one) and NATS, each beside the same messages put there ready-made by two connections (what
the broker itself takes on this machine), and to `ENDPOINTS` webhooks of which a tenth hangs, beside `json.loads`.
RabbitMQ and NATS must listen on loopback, else they are left out. Look-ups are timed with an outbox of `MESSAGES`
undelivered messages (``PRELLBOCK_BENCH_MESSAGES``) beside none, and beside an echo.
"""

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from statistics import median

import msgspec

from prellbock.bench import Figure, Figures
from prellbock.bench.api import processor_seconds, serving
from prellbock.bench.echo import echo
from prellbock.bench.receivers import receivers
from prellbock.publishing import destinations
from prellbock.publishing.kinds import KINDS, settings_of
from prellbock.publishing.messages import message_of
from prellbock.publishing.streaming import TOGETHER
from prellbock.sinks.brokers.broker import Broker
from prellbock.sinks.message import Message
from prellbock.store.destinations import Wanted
from prellbock.store.sqlite import SqliteStore

MESSAGES = 1_000_000
ENDPOINTS = 1000
_HANG = ENDPOINTS // 10
_TO_BROKERS = 200_000
_TO_EACH_ENDPOINT = 60
_LOOK_UPS = 2000
_QUEUES = {"rabbitmq": ("rabbitmq", "quorum"), "rabbitmq_classic": ("rabbitmq", "classic"), "nats": ("nats", None)}
"""By figure: the kind of destination, and what kind of queue is made for it."""
_PORTS = {"rabbitmq": 5672, "nats": 4222}
_URLS = {"rabbitmq": "amqp://guest:guest@127.0.0.1/", "nats": "nats://127.0.0.1:4222"}
_ASKED = "asked: 20,000/s on two cores"


def size() -> int:
    """How many decisions the ledger has."""
    return int(os.environ.get("PRELLBOCK_BENCH_MESSAGES", MESSAGES))


def run() -> Figures:
    """Takes some minutes, most of them to fill the ledger."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        _fill(folder, size())
        for figure, (kind, queue) in _QUEUES.items():
            try:
                socket.create_connection(("127.0.0.1", _PORTS[kind]), 2).close()
            except OSError:
                continue
            figures |= _broker(figure, kind, queue, folder)
        figures |= _webhooks(folder)
        figures |= _look_ups(folder)
    return figures


def _fill(folder: Path, count: int) -> None:
    """Complaints of as many people: a decision each."""
    command = [sys.executable, "-m", "prellbock", "--data", str(folder), "ingest", "--format", "ndjson", "-"]
    ingest = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert ingest.stdin is not None
    with ingest.stdin:
        for number in range(count):
            ingest.stdin.write(
                b'{"time":%d,"recipient":"u%d@example.com","outcome":"complaint","stream":"newsletter"}\n'
                % (1_767_600_000 + number % 1000, number)
            )
    if ingest.wait():
        raise RuntimeError(f"ingest ended with exit code {ingest.returncode}")


class _Sent(msgspec.Struct, frozen=True):
    """What the publisher's process took for so many messages."""

    count: int
    start: float
    """Seconds from its start until something had gone out."""
    rate: float
    """Messages per second from then to the last."""
    rate_with_start: float
    processor: float
    """Processor seconds, its start included."""

    def by_processor(self) -> Figure:
        return {"value": self.count / max(self.processor, 0.01), "unit": "messages/s",
                "note": "of a processor, for the publisher alone"}  # fmt: skip


def _sending(folder: Path, count: int, gone_out: Callable[[], int]) -> _Sent:
    """Runs the publisher's process until so many messages have gone out."""
    here, there = socket.socketpair()
    command = [sys.executable, "-P", "-m", "prellbock.publishing.child", str(folder), str(there.fileno())]
    first: tuple[float, int] | None = None
    with here:
        begin = time.perf_counter()
        with there:
            process = subprocess.Popen(command, pass_fds=(there.fileno(),))
        while (gone := gone_out()) < count:
            if gone and first is None:
                first = time.perf_counter(), gone
            if process.poll() is not None:
                raise RuntimeError(f"the publisher ended with {process.returncode}")
            time.sleep(0.02)
        end, used = time.perf_counter(), processor_seconds(process.pid)
    process.wait()
    at, before = first or (begin, 0)
    return _Sent(count, at - begin, (count - before) / (end - at), count / (end - begin), used)


def _broker(figure: str, kind: str, queue: str | None, folder: Path) -> Figures:
    name = f"prellbock-bench-{secrets.token_hex(4)}"
    settings = {"routing_key": name} if kind == "rabbitmq" else {"subject": name}
    with SqliteStore(folder) as store:
        newest = store.cursor()
        first = max(0, newest - _TO_BROKERS)
        messages = [message_of(each, "/prellbock/bench") for each in store.outgoing(first, _TO_BROKERS)]
        remove = asyncio.run(_make(kind, name, queue))
        try:
            alone = len(messages) / asyncio.run(_put(kind, settings, messages))
            destinations.add(
                store, kind, figure, settings, wanted=Wanted(), secret=_URLS[kind], from_the_beginning=True,
                now=time.time(), actor="bench",
            )  # fmt: skip
            _move(store, figure, first)

            def gone_out() -> int:
                found = store.destination(figure)
                return 0 if found is None else len(messages) - (newest - found.cursor)

            sent = _sending(folder, len(messages), gone_out)
            destinations.remove(store, figure)
        finally:
            asyncio.run(remove())
    what = f", {queue} queue" if queue else ""
    return {
        f"{figure}_alone": {"value": alone, "unit": "messages/s",
                            "note": f"ready-made messages over two connections, confirmed{what}"},
        figure: {"value": sent.rate_with_start, "unit": "messages/s", "ratio": sent.rate_with_start / alone,
                 "of": f"{figure}_alone",
                 "note": f"from the ledger, each confirmed, start of the process included{what}; {_ASKED}"},
        f"{figure}_by_processor": sent.by_processor(),
    }  # fmt: skip


def _move(store: SqliteStore, name: str, cursor: int) -> None:
    """Puts the cursor where the figures begin."""
    from prellbock.store.destinations import Progress

    found = destinations.known_destination(store, name)
    store.progressed([Progress(name, found.generation, cursor)])


async def _put(kind: str, settings: dict[str, str], messages: list[Message]) -> float:
    connect = KINDS[kind].connect
    assert connect is not None
    brokers = [connect(settings_of(kind, settings), _URLS[kind]) for _ in range(2)]

    async def put(broker: Broker, part: list[Message]) -> None:
        for at in range(0, len(part), TOGETHER):
            await broker.put(part[at : at + TOGETHER])

    try:
        await asyncio.gather(*(each.put(messages[:10]) for each in brokers))
        begin = time.perf_counter()
        await asyncio.gather(*(put(each, messages[at :: len(brokers)]) for at, each in enumerate(brokers)))
        return time.perf_counter() - begin
    finally:
        for each in brokers:
            await each.close()


async def _make(kind: str, name: str, queue: str | None) -> Callable[[], Coroutine[None, None, None]]:
    """A queue of its own, and what removes it."""
    if kind == "rabbitmq":
        from aiormq import connect

        connection = await connect(_URLS[kind])
        await (await connection.channel()).queue_declare(name, durable=True, arguments={"x-queue-type": queue})
        await connection.close()

        async def remove() -> None:
            connection = await connect(_URLS[kind])
            await (await connection.channel()).queue_delete(name)
            await connection.close()

        return remove
    import nats

    client = await nats.connect(_URLS[kind])
    # Without a window for what comes twice: the same messages are put twice here.
    await client.jetstream().add_stream(name=name, subjects=[name], duplicate_window=0.1)
    await client.close()

    async def remove_stream() -> None:
        client = await nats.connect(_URLS[kind])
        await client.jetstream().delete_stream(name)
        await client.close()

    return remove_stream


def _webhooks(folder: Path) -> Figures:
    with receivers() as (url, taken_so_far), SqliteStore(folder) as store:
        first = store.cursor() - _TO_EACH_ENDPOINT
        for number in range(ENDPOINTS):
            place = "hang" if number < _HANG else "take"
            destinations.add(
                store, "webhook", f"w{number}", {"url": f"{url}/{place}/{number}", "private": True}, wanted=Wanted(),
                secret=None, now=time.time(), actor="bench",
            )  # fmt: skip
            _move(store, f"w{number}", first)
        expected = (ENDPOINTS - _HANG) * _TO_EACH_ENDPOINT
        sent = _sending(folder, expected, taken_so_far)
        for number in range(ENDPOINTS):
            destinations.remove(store, f"w{number}")
    rows = [b'{"seq":%d,"address":"u%d@example.com","status":"suppressed"}' % (each, each) for each in range(50_000)]
    begin = time.perf_counter()
    for row in rows:
        json.loads(row)
    loads = len(rows) / (time.perf_counter() - begin)
    what = f"{ENDPOINTS:,} endpoints, {_HANG} hang"
    return {
        "json_loads": {"value": loads, "unit": "records/s"},
        "webhooks": {"value": sent.rate, "unit": "deliveries/s", "ratio": sent.rate / loads, "of": "json_loads",
                     "note": f"{what}, from the first delivery to the last; asked: 2,000/s"},
        "webhooks_with_start": {"value": sent.rate_with_start, "unit": "deliveries/s",
                                "note": f"{expected:,} deliveries, start of the process included"},
        "webhooks_start": {"value": sent.start, "unit": "s", "note": "from its start until the first is delivered"},
        "webhooks_by_processor": sent.by_processor(),
    }  # fmt: skip


def _look_ups(folder: Path) -> Figures:
    """The same look-ups without a destination, and with one that hangs and wants everything."""
    figures: Figures = {}
    with receivers() as (url, _):
        for name in ("empty", "undelivered"):
            if name == "undelivered":
                with SqliteStore(folder) as store:
                    destinations.add(
                        store, "webhook", "hangs", {"url": f"{url}/hang/", "private": True}, wanted=Wanted(),
                        secret=None, from_the_beginning=True, now=time.time(), actor="bench",
                    )  # fmt: skip
            with serving(folder) as server, echo() as reference:
                connection = server.connect()
                echoed, checks, people = [], [], []
                for number in range(_LOOK_UPS):
                    address = f"u{number}@example.com"
                    echoed.append(reference.seconds())
                    begin = time.perf_counter()
                    server.ask(connection, "POST", "/v1/check", json.dumps({"addresses": [address]}).encode())
                    checks.append(time.perf_counter() - begin)
                    begin = time.perf_counter()
                    server.ask(connection, "GET", f"/v1/recipients/{address}")
                    people.append(time.perf_counter() - begin)
            own = median(echoed) * 1000
            figures[f"echo_{name}"] = {"value": own, "unit": "ms"}
            for what, times in (("check", checks), ("recipient", people)):
                value = median(times) * 1000
                figures[f"{what}_{name}"] = {"value": value, "unit": "ms", "ratio": value / own, "of": f"echo_{name}"}
    for what in ("check", "recipient"):
        figures[f"{what}_undelivered"]["note"] = f"outbox of {size():,}; asked: as much as with an empty one"
    return figures
