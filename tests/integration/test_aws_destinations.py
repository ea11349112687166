"""Decisions go to Amazon SQS, SNS and EventBridge: against moto, and against an SQS that takes batches in part."""

import asyncio
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from aiohttp import web
from moto.server import ThreadedMotoServer
from processes import DEADLINE_SECONDS, Server, dead

from prellbock.kinds import SettingError
from prellbock.publishing.kinds import KINDS, settings_of
from prellbock.sinks.brokers.aws import batches
from prellbock.sinks.brokers.broker import Broker, BrokerError
from prellbock.sinks.message import Message

REGION = "eu-central-1"
KEY = "AKIAEXAMPLE:hidden"


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def client(service: str, aws: str) -> Any:
    return boto3.client(
        service, endpoint_url=aws, region_name=REGION, aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="hidden"
    )


def make_queue(aws: str, suffix: str = "") -> str:
    attributes = {"FifoQueue": "true"} if suffix else {}
    made = client("sqs", aws).create_queue(QueueName=f"q{secrets.token_hex(6)}{suffix}", Attributes=attributes)
    return str(made["QueueUrl"])


def queue_arn(aws: str, url: str) -> str:
    told = client("sqs", aws).get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(told["Attributes"]["QueueArn"])


def received(aws: str, url: str, count: int) -> list[Any]:
    sqs = client("sqs", aws)
    found: list[Any] = []
    end = time.monotonic() + DEADLINE_SECONDS
    while len(found) < count and time.monotonic() < end:
        for each in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ()):
            found.append(json.loads(each["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return found


def settings_for(kind: str, aws: str, suffix: str = "") -> tuple[dict[str, object], str]:
    """The settings of a destination, and the queue in which its messages end."""
    url = make_queue(aws, suffix)
    common: dict[str, object] = {"endpoint": aws, "private": True, "region": REGION}
    if kind == "sqs":
        return {**common, "url": url}, url
    if kind == "sns":
        attributes = {"FifoTopic": "true"} if suffix else {}
        sns = client("sns", aws)
        topic = sns.create_topic(Name=f"t{secrets.token_hex(6)}{suffix}", Attributes=attributes)["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(aws, url),
                      Attributes={"RawMessageDelivery": "true"})  # fmt: skip
        return {**common, "topic": topic}, url
    events, bus = client("events", aws), f"b{secrets.token_hex(6)}"
    events.create_event_bus(Name=bus)
    events.put_rule(Name="all", EventBusName=bus, EventPattern=json.dumps({"source": ["prellbock"]}))
    events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue_arn(aws, url)}])
    return {**common, "bus": bus}, url


def broker(kind: str, settings: dict[str, object]) -> Broker:
    connect = KINDS[kind].connect
    assert connect is not None
    return connect(settings_of(kind, settings), KEY)


def put(kind: str, settings: dict[str, object], messages: list[Message]) -> None:
    async def through() -> None:
        there = broker(kind, settings)
        try:
            await there.put(messages)
        finally:
            await there.close()

    asyncio.run(through())


def numbered(count: int, people: int = 7) -> list[Message]:
    return [
        Message(seq, f"decision_{seq}_ff", "io.prellbock.recipient.paused", f"{seq % people}", b'{"seq": %d}' % seq)
        for seq in range(1, count + 1)
    ]


@pytest.mark.parametrize("kind", ["sqs", "sns", "eventbridge"])
def test_what_is_put_arrives(kind: str, aws: str) -> None:
    settings, url = settings_for(kind, aws)
    put(kind, settings, numbered(45, people=100))
    found = received(aws, url, 45)
    bodies = [each["detail"] for each in found] if kind == "eventbridge" else found
    assert sorted(each["seq"] for each in bodies) == [*range(1, 46)]


@pytest.mark.parametrize("kind", ["sqs", "sns"])
def test_fifo_keeps_the_order_of_a_recipient_and_drops_what_comes_twice(kind: str, aws: str) -> None:
    settings, url = settings_for(kind, aws, ".fifo")
    put(kind, settings, numbered(40, people=3))
    put(kind, settings, numbered(40, people=3))
    found = [each["seq"] for each in received(aws, url, 40)]
    assert sorted(found) == [*range(1, 41)]
    for person in range(3):
        of_one = [seq for seq in found if seq % 3 == person]
        assert of_one == sorted(of_one)


