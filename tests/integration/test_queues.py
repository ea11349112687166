"""Queues against real brokers on this machine: acknowledged only once stored, poison set apart, redelivery harmless."""

import asyncio
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import aio_pika
import boto3
import nats
import pytest
from confluent_kafka import Producer
from moto.server import ThreadedMotoServer
from reports import report

from prellbock.doors.running import Running
from prellbock.doors.settings import S3, AnyDoor, Kafka, Nats, Rabbitmq, Sqs
from prellbock.doors.state import Shown
from prellbock.doors.storing import Storing
from prellbock.store.sqlite import SqliteStore

T = TypeVar("T")
NOW = 1_800_000_000.0
POISON = b"no event"
SES = json.dumps(
    {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-central-1:1:bounces", "MessageId": "m", "Message": json.dumps(
        {"notificationType": "Bounce", "bounce": {"bounceType": "Permanent", "bounceSubType": "General",
         "timestamp": "2026-01-05T08:00:00Z", "feedbackId": "f1", "bouncedRecipients": [
            {"emailAddress": "jane@customer.example", "action": "failed", "status": "5.1.1",
             "diagnosticCode": "smtp; 550 5.1.1 <jane@customer.example>... User unknown"}]},
         "mail": {"timestamp": "2026-01-05T07:59:00Z", "messageId": "1", "destination": ["jane@customer.example"]}})}
).encode()  # fmt: skip


def event(number: int) -> bytes:
    """A message of one event."""
    return json.dumps(
        {"time": 1_767_600_000 + number, "recipient": f"u{number}@customer.example", "outcome": "bounced",
         "response": "550 5.1.1 User unknown", "message_id": f"{number}@shop.example"}
    ).encode()  # fmt: skip


MESSAGES = [*(event(number) for number in range(25)), POISON, SES, report(7)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "data", create=True) as found:
        yield found


def run(work: Callable[[], Awaitable[T]]) -> T:
    async def whole() -> T:
        return await work()

    return asyncio.run(whole())


def take(store: SqliteStore, door: AnyDoor) -> Shown:
    """What is there, once."""
    mistakes: list[BaseException] = []
    working = Running(
        {"bounces": door}, Storing(store, lambda now: None, lambda: NOW), once=True,
        on_failure=lambda name, what, error: mistakes.append(error) if error else None,
    )  # fmt: skip
    working.start()
    working.join()
    assert not mistakes, mistakes
    return working.shown()[0]


class Broken:
    """The store refuses everything while this lasts."""

    def __init__(self, store: Path) -> None:
        self._file = store / "prellbock.sqlite3"

    def __enter__(self) -> None:
        self._run("CREATE TRIGGER no BEFORE INSERT ON batches BEGIN SELECT RAISE(ABORT, 'no'); END")

    def __exit__(self, *error: object) -> None:
        self._run("DROP TRIGGER no")

    def _run(self, statement: str) -> None:
        with closing(sqlite3.connect(self._file)) as db:
            db.execute(statement)
            db.commit()


def check(
    store: SqliteStore, place: Path, door: AnyDoor, put: Callable[[list[bytes]], None],
    settle: Callable[[], object] = lambda: None,
) -> None:  # fmt: skip
    """What every queue must do."""
    put(MESSAGES)
    with Broken(place):
        failed = take(store, door)
    assert failed.condition == "failing"
    # Nothing was acknowledged, so all of it comes again.
    settle()
    shown = take(store, door)
    assert shown.condition == "closed", shown.problem
    # A busy machine may let a broker give something twice.
    assert shown.arrivals >= len(MESSAGES)
    assert shown.counts["new"] == len(MESSAGES) - 1
    (apart,) = store.apart(f"{shown.kind}:bounces", 10)
    assert apart.content == POISON
    # The same again, and something new.
    put([*MESSAGES[:5], POISON, event(99)])
    shown = take(store, door)
    assert shown.counts["new"] == 1
    assert shown.counts["duplicate"] >= 5
    assert len(store.apart(None, 10)) == 1
    assert store.totals()["events_bounced"] == len(MESSAGES)
    assert take(store, door).arrivals == 0


def test_rabbitmq(store: SqliteStore, tmp_path: Path) -> None:
    queue = f"prellbock-{secrets.token_hex(4)}"

    async def connected() -> Any:
        try:
            return await aio_pika.connect(host="127.0.0.1")
        except OSError:
            pytest.skip("service RabbitMQ is missing on 127.0.0.1:5672")

    async def publish(bodies: list[bytes]) -> None:
        async with await connected() as connection:
            channel = await connection.channel()
            await channel.declare_queue(queue, durable=True)
            for body in bodies:
                await channel.default_exchange.publish(aio_pika.Message(body), queue)

    async def delete() -> None:
        async with await connected() as connection:
            await (await connection.channel()).queue_delete(queue)

    try:
        check(store, tmp_path / "data", Rabbitmq(host="127.0.0.1", tls=False, queue=queue),
              lambda bodies: run(lambda: publish(bodies)))  # fmt: skip
    finally:
        run(delete)


