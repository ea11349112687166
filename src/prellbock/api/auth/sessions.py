"""``/v1/session``: signing in with a password, and out."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import JSONBody

from prellbock.api.auth.access import Access, Principal, too_many
from prellbock.api.auth.cookies import origin_of, session_cookie
from prellbock.api.auth.door import Door
from prellbock.api.auth.oidc.person import ProviderError
from prellbock.api.auth.scopes import EVERYBODY, OF_ROLE, OPEN
from prellbock.api.auth.secrets import LONGEST_PASSWORD, fresh, hash_of, is_password
from prellbock.api.logs import log
from prellbock.api.problems import ProblemError
from prellbock.store.accounts import User


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


class Elsewhere(msgspec.Struct, frozen=True):
    """A provider of OpenID Connect: what its button says, and where it leads (with ``return_to``, a path of ours)."""

    label: str
    path: str


class Ways(msgspec.Struct, frozen=True):
    """How somebody can sign in."""

    password: bool
    oidc: Elsewhere | None


class SignedOut(msgspec.Struct, frozen=True):
    """Where the browser has to go to end the session at the provider, too."""

    redirect: str


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
    secret, who = await begin_session(access, user, via="password")
    return Response(_myself(who), cookies=[session_cookie(request, secret)])


async def begin_session(access: Access, user: User, *, via: str) -> tuple[str, Principal]:
    """The secret for the cookie of a new session, and who has it."""
    secret, csrf = fresh(), fresh()
    installation = access.installation
    await installation.answering(access.accounts.begin_session, hash_of(secret), user.name, csrf, installation.clock())
    who = Principal(user.name, "user", OF_ROLE[user.role], user.role, None, csrf)
    await access.record(who, "session.begin", user.name, via=via)
    return secret, who


@get("/v1/session/ways", opt={OPEN: True})
async def ways(access: Door) -> Ways:
    """How somebody can sign in here."""
    if access.provider is None:
        return Ways(True, None)
    return Ways(True, Elsewhere(access.provider.chosen.label, "/v1/session/oidc"))


@get("/v1/session", opt={EVERYBODY: True})
async def myself(request: Request[Principal, Any, Any]) -> Myself:
    """Who is asking, and what they may do."""
    return _myself(request.user)


@delete("/v1/session", opt={EVERYBODY: True}, status_code=200)
async def sign_out(request: Request[Principal, Any, Any], access: Door) -> Response[SignedOut | None]:
    """Ends the session: 204, or 200 and where the browser has to go to end the one at the provider, too."""
    who = request.user
    user = await access.installation.answering(access.accounts.user, who.name) if who.session is not None else None
    if who.session is not None:
        await access.installation.answering(access.accounts.end_session, who.session)
        await access.record(who, "session.end", who.name)
    cookies = [session_cookie(request, "", max_age=0)]
    if user is not None and access.provider is not None and user.issuer == access.provider.chosen.issuer:
        try:
            if (there := await access.provider.end(f"{origin_of(request, access)}/")) is not None:
                return Response(SignedOut(there), cookies=cookies)
        except ProviderError as error:
            log.warning("oidc", problem=str(error))
    return Response(None, status_code=204, cookies=cookies)


def _myself(who: Principal) -> Myself:
    return Myself(who.name, who.kind, who.role, sorted(who.scopes), who.csrf)