class HalfHearted:
    """An SQS (JSON protocol) that leaves messages out of batches: ``leaves_out`` says which, and how often."""

    def __init__(self, leaves_out: dict[int, int], code: str = "InternalError", fault: bool = False) -> None:
        self.leaves_out, self.code, self.fault = dict(leaves_out), code, fault
        self.taken: list[int] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(30)

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        await self._end.wait()
        await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        return self._answer(json.loads(await request.read())["Entries"])

    def _answer(self, entries: list[Any]) -> web.Response:
        taken, failed = [], []
        for entry in entries:
            seq = json.loads(entry["MessageBody"])["seq"]
            if self.leaves_out.get(seq, 0):
                self.leaves_out[seq] -= 1
                failed.append({"Id": entry["Id"], "SenderFault": self.fault, "Code": self.code, "Message": "no"})
            else:
                self.taken.append(seq)
                taken.append({"Id": entry["Id"], "MessageId": f"m{seq}", "MD5OfMessageBody": ""})
        return web.json_response({"Successful": taken, "Failed": failed}, content_type="application/x-amz-json-1.0")

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)

    def settings(self) -> dict[str, object]:
        return {"url": f"{self.url}/1/decisions", "endpoint": self.url, "private": True, "region": REGION}


def test_what_a_batch_leaves_out_is_tried_again_and_nothing_about_the_recipient_overtakes_it() -> None:
    queue = HalfHearted({4: 1, 5: 2, 11: 2})
    try:
        put("sqs", queue.settings(), numbered(60, people=7))
    finally:
        queue.close()
    assert sorted(queue.taken) == [*range(1, 61)]
    for person in range(7):
        of_one = [seq for seq in queue.taken if seq % 7 == person]
        assert of_one == sorted(of_one)


def test_what_is_left_out_for_good_is_told_and_holds_back_what_follows() -> None:
    queue = HalfHearted({5: 1000})
    try:
        with pytest.raises(BrokerError, match=r"does not take 1 of \d+ messages: InternalError"):
            put("sqs", queue.settings(), numbered(60, people=7))
    finally:
        queue.close()
    assert [seq for seq in queue.taken if seq % 7 == 5] == []


def test_the_server_sets_a_message_aside_that_is_never_taken(tmp_path: Path) -> None:
    """The seq of a decision is its place in the ledger: the first one is refused, the second goes through."""
    queue, server = _Refusing(), Server(tmp_path / "data")
    try:
        body = {"kind": "sqs", "name": "queue", "settings": queue.settings(), "secret": KEY}
        assert server.client.post("/v1/destinations", json=body).status_code == 201
        for line in dead("kim@example.com").splitlines():
            server.client.post("/v1/events", content=line)
        end = time.monotonic() + DEADLINE_SECONDS
        while not queue.taken:
            assert time.monotonic() < end, server.said
            time.sleep(0.02)
        while not (found := server.client.get("/v1/destinations/queue/deliveries?outcome=dead").json()["items"]):
            assert time.monotonic() < end, server.said
            time.sleep(0.02)
    finally:
        server.stop()
        queue.close()
    assert [each["answer"] for each in found] == ["Amazon: InvalidMessageContents"]
    assert set(queue.taken) == {2}


class _Refusing(HalfHearted):
    def __init__(self) -> None:
        super().__init__({1: 1000}, "InvalidMessageContents", fault=True)

    async def _take(self, request: web.Request) -> web.Response:
        raw = json.loads(await request.read())
        for entry in raw["Entries"]:
            entry["MessageBody"] = json.dumps({"seq": json.loads(entry["MessageBody"])["data"]["seq"]})
        return self._answer(raw["Entries"])


@pytest.mark.parametrize(
    ("kind", "settings", "complaint"),
    [
        ("sqs", {"url": "http://127.0.0.1/1/q"}, "https"),
        ("sqs", {"url": "https://10.0.0.1/1/q"}, "not on the internet"),
        ("sqs", {"url": "https://sqs.eu-central-1.amazonaws.com/1/q", "endpoint": "https://localhost/"}, "internet"),
        ("sns", {"topic": "decisions"}, "ARN"),
        ("eventbridge", {"source": "aws.sqs"}, "Amazon's own"),
    ],
)
def test_what_cannot_be_reached_is_told(kind: str, settings: dict[str, object], complaint: str) -> None:
    with pytest.raises(SettingError, match=complaint):
        settings_of(kind, settings)
    check = KINDS[kind].check_secret
    assert check is not None
    with pytest.raises(SettingError, match="access key"):
        check("no key")


def test_an_endpoint_whose_name_leads_to_a_private_address_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 4443))]
    monkeypatch.setattr("prellbock.sinks.reaching.socket.getaddrinfo", lambda *_, **__: here)
    settings: dict[str, object] = {"bus": "default", "region": REGION, "endpoint": "https://events.example.com:4443"}
    with pytest.raises(BrokerError, match="not on the internet"):
        put("eventbridge", settings, numbered(1))


def test_a_batch_has_at_most_ten_messages_and_none_two_about_the_same_recipient() -> None:
    messages = [msgspec.structs.replace(each, body=b"x" * 100_000) for each in numbered(9, people=9)]
    assert [len(each) for each in batches(numbered(25, people=99))] == [10, 10, 5]
    assert [len(each) for each in batches(numbered(6, people=3))] == [3, 3]
    assert [len(each) for each in batches(messages)] == [2, 2, 2, 2, 1]
