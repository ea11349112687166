"""The handlers with AWS in memory: the way of events from an envelope to those who are told."""

import base64
import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from cloud import BUCKET, NOW, Cloud, Context, lines, parts, seen, sqlite_of, withholding

from prellbock.functions.aws import api, ingest, publish, schedule
from prellbock.functions.aws.settings import Settings, SettingsError
from prellbock.ingest import ingest as bring_in
from prellbock.ingest import make_ready
from prellbock.sources import registry
from prellbock.store.contract import Part


@pytest.fixture(scope="module")
def traffic() -> bytes:
    return lines(6000)


def test_the_same_stream_ends_in_the_same_statuses(traffic: bytes, tmp_path: Path) -> None:
    cloud = Cloud()
    messages = [cloud.put(f"{at}.ndjson", part) for at, part in enumerate(parts(traffic, 500))]
    for begin in range(0, len(messages), 4):
        # Each call in an instance of its own, some messages twice.
        event = {"Records": [*messages[begin : begin + 4], messages[begin]]}
        assert ingest.handle(event, Context(), cloud.wire()) == {"batchItemFailures": []}
    here = cloud.wire()

    path = tmp_path / "all.ndjson"
    path.write_bytes(traffic)
    store = sqlite_of(tmp_path / "data", here.secret)
    batches = registry.read(str(path), "auto", NOW, None)
    bring_in((make_ready(each, store.identity) for each in batches), store=store, now=NOW, on_bad=print)
    expected = seen(store, NOW)
    assert seen(here.store, NOW) == expected
    assert len(expected.withheld) > 20
    store.close()
    here.store.close()
    assert withholding((each["address"], each["scope"], each["status"]) for each in _published(cloud)) == expected.feed


def _published(cloud: Cloud) -> list[dict[str, Any]]:
    here = cloud.wire()
    assert publish.handle({"Records": cloud.records}, None, here) == {"batchItemFailures": []}
    return cloud.events


def test_what_cannot_be_told_comes_again_in_order(traffic: bytes) -> None:
    cloud = Cloud()
    ingest.handle({"Records": [cloud.put("1.ndjson", traffic)]}, Context(), cloud.wire())
    here = cloud.wire()
    cloud.refuse, rest, tries = 3, list(cloud.records), 0
    while True:
        answer = publish.handle({"Records": rest}, None, here)["batchItemFailures"]
        if not answer:
            break
        tries += 1
        at = next(i for i, each in enumerate(rest) if each["dynamodb"]["SequenceNumber"] == answer[0]["itemIdentifier"])
        rest = rest[at:]
    assert tries == 3
    by_hash: dict[str, list[int]] = {}
    for each in cloud.events:
        by_hash.setdefault(each["hash"], []).append(each["seq"])
    assert all(seqs == sorted(seqs) for seqs in by_hash.values())


DELIVERED = b'{"time":1,"recipient":"u@example.com","outcome":"delivered"}\n'


@pytest.mark.parametrize(
    ("name", "content", "comes_again"),
    [
        ("empty.ndjson", b"", False),
        ("wrong.ndjson", b'{"recipient": 5}\nnothing\n{"time": "yesterday", "recipient": "u@example.com"}\n', False),
        ("cut.ndjson.gz", gzip.compress(DELIVERED * 99, mtime=0)[:60], False),
        ("noise.bin", bytes(range(256)) * 40, False),
    ],
)  # fmt: skip
def test_bad_envelopes_are_named_and_hold_nobody_up(
    name: str, content: bytes, comes_again: bool, traffic: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud = Cloud()
    good = cloud.put("good.ndjson", b"".join(list(parts(traffic, 100))[:1]))
    answer = ingest.handle({"Records": [cloud.put(name, content), good]}, Context(), cloud.wire())
    assert answer["batchItemFailures"] == ([{"itemIdentifier": name}] if comes_again else [])
    assert f"s3://{BUCKET}/incoming/{name}" in capsys.readouterr().out
    rejected = cloud.s3.get_object(Bucket=BUCKET, Key=f"rejected/incoming/{name}.ndjson")["Body"].read()
    assert json.loads(rejected.splitlines()[0])["what"]
    assert cloud.wire().store.totals()["batches"] == 1


@pytest.mark.parametrize(
    "message",
    [
        {"messageId": "x", "body": "no JSON"},
        {"messageId": "x", "body": '{"Records": [{}]}'},
        {"messageId": "x", "body": '{"bucket": "bucket", "key": "incoming/never-there"}'},
    ],
)
def test_poison_comes_again_alone(message: dict[str, str], traffic: bytes) -> None:
    cloud = Cloud()
    good = cloud.put("good.ndjson", b"".join(list(parts(traffic, 100))[:1]))
    answer = ingest.handle({"Records": [message, good]}, Context(), cloud.wire())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "x"}]}
    assert cloud.wire().store.totals()["batches"] == 1


