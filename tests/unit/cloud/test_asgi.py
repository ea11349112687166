"""An application behind a function URL: what a request and an answer look like on both sides.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import asyncio
import base64
from collections.abc import Iterator
from typing import Any

import pytest

from prellbock.functions.aws import asgi

Json = dict[str, Any]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


def event(method: str = "GET", body: str = "", *, is_base64: bool = False, **said: Any) -> Json:
    headers = {"host": "f.example", **said.pop("headers", {})}
    return {
        "rawPath": "/v1/a%20b", "rawQueryString": "x=%C3%BC", "headers": headers,
        "requestContext": {"http": {"method": method, "path": "/v1/a b", "sourceIp": "192.0.2.1"}},
        "body": body, "isBase64Encoded": is_base64, **said,
    }  # fmt: skip


class Told:
    """An application that keeps what it was asked and answers what it is given."""

    def __init__(self, *headers: tuple[bytes, bytes], body: bytes = b"") -> None:
        self._headers, self._answer = headers, body

    async def __call__(self, scope: Json, receive: Any, send: Any) -> None:
        self.scope, self.body = scope, (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": list(self._headers)})
        await send({"type": "http.response.body", "body": self._answer, "more_body": False})


def test_a_body_is_the_same_as_text_and_as_base64(loop: asyncio.AbstractEventLoop) -> None:
    application = Told()
    for body, is_base64 in (("größer\n", False), (base64.b64encode("größer\n".encode()).decode(), True)):
        asgi.call(application, event("POST", body, is_base64=is_base64), loop)
        assert application.body == "größer\n".encode()
    assert application.scope["path"] == "/v1/a b"
    assert application.scope["raw_path"] == b"/v1/a%20b"
    assert application.scope["query_string"] == b"x=%C3%BC"


def test_cookies_come_and_go_each_by_itself(loop: asyncio.AbstractEventLoop) -> None:
    application = Told((b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2"))
    answer = asgi.call(application, event(cookies=["session=x", "theme=dark"]), loop)
    assert (b"cookie", b"session=x; theme=dark") in application.scope["headers"]
    assert answer["cookies"] == ["a=1; Path=/", "b=2"]
    assert "set-cookie" not in answer["headers"]


def test_a_header_that_stands_twice_keeps_both_values(loop: asyncio.AbstractEventLoop) -> None:
    application = Told((b"vary", b"Accept-Encoding"), (b"content-type", b"text/html"), (b"vary", b"Cookie"))
    answer = asgi.call(application, event(), loop)
    assert answer["headers"] == {"vary": "Accept-Encoding, Cookie", "content-type": "text/html"}


def test_a_header_in_any_script_is_no_error_of_ours(loop: asyncio.AbstractEventLoop) -> None:
    application = Told()
    answer = asgi.call(application, event(headers={"x-name": "名前", "x-latin": "größer"}), loop)
    assert answer["statusCode"] == 200
    said = dict(application.scope["headers"])
    assert said[b"x-name"] == "名前".encode()
    assert said[b"x-latin"] == "größer".encode("latin-1")


def test_what_is_too_large_for_an_answer_is_said_and_not_cut(loop: asyncio.AbstractEventLoop) -> None:
    fits = asgi.call(Told(body=b"x" * asgi.MOST_ANSWER), event(), loop)
    assert fits["statusCode"] == 200
    assert len(fits["body"]) < 6 * 1024 * 1024
    answer = asgi.call(Told(body=b"x" * (asgi.MOST_ANSWER + 1)), event(), loop)
    assert (answer["statusCode"], "limit" in answer["body"]) == (413, True)


def test_head_is_asked_and_answered_without_a_body(loop: asyncio.AbstractEventLoop) -> None:
    application = Told((b"content-length", b"12"))
    answer = asgi.call(application, event("HEAD"), loop)
    assert application.scope["method"] == "HEAD"
    assert (answer["body"], answer["headers"]) == ("", {"content-length": "12"})
