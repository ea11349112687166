"""Decisions go into real queues: RabbitMQ, NATS JetStream and Redis on this machine, Kafka as librdkafka's mock."""

import asyncio
import secrets
import socket
import time
from pathlib import Path

import pytest
from brokers import MAKE, PORTS, needs
from processes import Command, Server, dead

from prellbock.publishing.kinds import KINDS
from prellbock.sinks.brokers.broker import BrokerError
from prellbock.sinks.message import Message
from prellbock.store.sqlite import SqliteStore


@pytest.fixture(params=list(MAKE))
def kind(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if name in PORTS:
        needs(name)
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
    needs(kind)

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
    needs("redis")
    command = Command(tmp_path / "data")
    told = command.run("destinations", "add", "redis", "queue", check=False)
    assert told.returncode == 1 and b"the secret is missing: the URL" in told.stderr
    secret = tmp_path / "url"
    secret.write_text("http://127.0.0.1/")
    told = command.run("destinations", "add", "redis", "queue", "--secret-file", str(secret), check=False)
    assert told.returncode == 1 and b"redis://" in told.stderr


def test_a_stored_password_is_shown_to_no_other_servers(server: Server) -> None:
    """Else whoever may change a destination could have it sent to a Kafka of theirs."""
    body = {"kind": "kafka", "name": "queue", "settings": {"servers": "127.0.0.1:1"}, "secret": "of old"}
    assert server.client.post("/v1/destinations", json=body).status_code == 201
    others: list[dict[str, object]] = [
        {"servers": "127.0.0.1:2"}, {"servers": "127.0.0.1:1", "options": {"sasl.mechanism": "PLAIN"}},
    ]  # fmt: skip
    for settings in others:
        told = server.client.patch("/v1/destinations/queue", json={"settings": settings})
        assert told.status_code == 400 and "give the secret again" in told.json()["detail"], told.text
    same = {"settings": {"servers": "127.0.0.1:1", "topic": "other"}}
    assert server.client.patch("/v1/destinations/queue", json=same).json()["settings"]["topic"] == "other"
    moved = {"settings": {"servers": "127.0.0.1:2"}, "secret": "of new"}
    assert server.client.patch("/v1/destinations/queue", json=moved).json()["settings"]["servers"] == "127.0.0.1:2"
    with SqliteStore(server.data) as store:
        assert store.destination_secrets("queue", time.time()) == [b"of new"]
