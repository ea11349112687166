"""Errors as RFC 9457 problem documents, each with a sentence on what to do."""

from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from prellbock.api.logs import MISTAKE, log
from prellbock.kinds import SettingError
from prellbock.store.errors import StoreError


class ProblemError(Exception):
    """An answer that is an error. ``more`` are further members of the document, such as counts."""

    def __init__(self, status: int, detail: str, **more: object) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: object) -> Response[bytes]:
    """A problem document; ``type`` is about:blank, so ``title`` is the name of the status."""
    body = document(status, detail, **more)
    if status == 408:
        # The rest of the request is not waited for.
        headers = {**(headers or {}), "Connection": "close"}
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers or {})


def document(status: int, detail: str, **more: object) -> bytes:
    """The document itself."""
    return msgspec.json.encode(
        {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    )


def on_problem(request: Request[Any, Any, Any], error: ProblemError) -> Response[bytes]:
    """What a resource has said itself."""
    return problem(error.status, error.detail, None, **error.more)


def on_setting(request: Request[Any, Any, Any], error: SettingError) -> Response[bytes]:
    """What cannot be set up as it is asked for: the message says why."""
    return problem(400, str(error))


def on_store(request: Request[Any, Any, Any], error: StoreError) -> Response[bytes]:
    """The store is locked, full, damaged: the message says what the operator has to do."""
    log.error("store", problem=str(error))
    return problem(503, str(error), {"Retry-After": "10"})


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework refuses: no such route, wrong method, wrong parameters, no token."""
    detail = error.detail
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        detail = "; ".join(f"{each.get('key', 'request')}: {each.get('message')}" for each in error.extra)
    elif error.status_code == 404:
        detail = "there is nothing at this path; docs/reference/http.md lists what there is"
    elif error.status_code == 405:
        detail = "this path does not know that method; docs/reference/http.md lists what there is"
    elif error.status_code == 413:
        detail = "the body is too large for this path; send it in parts"
    elif error.status_code >= 500:
        return on_anything(request, error)
    return problem(error.status_code, detail, dict(error.headers or {}))


def on_anything(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A mistake of ours: the trace goes to the log, the client learns the id under which it stands there."""
    log.error("mistake", exc_info=error)
    request_id = structlog.contextvars.get_contextvars().get("request")
    return problem(500, MISTAKE, request=request_id)


NDJSON = "application/x-ndjson"
