"""Decisions reach who is slow and who was out of order: `publish` gets on, and so does `redrive`."""

import json
import threading
import time
from typing import Any

import pytest
from cloud import NOW, Cloud, Context
from msgspec.structs import replace

from prellbock.functions.aws import ingest, publish, redrive
from prellbock.functions.aws.wiring import wire
from prellbock.store.dynamodb.memory import ServiceError

Json = dict[str, Any]


@pytest.fixture(scope="module")
def records() -> list[Json]:
    """One commit, with its decisions packed."""
    cloud = Cloud("objects")
    events = [
        {"id": f"{at}-{outcome}", "time": NOW, "recipient": f"u{at}@example.net", "outcome": outcome, "stream": outcome}
        for at in range(60)
        for outcome in ("complaint", "unsubscribe")
    ]
    traffic = b"".join(json.dumps(each).encode() + b"\n" for each in events)
    ingest.handle({"Records": [cloud.put("a.ndjson", traffic)]}, Context(), cloud.wire())
    found = [record for record in cloud.records if publish.outbox(record)]
    assert max(len(publish.outbox(record)) for record in found) > 5 * publish.MOST_TOGETHER
    return found


def numbers(records: list[Json]) -> list[int]:
    return [json.loads(entry)["seq"] for record in records for entry in publish.outbox(record)]


def test_a_record_with_more_decisions_than_a_call_has_time_for_is_told_by_and_by(records: list[Json]) -> None:
    """Each call has time for one request; the stream gives up after ten calls that end at the same record."""
    cloud = Cloud()
    here, rest, calls = cloud.wire(), records, 0
    while failed := publish.handle({"Records": rest}, Context(1_000), here)["batchItemFailures"]:
        at = next(i for i, each in enumerate(rest) if each["dynamodb"]["SequenceNumber"] == failed[0]["itemIdentifier"])
        rest, calls = rest[at:], calls + 1
        assert calls <= len(numbers(records))
    assert calls > 5
    assert [each["seq"] for each in cloud.events] == numbers(records)


def test_webhooks_of_several_recipients_go_out_at_once_and_of_one_in_order(
    records: list[Json], monkeypatch: pytest.MonkeyPatch
) -> None:
    guard, at_once, most, taken = threading.Lock(), 0, 0, list[Json]()

    def slow(*words: Any) -> None:
        nonlocal at_once, most
        with guard:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.002)
        with guard:
            taken.append(json.loads(words[4])["data"])
            at_once -= 1

    monkeypatch.setattr(publish, "send", slow)
    cloud = Cloud()
    settings = {"event_bus": None, "webhook_url": "https://hook.example", "webhook_secret_arn": "hook"}
    here = _with(cloud, settings)
    asked: list[Json] = []

    def secret(_: Cloud, **words: Any) -> Json:
        asked.append(words)
        return {"SecretString": "A" * 44}

    monkeypatch.setattr(Cloud, "get_secret_value", secret)
    assert publish.handle({"Records": records}, Context(), here) == {"batchItemFailures": []}
    assert sorted(each["seq"] for each in taken) == sorted(numbers(records))
    assert most > 4
    assert len(asked) == 1
    by_recipient: dict[str, list[int]] = {}
    for each in taken:
        by_recipient.setdefault(each["hash"], []).append(each["seq"])
    assert max(map(len, by_recipient.values())) > 1
    assert all(seqs == sorted(seqs) for seqs in by_recipient.values())


def _with(cloud: Cloud, settings: Json) -> Any:
    here = cloud.wire()
    return wire(replace(here.settings, **settings), here.clients, clock=here.clock, sleep=cloud.sleep)


class Queue:
    """A queue with one dead letter of `publish`."""

    def __init__(self) -> None:
        batch = {"streamArn": "arn", "shardId": "s", "startSequenceNumber": "0", "endSequenceNumber": "99999999"}
        self.letters = [{"Body": json.dumps({"DDBStreamBatchInfo": batch}), "ReceiptHandle": "r"}]
        self.deleted = 0

    def receive_message(self, **_: Any) -> Json:
        found, self.letters = self.letters, []
        return {"Messages": found}

    def delete_message_batch(self, **words: Any) -> None:
        self.deleted += len(words["Entries"])


class Stream:
    """All records at once, or none any more."""

    def __init__(self, records: list[Json], code: str = "") -> None:
        self._records, self._code = records, code

    def get_shard_iterator(self, **_: Any) -> Json:
        if self._code:
            raise ServiceError(self._code, "get_shard_iterator")
        return {"ShardIterator": "i"}

    def get_records(self, **_: Any) -> Json:
        found, self._records = self._records, []
        return {"Records": found, "NextShardIterator": "i"}


def refuse_nothing(event: Json) -> Json:
    return {"batchItemFailures": []}


def again(stream: Stream, publish_: redrive.Publish) -> tuple[dict[str, int], int]:
    queue: Any = Queue()
    return redrive.redrive(queue, "dead", "envelopes", streams=stream, publish=publish_), queue.deleted


@pytest.mark.parametrize("code", sorted(redrive.GONE))
def test_what_the_stream_has_no_more_stays_and_stops_nothing(code: str) -> None:
    done, deleted = again(Stream([], code), refuse_nothing)
    assert (done["left"], done["told"], deleted) == (1, 0, 0)


def test_a_redrive_gives_as_much_as_a_call_takes_and_goes_on_where_time_ran_out() -> None:
    """A call of Lambda takes six megabytes; images of recipients have up to 400 kB, and there are two of each."""
    large = {"NewImage": {"out": {"L": []}, "rows": {"B": b"x" * 300_000}}, "OldImage": {"rows": {"B": b"x" * 300_000}}}
    records = [{"dynamodb": {"SequenceNumber": str(at), **large}} for at in range(40)]
    told: list[str] = []

    def call(event: Json) -> Json:
        assert len(json.dumps(event)) < 6_000_000
        some = [each["dynamodb"]["SequenceNumber"] for each in event["Records"]]
        told.extend(some[:4])
        return {"batchItemFailures": [{"itemIdentifier": each} for each in some[4:5]]}

    done, deleted = again(Stream(records), call)
    assert (done["told"], done["left"], deleted) == (1, 0, 1)
    assert told == [str(at) for at in range(40)]


def test_a_redrive_gives_up_where_nothing_gets_on() -> None:
    records = [{"dynamodb": {"SequenceNumber": str(at), "NewImage": {}}} for at in range(9)]
    calls: list[int] = []

    def refuse(event: Json) -> Json:
        calls.append(len(event["Records"]))
        return {"batchItemFailures": [{"itemIdentifier": "3"}]}

    done, deleted = again(Stream(records), refuse)
    assert (done["told"], done["left"], deleted) == (0, 1, 0)
    assert calls == [9, 6]
