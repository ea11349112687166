"""The cookie of a session, and under which origin a browser reaches us."""

from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from prellbock.api.auth.access import COOKIE, Access


def is_encrypted(request: Request[Any, Any, Any]) -> bool:
    """Whether the browser speaks TLS, with us or with a proxy before us."""
    return "https" in (request.scope["scheme"], request.headers.get("x-forwarded-proto"))


def origin_of(request: Request[Any, Any, Any], access: Access) -> str:
    """Such as ``https://bounces.example.com``: as configured, else as the request says."""
    if access.public_url is not None:
        return access.public_url.rstrip("/")
    scheme = "https" if is_encrypted(request) else "http"
    return f"{scheme}://{request.headers.get('host', '')}"


def session_cookie(request: Request[Any, Any, Any], value: str, max_age: int | None = None) -> Cookie:
    """Out of reach of scripts, and never sent from another site."""
    return Cookie(
        key=COOKIE,
        value=value,
        httponly=True,
        samesite="strict",
        secure=is_encrypted(request),
        path="/",
        max_age=max_age,
    )
