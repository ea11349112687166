"""How long may a client take? One that falls silent, or drips, holds a place that others need.

Only the time that the server waits for the client counts, so a client that is held up by back-pressure loses nothing.
"""

import asyncio
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send

from prellbock.api.problems import ProblemError
from prellbock.api.settings import Settings


class SlowClientError(ProblemError):
    """The client takes too long to send what it has announced."""


def patient(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Wraps the application so that reading a body raises `SlowClientError` (408) where the client is too slow."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            await app(scope, _Watched(receive, settings).receive, send)
        else:
            await app(scope, receive, send)

    return serve


class _Watched:
    def __init__(self, receive: Receive, settings: Settings) -> None:
        self._receive, self._settings = receive, settings
        self._is_whole = False
        self._waited = 0.0
        self._octets = 0

    async def receive(self) -> HTTPReceiveMessage:
        if self._is_whole:
            return await self._receive()  # type: ignore[return-value]
        silent, slowest = self._settings.silent_seconds, self._settings.slowest
        begin = time.monotonic()
        try:
            async with asyncio.timeout(silent):
                message = await self._receive()
        except TimeoutError:
            raise SlowClientError(
                408, f"nothing came for {silent:.0f} s in the middle of the body; send the same request again"
            ) from None
        if message["type"] == "http.request":
            self._waited += time.monotonic() - begin
            self._octets += len(message["body"])
            self._is_whole = not message["more_body"]
            if slowest and not self._is_whole and self._waited > silent + self._octets / slowest:
                raise SlowClientError(
                    408,
                    f"the body comes with less than {slowest:.0f} octets a second; send the same request again, faster",
                )
        return message  # type: ignore[return-value]