def test_nats(store: SqliteStore, tmp_path: Path) -> None:
    name = f"prellbock{secrets.token_hex(4)}"
    servers = ["nats://127.0.0.1:4222"]

    async def connected() -> Any:
        try:
            return await nats.connect(servers=servers, allow_reconnect=False)
        except OSError:
            pytest.skip("service NATS is missing on 127.0.0.1:4222")

    async def publish(bodies: list[bytes]) -> None:
        client = await connected()
        stream = client.jetstream()
        await stream.add_stream(name=name, subjects=[f"{name}.>"])
        # What is not acknowledged comes again soon.
        await stream.add_consumer(name, durable_name="prellbock", ack_wait=1, ack_policy="explicit")
        for body in bodies:
            await stream.publish(f"{name}.bounces", body)
        await client.close()

    async def delete() -> None:
        client = await connected()
        await client.jetstream().delete_stream(name)
        await client.close()

    try:
        check(store, tmp_path / "data", Nats(servers=servers, subject=f"{name}.>"),
              lambda bodies: run(lambda: publish(bodies)))  # fmt: skip
    finally:
        run(delete)


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """The address of a server that answers as Amazon's do."""
    given = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-central-1"}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


def test_sqs(store: SqliteStore, tmp_path: Path, aws: str) -> None:
    sqs = boto3.client("sqs", endpoint_url=aws)
    queue = sqs.create_queue(QueueName=secrets.token_hex(4), Attributes={"VisibilityTimeout": "1"})["QueueUrl"]

    def put(bodies: list[bytes]) -> None:
        for body in bodies:
            sqs.send_message(QueueUrl=queue, MessageBody=body.decode())

    def settle() -> None:
        """Until what was not deleted is visible again; from then on nothing is in a hurry."""
        hidden = "ApproximateNumberOfMessagesNotVisible"
        while sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[hidden])["Attributes"][hidden] != "0":
            time.sleep(0.1)
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "60"})

    check(store, tmp_path / "data", Sqs(url=queue, endpoint=aws), put, settle)


def test_s3(store: SqliteStore, tmp_path: Path, aws: str) -> None:
    s3 = boto3.client("s3", endpoint_url=aws)
    bucket = f"bounces-{secrets.token_hex(4)}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket=bucket, Key="in/", Body=b"")
    s3.put_object(Bucket=bucket, Key="in/events.ndjson", Body=b"\n".join(event(number) for number in range(2500)))
    s3.put_object(Bucket=bucket, Key="in/report.eml", Body=report(3000))
    s3.put_object(Bucket=bucket, Key="in/poison", Body=POISON)
    s3.put_object(Bucket=bucket, Key="other/events.ndjson", Body=event(9999))
    door = S3(bucket=bucket, prefix="in/", endpoint=aws)
    with Broken(tmp_path / "data"):
        assert take(store, door).condition == "failing"
    shown = take(store, door)
    assert (shown.arrivals, shown.counts["new"], shown.counts["apart"]) == (3, 2501, 1)
    assert take(store, door).arrivals == 0
    s3.put_object(Bucket=bucket, Key="in/more.ndjson", Body=event(4000))
    assert take(store, door).arrivals == 1
    # Whoever changes the setting gets everything again, which changes nothing, and it goes.
    assert take(store, S3(bucket=bucket, prefix="in/", endpoint=aws, after="delete")).arrivals == 0
    s3.put_object(Bucket=bucket, Key="in/last.ndjson", Body=event(4001))
    assert take(store, S3(bucket=bucket, prefix="in/", endpoint=aws, after="delete")).arrivals == 1
    keys = {each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert "in/last.ndjson" not in keys
    assert store.totals()["events_bounced"] == 2503


def test_kafka(store: SqliteStore, tmp_path: Path) -> None:
    """librdkafka's own broker, which lives in the client that made it."""
    producer = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "", "log_level": 0})
    servers = producer.list_topics(timeout=10).brokers
    address = ",".join(f"{each.host}:{each.port}" for each in servers.values())
    door = Kafka(servers=[address], topic="bounces", tls=False, options={"session.timeout.ms": "6000"})

    def put(bodies: list[bytes]) -> None:
        for body in bodies:
            producer.produce("bounces", body, partition=0)
        producer.flush(10)

    check(store, tmp_path / "data", door, put)
