"""Decisions go into real queues: RabbitMQ, NATS JetStream and Redis on this machine, Kafka as librdkafka's mock."""

import asyncio
import json
import secrets
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from processes import DEADLINE_SECONDS, Command, Server, dead

from prellbock.publishing.kinds import KINDS
from prellbock.sinks.brokers.broker import Broker, BrokerError
from prellbock.sinks.message import Message

Received = list[tuple[str, dict[str, Any]]]
"""Ids and bodies, in the order of arrival."""
PORTS = {"rabbitmq": 5672, "nats": 4222, "redis": 6379}


class Queue(msgspec.Struct):
    """A queue of its own for one test: what a destination must be told, and what has come into it."""

    kind: str
    settings: dict[str, Any]
    secret: str | None
    received: Callable[[int], Awaitable[Received]]
    """Everything, once so many have come."""
    remove: Callable[[], Awaitable[object]]

    def broker(self, **other: Any) -> Broker:
        kind = KINDS[self.kind]
        assert kind.connect is not None
        return kind.connect(msgspec.convert({**self.settings, **other}, kind.settings), self.secret)


def _needs(kind: str) -> None:
    try:
        socket.create_connection(("127.0.0.1", PORTS[kind]), 2).close()
    except OSError:
        pytest.skip(f"service {kind} does not listen at 127.0.0.1:{PORTS[kind]}")


async def _rabbitmq(name: str) -> Queue:
    from aio_pika import connect

    url = "amqp://guest:guest@127.0.0.1/"
    connection = await connect(url)
    queue = await (await connection.channel()).declare_queue(name, durable=True)

    async def received(count: int) -> Received:
        found: Received = []
        async with queue.iterator() as messages:
            async for message in messages:
                await message.ack()
                found.append((str(message.message_id), json.loads(message.body)))
                if len(found) == count:
                    return found
        return found

    async def remove() -> None:
        await queue.delete(if_unused=False, if_empty=False)
        await connection.close()

    return Queue("rabbitmq", {"routing_key": name}, url, received, remove)


async def _nats(name: str) -> Queue:
    import nats

    client = await nats.connect("nats://127.0.0.1:4222")
    stream = client.jetstream()
    await stream.add_stream(name=name, subjects=[f"{name}.decisions"])

    async def received(count: int) -> Received:
        watch = await stream.subscribe(f"{name}.decisions", ordered_consumer=True)
        messages = [await watch.next_msg(DEADLINE_SECONDS) for _ in range(count)]
        return [((each.headers or {})["Nats-Msg-Id"], json.loads(each.data)) for each in messages]

    async def remove() -> None:
        await stream.delete_stream(name)
        await client.close()

    return Queue("nats", {"subject": f"{name}.decisions"}, "nats://127.0.0.1:4222", received, remove)


async def _redis(name: str) -> Queue:
    from redis.asyncio import Redis

    client = Redis.from_url("redis://127.0.0.1:6379/0")

    async def received(count: int) -> Received:
        end = time.monotonic() + DEADLINE_SECONDS
        while await client.xlen(name) < count:
            assert time.monotonic() < end
            await asyncio.sleep(0.02)
        rows: Any = await client.xrange(name)
        return [(row[b"id"].decode(), json.loads(row[b"event"])) for _, row in rows]

    async def remove() -> None:
        await client.delete(name)
        await client.aclose()

    return Queue("redis", {"stream": name}, "redis://127.0.0.1:6379/0", received, remove)


async def _kafka(name: str) -> Queue:
    from confluent_kafka import Consumer, Producer

    # The mock cluster lives as long as the client that has made it, and is found at the address of its broker.
    mock = Producer({"test.mock.num.brokers": 1})
    [broker] = mock.list_topics(timeout=10).brokers.values()
    servers = f"{broker.host}:{broker.port}"

    def read(count: int) -> Received:
        consumer = Consumer({"bootstrap.servers": servers, "group.id": name, "auto.offset.reset": "earliest"})
        consumer.subscribe([name])
        found: Received = []
        end = time.monotonic() + DEADLINE_SECONDS
        while len(found) < count and time.monotonic() < end:
            message = consumer.poll(0.2)
            if message is not None and message.error() is None:
                headers: dict[str, Any] = dict(message.headers() or [])
                found.append((headers["ce_id"].decode(), json.loads(message.value() or b"")))
        consumer.close()
        return found

    async def received(count: int) -> Received:
        return await asyncio.to_thread(read, count)

    async def remove() -> None:
        mock.flush(1)

    return Queue("kafka", {"servers": servers, "topic": name}, None, received, remove)


