"""``/v1/session``: signing in and out with a password."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from prellbock.api.auth.access import COOKIE, Principal, too_many
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import EVERYBODY, OF_ROLE, OPEN
from prellbock.api.auth.secrets import LONGEST_PASSWORD, fresh, hash_of, is_password
from prellbock.api.problems import ProblemError


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody signs in with."""

    name: str
    password: str


class Myself(msgspec.Struct, frozen=True):
    """Who is asking, as the server sees it."""

    name: str
    kind: str
    role: str | None
    scopes: list[str]
    csrf: str | None
    """To be sent as ``X-CSRF-Token`` with everything that changes something; null where a token is used."""


@post("/v1/session", opt={OPEN: True}, status_code=200)
async def sign_in(request: Request[Any, Any, Any], data: JSONBody[Credentials], access: Door) -> Response[Myself]:
    """Begins a session: a cookie that scripts cannot read, and the value for ``X-CSRF-Token``."""
    installation, accounts = access.installation, access.accounts
    client = request.client.host if request.client else ""
    attempts = (f"name {data.name[:100]}", f"client {client}")
    if any(access.failures.is_empty(name) for name in attempts):
        raise too_many(installation.settings.sign_in_seconds, "too many attempts to sign in failed")
    stored = await installation.answering(accounts.password_of, data.name)
    if not await installation.answering(is_password, data.password[: LONGEST_PASSWORD + 1], stored):
        for name in attempts:
            access.failures.take(name)
        raise ProblemError(401, "name or password is wrong")
    user = await installation.answering(accounts.user, data.name)
    if user is None:
        raise ProblemError(401, "name or password is wrong")
    secret, csrf = fresh(), fresh()
    await installation.answering(accounts.begin_session, hash_of(secret), user.name, csrf, installation.clock())
    who = Principal(user.name, "user", OF_ROLE[user.role], user.role, None, csrf)
    await access.record(who, "session.begin", user.name)
    return Response(_myself(who), cookies=[_cookie(request, secret)])


@get("/v1/session", opt={EVERYBODY: True})
async def myself(request: Request[Principal, Any, Any]) -> Myself:
    """Who is asking, and what they may do."""
    return _myself(request.user)


@delete("/v1/session", opt={EVERYBODY: True}, status_code=204)
async def sign_out(request: Request[Principal, Any, Any], access: Door) -> Response[None]:
    """Ends the session."""
    who = request.user
    if who.session is not None:
        await access.installation.answering(access.accounts.end_session, who.session)
        await access.record(who, "session.end", who.name)
    return Response(None, status_code=204, cookies=[_cookie(request, "", max_age=0)])


def _myself(who: Principal) -> Myself:
    return Myself(who.name, who.kind, who.role, sorted(who.scopes), who.csrf)


def _cookie(request: Request[Any, Any, Any], value: str, max_age: int | None = None) -> Cookie:
    encrypted = "https" in (request.scope["scheme"], request.headers.get("x-forwarded-proto"))
    return Cookie(
        key=COOKIE, value=value, httponly=True, samesite="strict", secure=encrypted, path="/", max_age=max_age
    )
