"""``/v1/tokens``: the keys of other systems, each with its scopes. Shown once, stored as a hash."""

import secrets
from typing import Any

import msgspec
from litestar import Request, delete, get, post
from litestar.params import FromPath, JSONBody

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS, Scope
from prellbock.api.auth.secrets import TOKEN_PREFIX, fresh, hash_of
from prellbock.api.problems import ProblemError
from prellbock.store.accounts import Token
from prellbock.times import rfc3339

_DAY = 86400.0


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    """A key that shall be made."""

    name: str
    """What uses it."""
    scopes: list[Scope]
    days: float | None = None
    """How long it holds; without it until it is revoked."""


class ShownToken(msgspec.Struct, frozen=True):
    """A key; its secret only in the answer that makes it."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: str | None
    by: str
    expires: str | None
    revoked: str | None
    token: str | None = None


@get("/v1/tokens", opt={NEEDS: "admin"})
async def list_tokens(access: Door) -> list[ShownToken]:
    """All tokens, the newest first, those that were revoked included."""
    return [_shown(token) for token in await access.installation.answering(access.accounts.tokens)]


@post("/v1/tokens", opt={NEEDS: "admin"})
async def add_token(request: Request[Principal, Any, Any], data: JSONBody[NewToken], access: Door) -> ShownToken:
    """Makes a token. ``token`` is shown only now."""
    if not 1 <= len(data.name.strip()) <= 100:
        raise ProblemError(400, "name: 1 to 100 characters are wanted, such as the system that uses the token")
    if not data.scopes:
        raise ProblemError(400, "scopes: name at least one")
    if data.days is not None and not 0 < data.days <= 36_500:
        raise ProblemError(400, "days: more than 0 and at most 36,500 are wanted; leave it out for no end")
    installation = access.installation
    now = installation.clock()
    secret = TOKEN_PREFIX + fresh()
    token = Token(
        secrets.token_hex(8), data.name.strip(), tuple(sorted({*data.scopes})), now, request.user.actor,
        now + data.days * _DAY if data.days else None,
    )  # fmt: skip
    await installation.answering(access.accounts.add_token, hash_of(secret), token)
    await access.record(request.user, "token.create", token.id, name=token.name, scopes=list(token.scopes))
    return _shown(token, secret)


@delete("/v1/tokens/{identity:str}", opt={NEEDS: "admin"}, status_code=204)
async def revoke_token(request: Request[Principal, Any, Any], identity: FromPath[str], access: Door) -> None:
    """Revokes a token: at once in this server."""
    installation = access.installation
    if not await installation.answering(access.accounts.revoke_token, identity, installation.clock()):
        raise ProblemError(404, "there is no token with this id; GET /v1/tokens lists them")
    access.forget()
    await access.record(request.user, "token.revoke", identity)


def _shown(token: Token, secret: str | None = None) -> ShownToken:
    return ShownToken(
        token.id, token.name, token.scopes, rfc3339(token.created), token.creator, rfc3339(token.expires),
        rfc3339(token.revoked), secret,
    )  # fmt: skip
