"""What is known of each request: its id, its line in the log, its span in the trace."""

import re
import secrets
import time

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from prellbock.api.logs import log
from prellbock.api.traces import Tracing

REQUEST_ID = "x-request-id"
_GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_QUIET = frozenset({"/health", "/ready", "/metrics"})
"""Asked every few seconds by machines; told at level debug."""


def observed(app: ASGIApp, tracing: Tracing, *, access: bool) -> ASGIApp:
    """Wraps the application: every answer bears ``X-Request-ID`` (the caller's, if it sent a good one).

    Log and trace know the route, never the path, which may hold an address.
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(REQUEST_ID.encode(), b"")
        request_id = given.decode() if _GOOD_ID.fullmatch(given) else secrets.token_hex(8)
        begin, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableScopeHeaders.from_message(message)[REQUEST_ID] = request_id
            await send(message)

        with (
            structlog.contextvars.bound_contextvars(request=request_id),
            tracing.request(scope["method"], headers.get(b"traceparent")) as span,
        ):
            try:
                await app(scope, receive, sending)
            finally:
                route = str(scope.get("path_template") or "none")
                span.end_request(route, status)
                if access:
                    who = scope.get("user")
                    say = log.debug if route in _QUIET and status < 400 else log.info
                    say(
                        "request",
                        method=scope["method"] if scope["method"].isalpha() else "other",
                        route=route,
                        status=status or None,
                        ms=round((time.perf_counter() - begin) * 1000, 1),
                        who=getattr(who, "actor", None),
                    )

    return serve