MAKE = {"rabbitmq": _rabbitmq, "nats": _nats, "redis": _redis, "kafka": _kafka}


@pytest.fixture(params=list(MAKE))
def kind(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if name in PORTS:
        _needs(name)
    return name


def _messages(count: int, first: int = 1) -> list[Message]:
    return [
        Message(seq, f"decision_{seq}_ff", "io.prellbock.recipient.paused", f"{seq % 3}", b'{"seq": %d}' % seq)
        for seq in range(first, first + count)
    ]


def test_what_is_put_arrives_in_order_with_its_ids(kind: str) -> None:
    async def through() -> None:
        queue = await MAKE[kind](f"prellbock-{secrets.token_hex(6)}")
        broker = queue.broker()
        try:
            await broker.put(_messages(250))
            await broker.put(_messages(50, 251))
            found = await queue.received(300)
        finally:
            await broker.close()
            await queue.remove()
        assert sorted(body["seq"] for _, body in found) == [*range(1, 301)]
        assert all(identity == f"decision_{body['seq']}_ff" for identity, body in found)
        for key in range(3):
            of_one = [body["seq"] for _, body in found if body["seq"] % 3 == key]
            assert of_one == sorted(of_one)

    asyncio.run(through())


@pytest.mark.parametrize(("kind", "other"), [("rabbitmq", {"routing_key": "none"}), ("nats", {"subject": "none.such"})])
def test_what_nothing_listens_to_is_told(kind: str, other: dict[str, str]) -> None:
    _needs(kind)

    async def through() -> None:
        queue = await MAKE[kind](f"prellbock-{secrets.token_hex(6)}")
        broker = queue.broker(**{name: f"{value}{secrets.token_hex(4)}" for name, value in other.items()})
        try:
            with pytest.raises(BrokerError, match=r"routes nothing|no stream"):
                await broker.put(_messages(1))
        finally:
            await broker.close()
            await queue.remove()

    asyncio.run(through())


@pytest.mark.parametrize("kind", ["rabbitmq", "nats", "redis"])
def test_a_broker_that_is_not_there_is_told_without_its_password(kind: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scheme = {"rabbitmq": "amqp", "nats": "nats", "redis": "redis"}[kind]
    connect = KINDS[kind].connect
    assert connect is not None

    async def through() -> None:
        broker = connect(KINDS[kind].settings(), f"{scheme}://user:hidden@127.0.0.1:{port}/")
        with pytest.raises(BrokerError) as told:
            await broker.put(_messages(1))
        await broker.close()
        assert "hidden" not in str(told.value)

    asyncio.run(through())


def test_decisions_of_the_server_arrive_in_the_queue(kind: str, tmp_path: Path) -> None:
    async def through() -> None:
        queue = await MAKE[kind](f"prellbock-{secrets.token_hex(6)}")
        server = Server(tmp_path / "data")
        try:
            body = {"kind": kind, "name": "queue", "settings": queue.settings, "secret": queue.secret}
            answer = await asyncio.to_thread(server.client.post, "/v1/destinations", json=body)
            assert answer.status_code == 201, answer.text
            for line in dead("kim@example.com").splitlines():
                await asyncio.to_thread(server.client.post, "/v1/events", content=line)
            found = await queue.received(2)
            assert [event["data"]["status"] for _, event in found] == ["paused", "suppressed"]
            assert [event["id"] for _, event in found] == [identity for identity, _ in found]
        finally:
            await asyncio.to_thread(server.stop)
            await queue.remove()

    asyncio.run(through())


def test_a_queue_is_set_up_by_the_command_line(tmp_path: Path) -> None:
    _needs("redis")
    command = Command(tmp_path / "data")
    told = command.run("destinations", "add", "redis", "queue", check=False)
    assert told.returncode == 1 and b"the secret is missing: the URL" in told.stderr
    secret = tmp_path / "url"
    secret.write_text("http://127.0.0.1/")
    told = command.run("destinations", "add", "redis", "queue", "--secret-file", str(secret), check=False)
    assert told.returncode == 1 and b"redis://" in told.stderr
