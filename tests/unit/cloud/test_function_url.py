"""Behind the function URL a client gets what the server would give it: all of a stream."""

import base64
import json
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from cloud import NOW, Cloud, Context
from msgspec.structs import replace

from prellbock.cost.meter import Counted, Meter
from prellbock.functions.aws import api, asgi, ingest, schedule
from prellbock.functions.aws.wiring import wire

SUPPRESSED = 4500
"""More than two parts of the stream."""
OPERATOR = {"authorization": f"Bearer {'operator-'.ljust(48, 'x')}"}


@pytest.fixture(scope="module")
def serving() -> Iterator[api.Serving]:
    cloud = Cloud()
    lines = b"".join(
        b'{"id":"%d","time":%d,"recipient":"u%d@example.com","outcome":"unsubscribe"}\n' % (each, NOW, each)
        for each in range(SUPPRESSED)
    )
    ingest.handle({"Records": [cloud.put("a.ndjson", lines)]}, Context(), cloud.wire())
    serving = api.Serving(cloud.wire())
    yield serving
    serving.close()


def ask(
    serving: api.Serving, method: str, path: str, content: str = "", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    event: dict[str, Any] = {
        "rawPath": path, "body": content, "rawQueryString": "", "headers": {"host": "f.example", **headers},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1"}},
    }  # fmt: skip
    answer = api.handle(event, None, serving)
    body = answer["body"].encode()
    return answer["statusCode"], answer["headers"], base64.b64decode(body) if "isBase64Encoded" in answer else body


def test_a_stream_comes_whole(serving: api.Serving) -> None:
    status, headers, body = ask(serving, "GET", "/v1/suppressions", **OPERATOR)
    assert (status, body.count(b"\n")) == (200, SUPPRESSED)
    assert headers["prellbock-cursor"]


def test_what_is_too_long_is_refused_and_not_cut(serving: api.Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "MOST_ANSWER", 100_000)
    status, _, body = ask(serving, "GET", "/v1/suppressions", **OPERATOR)
    assert (status, b"Ask for less at once" in body) == (413, True)


@pytest.mark.parametrize("path", ["/v1/news", "/v1/changes"])
def test_an_endless_stream_is_closed_after_its_first_event(serving: api.Serving, path: str) -> None:
    status, headers, body = ask(serving, "GET", path, accept="text/event-stream", **OPERATOR)
    assert (status, body.count(b"data:")) == (200, 1)
    assert headers["content-type"].startswith("text/event-stream")


def test_head_has_no_body(serving: api.Serving) -> None:
    status, headers, body = ask(serving, "HEAD", "/health")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


@pytest.mark.parametrize("histories", ["items", "objects"])
def test_a_post_leaves_the_housekeeping_to_the_schedule(histories: Literal["items", "objects"]) -> None:
    """It reads everybody's history, and each fresh instance did it while its first client waited."""
    cloud, meter = Cloud(histories), Meter()
    ingest.handle({"Records": [cloud.put("a.ndjson", _bounces(0, 1_000))]}, Context(), cloud.wire())
    cloud.now += 7200
    here = cloud.wire()
    clients: Any = {name: Counted(name, getattr(cloud, name), meter) for name in ("s3", "dynamodb")}
    counted = wire(here.settings, replace(here.clients, **clients), clock=here.clock, sleep=cloud.sleep)
    serving = api.Serving(counted)
    meter.taken()
    made = _made_by_housekeeping(cloud)
    body = _bounces(10_000, 100).decode()
    status, _, answer = ask(serving, "POST", "/v1/events", body, **{"content-type": "application/x-ndjson", **OPERATOR})
    assert (status, json.loads(answer)["new"]) == (200, 100)
    assert not {"dynamodb.scan", "s3.list_objects_v2", "s3.delete_object"} & {*meter.taken().requests}
    assert _made_by_housekeeping(cloud) == made
    schedule.handle({"task": "maintain"}, None, counted)
    assert "s3.list_objects_v2" in meter.taken().requests
    serving.close()


def _made_by_housekeeping(cloud: Cloud) -> set[str]:
    return {key for _, key in cloud.s3.objects if key.startswith(("shards/", "filter/"))}


def _bounces(first: int, count: int) -> bytes:
    return b"".join(
        b'{"id":"b%d","time":%d,"recipient":"u%d@example.com","outcome":"bounced","response":"550 5.1.1 no user"}\n'
        % (each, NOW, each)
        for each in range(first, first + count)
    )
