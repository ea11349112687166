"""Real queues for tests, one of its own for each: RabbitMQ, NATS JetStream, Redis, and Kafka as librdkafka's mock."""

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from processes import DEADLINE_SECONDS

from prellbock.publishing.kinds import KINDS
from prellbock.sinks.brokers.broker import Broker

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
    count: Callable[[], Awaitable[int]] | None = None
    """How many messages are there."""

    def broker(self, **other: Any) -> Broker:
        kind = KINDS[self.kind]
        assert kind.connect is not None
        return kind.connect(msgspec.convert({**self.settings, **other}, kind.settings), self.secret)


def needs(kind: str) -> None:
    try:
        socket.create_connection(("127.0.0.1", PORTS[kind]), 2).close()
    except OSError:
        pytest.skip(f"service {kind} does not listen at 127.0.0.1:{PORTS[kind]}")


async def _rabbitmq(name: str) -> Queue:
    from aio_pika import connect

    url = "amqp://guest:guest@127.0.0.1/"
    connection = await connect(url)
    channel = await connection.channel()
    # The kind that RabbitMQ recommends for what must not be lost.
    queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})

    async def received(count: int) -> Received:
        found: Received = []
        async with queue.iterator() as messages:
            async for message in messages:
                await message.ack()
                found.append((str(message.message_id), json.loads(message.body)))
                if len(found) == count:
                    return found
        return found

    async def count() -> int:
        told = await channel.declare_queue(name, passive=True)
        return told.declaration_result.message_count or 0

    async def remove() -> None:
        await queue.delete(if_unused=False, if_empty=False)
        await connection.close()

    return Queue("rabbitmq", {"routing_key": name}, url, received, remove, count)


async def _nats(name: str) -> Queue:
    import nats

    client = await nats.connect("nats://127.0.0.1:4222")
    stream = client.jetstream()
    await stream.add_stream(name=name, subjects=[f"{name}.decisions"])

    async def received(count: int) -> Received:
        watch = await stream.subscribe(f"{name}.decisions", ordered_consumer=True)
        messages = [await watch.next_msg(DEADLINE_SECONDS) for _ in range(count)]
        return [((each.headers or {})["Nats-Msg-Id"], json.loads(each.data)) for each in messages]

    async def count() -> int:
        return (await stream.stream_info(name)).state.messages

    async def remove() -> None:
        await stream.delete_stream(name)
        await client.close()

    return Queue("nats", {"subject": f"{name}.decisions"}, "nats://127.0.0.1:4222", received, remove, count)


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