def test_of_envelopes_judged_at_once_only_the_one_with_a_mistake_comes_again(
    traffic: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud = Cloud()
    messages = [cloud.put(f"{at}.ndjson", part) for at, part in enumerate(list(parts(traffic, 100))[:4])]
    here = cloud.wire()
    judge_as_one = here.store.ingest_together

    def mistaken(given: Sequence[Part], *, now: float) -> list[dict[str, int]]:
        if any("2.ndjson" in part.source for part in given):
            raise ValueError("a mistake in our own code")
        return judge_as_one(given, now=now)

    monkeypatch.setattr(here.store, "ingest_together", mistaken)
    assert ingest.handle({"Records": messages}, Context(), here) == {
        "batchItemFailures": [{"itemIdentifier": "2.ndjson"}]
    }
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["key"] for line in told if line["event"] == "ingested"] == [
        f"incoming/{at}.ndjson" for at in (0, 1, 3)
    ]
    assert ingest.handle({"Records": messages}, Context(), cloud.wire()) == {"batchItemFailures": []}
    assert cloud.wire().store.totals()["batches"] == 4


def test_when_time_runs_out_the_rest_is_handed_back(traffic: bytes) -> None:
    cloud = Cloud()
    messages = [cloud.put(f"{at}.ndjson", part) for at, part in enumerate(list(parts(traffic, 100))[:3])]
    answer = ingest.handle({"Records": messages}, Context(60_000, 60_000, 1_000), cloud.wire())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1.ndjson"}, {"itemIdentifier": "2.ndjson"}]}
    assert ingest.handle({"Records": messages}, Context(), cloud.wire()) == {"batchItemFailures": []}
    assert cloud.wire().store.totals()["batches"] == 3


def test_schedules(traffic: bytes) -> None:
    cloud = Cloud()
    ingest.handle({"Records": [cloud.put("1.ndjson", traffic)]}, Context(), cloud.wire())
    before = seen(cloud.wire().store, NOW)
    for task in ("settle", "maintain", "fold"):
        schedule.handle({"task": task}, None, cloud.wire())
    assert seen(cloud.wire().store, NOW) == before
    with pytest.raises(schedule.TaskError, match="settle, maintain, fold"):
        schedule.handle({"task": "tidy"}, None, cloud.wire())


def test_a_function_that_is_told_nothing_says_what_is_missing() -> None:
    with pytest.raises(SettingsError, match="PRELLBOCK_TABLE"):
        Settings.of({})


def request(method: str, path: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
    bearer = {"authorization": f"Bearer {'operator-'.ljust(48, 'x')}"}
    path, _, query = path.partition("?")
    return {
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "f.example", **bearer, **headers},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1"}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def test_the_api_is_the_server_s(traffic: bytes) -> None:
    cloud = Cloud()
    ingest.handle({"Records": [cloud.put("1.ndjson", traffic)]}, Context(), cloud.wire())
    serving = api.Serving(cloud.wire())

    def ask(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        answer = api.handle(request(method, path, body, **headers), None, serving)
        return answer["statusCode"], base64.b64decode(answer["body"])

    assert ask("GET", "/health")[0] == 200
    status, suppressions = ask("GET", "/v1/suppressions")
    assert status == 200
    address = json.loads(suppressions.splitlines()[0])["address"]
    status, checked = ask("POST", "/v1/check", f"{address}\nnobody@example.net\n".encode())
    assert status == 200
    assert [json.loads(line)["may_mail"] for line in checked.splitlines()][1] is True
    event = {"id": "n1", "time": NOW, "recipient": "c@example.net", "outcome": "complaint"}
    kind = {"content-type": "application/x-ndjson"}
    status, answer = ask("POST", "/v1/events", json.dumps(event).encode() + b"\n", **kind)
    assert status == 200, answer
    assert json.loads(answer)["new"] == 1
    assert b"complain" in ask("GET", "/v1/recipients/c@example.net")[1]
    assert api.handle({"task": "invite"}, None, serving)["path"].startswith("/setup?key=")
    for path in (
        "/v1/statistics",
        "/v1/overview",
        "/v1/responses",
        "/v1/templates",
        "/v1/rules",
        "/v1/users",
        "/v1/audit",
    ):
        assert ask("GET", path)[0] == 200, path
    serving.close()
