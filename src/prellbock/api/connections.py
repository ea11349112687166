"""uvicorn's side of a connection, with two things it lacks: an end to waiting, and problem documents."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from prellbock.api.headers import HEADERS
from prellbock.api.problems import document
from prellbock.api.settings import Settings


def protocol(settings: Settings) -> type[H11Protocol]:
    """A protocol that gives up on clients who do not bring a request line and headers to an end.

    uvicorn's own limit ends with the first octet of a request, and does not begin before the first answer: a client
    that sends an octet now and then would hold a connection for ever.
    """

    class Patient(H11Protocol):
        """Answers 408 where the head of a request takes longer than `Settings.head_seconds`."""

        _waiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait_or_not()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._wait_or_not()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._wait_or_not()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def send_400_response(self, msg: str) -> None:
            detail = (
                "this is no HTTP/1.1 request, or its head is too long; docs/reference/http.md says what is understood"
            )
            self.transport.write(_answer(400, b"Bad Request", detail))
            self.transport.close()

        def _wait_or_not(self) -> None:
            """Time runs while no request is being answered: its head is on the way, or the rest of a refused body."""
            if self.cycle is not None and not self.cycle.response_complete:
                self._stop_waiting()
            elif self._waiting is None and not self.transport.is_closing():
                self._waiting = self.loop.call_later(settings.head_seconds, self._give_up)

        def _stop_waiting(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _give_up(self) -> None:
            if self.transport.is_closing():
                return
            if self.conn.our_state is h11.IDLE:
                what = f"the head of the request did not come within {settings.head_seconds:.0f} s; send it again"
                self.transport.write(_answer(408, b"Request Timeout", what))
            self.transport.close()

    return Patient


def _answer(status: int, phrase: bytes, detail: str) -> bytes:
    body = document(status, detail)
    headers = {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **HEADERS,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (status, phrase, lines.encode(), body)
