"""An ASGI application behind a function URL (payload format 2.0): one event is one request, one answer is one response.

A stream of events, which would never end, is closed after its first part: browsers ask again by themselves.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import asyncio
import base64
from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

Event = dict[str, Any]
Application = Callable[..., Any]
MOST_ANSWER = 4_400_000
"""Octets of a body that fit into the six megabytes of an answer once they are base64."""
EVENTS = "text/event-stream"
_TOO_LARGE = (
    b'{"status":413,"title":"The answer is larger than a function can give","detail":"Ask for less at once: with a '
    b'limit, a cursor or a shorter time."}'
)


class Answer:
    """What the application sends."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()
        self.is_over = asyncio.Event()
        """Nothing more is wanted of the application."""

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            is_endless = any(name == "content-type" and value.startswith(EVENTS) for name, value in self.headers)
            if is_endless or not message.get("more_body") or len(self.body) > MOST_ANSWER:
                self.is_over.set()

    def as_event(self) -> Event:
        if len(self.body) > MOST_ANSWER:
            return {"statusCode": 413, "headers": {"content-type": "application/problem+json"},
                    "body": _TOO_LARGE.decode()}  # fmt: skip
        headers: dict[str, str] = {}
        for name, value in self.headers:
            if name.lower() != "set-cookie":
                # A name may come several times (RFC 9110, section 5.3); here it has one value.
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return {
            "statusCode": self.status,
            "headers": headers,
            "cookies": [value for name, value in self.headers if name.lower() == "set-cookie"],
            "body": base64.b64encode(bytes(self.body)).decode(),
            "isBase64Encoded": True,
        }


def call(application: Application, event: Event, loop: asyncio.AbstractEventLoop) -> Event:
    """One request. What the application raises beyond its own answers is answered with 500 by itself."""
    body = event.get("body") or ""
    octets = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    answer = Answer()
    messages = [{"type": "http.request", "body": octets, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        # Whoever went away before would get a part of the stream as if it were all.
        await answer.is_over.wait()
        return {"type": "http.disconnect"}

    scope = _scope(event)
    loop.run_until_complete(application(scope, receive, answer.send))
    if scope["method"] == "HEAD":
        answer.body.clear()
    return answer.as_event()


def _scope(event: Event) -> dict[str, Any]:
    http = event["requestContext"]["http"]
    raw_path = event.get("rawPath") or http["path"]
    headers = [(name.lower().encode(), _octets(str(value))) for name, value in event["headers"].items()]
    if cookies := event.get("cookies"):
        headers.append((b"cookie", _octets("; ".join(cookies))))
    host = event["headers"].get("host", "localhost")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": http["method"],
        "scheme": "https",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "root_path": "",
        "query_string": event.get("rawQueryString", "").encode(),
        "headers": headers,
        "client": (http.get("sourceIp", "0.0.0.0"), 0),  # noqa: S104 -- an address that nobody has
        "server": (host, 443),
        "extensions": {},
        "state": {},
    }


def _octets(value: str) -> bytes:
    """A header as it came: most have no other characters than Latin-1; what has is UTF-8."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()
