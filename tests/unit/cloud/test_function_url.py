"""Behind the function URL a client gets what the server would give it: all of a stream."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from cloud import NOW, Cloud, Context

from prellbock.functions.aws import api, asgi, ingest

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


def ask(serving: api.Serving, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    event: dict[str, Any] = {
        "rawPath": path, "rawQueryString": "", "headers": {"host": "f.example", **headers},
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
