"""Who is asking? By session cookie or by token; and may they do this? The guard of all routes."""

import hmac
import math
import time
from typing import TYPE_CHECKING, Literal

import msgspec
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException, TooManyRequestsException
from litestar.handlers.base import BaseRouteHandler

from prellbock.api.auth.limits import Buckets
from prellbock.api.auth.oidc.pending import Pendings
from prellbock.api.auth.scopes import EVERYBODY, NEEDS, OF_ROLE, OPEN, SCOPES, Scope
from prellbock.api.auth.secrets import hash_of
from prellbock.api.installation import Installation
from prellbock.store.accounts import Accounts, Role

if TYPE_CHECKING:
    from prellbock.api.auth.oidc.provider import Provider

COOKIE = "prellbock_session"
CSRF_HEADER = "x-csrf-token"
_SAFE = ("GET", "HEAD", "OPTIONS")
_REMEMBERED_SECONDS = 5.0
"""How long a token that was found good is not looked up again."""
_TOUCH_SECONDS = 300.0
"""A session's last use is written at most so often."""


class Principal(msgspec.Struct, frozen=True):
    """Who is asking."""

    name: str
    kind: Literal["user", "token", "operator"]
    scopes: frozenset[Scope]
    role: Role | None = None
    session: bytes | None = None
    """Hash of the session's secret, where there is one."""
    csrf: str | None = None

    @property
    def actor(self) -> str:
        """As it stands in ledger and audit log."""
        return f"token {self.name}" if self.kind == "token" else self.name


class Access:
    """Knows all who may ask. ``operator_token`` stands in a file of the data folder and may do everything."""

    def __init__(
        self,
        installation: Installation,
        accounts: Accounts,
        operator_token: str,
        *,
        provider: "Provider | None" = None,
        public_url: str | None = None,
    ) -> None:
        """``provider``: of OpenID Connect; ``public_url``: how browsers reach the server."""
        self.installation, self.accounts = installation, accounts
        self.provider, self.public_url = provider, public_url
        self.pendings = Pendings()
        self.arrivals = Buckets(2.0, 100.0)
        """Sign-ins that are begun at the provider, by client."""
        self._operator = hash_of(operator_token)
        settings = installation.settings
        self._requests = Buckets(settings.requests_per_second, settings.requests_at_once)
        self.failures = Buckets(settings.sign_in_failures / settings.sign_in_seconds, settings.sign_in_failures)
        self._good: dict[bytes, tuple[float, Principal]] = {}

    async def guard(self, connection: ASGIConnection, handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]
        """Lets in who may; what is wrong is told by status 401, 403 or 429."""
        if handler.opt.get(OPEN):
            return
        principal = await self._principal(connection)
        needed: Scope = handler.opt.get(NEEDS, "admin")
        if not handler.opt.get(EVERYBODY) and needed not in principal.scopes:
            raise PermissionDeniedException(
                f"this needs the scope {needed} ({SCOPES[needed]}), which {principal.name} does not have: ask an admin"
            )
        if principal.session is not None and connection.scope.get("method") not in _SAFE:
            given = connection.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), (principal.csrf or "").encode()):
                raise PermissionDeniedException(f"send the header {CSRF_HEADER}; GET /v1/session tells its value")
        if wait := self._requests.take(principal.actor):
            raise too_many(wait, "too many requests")
        connection.scope["user"] = principal

    def forget(self) -> None:
        """Looks everything up again: tokens or users were changed."""
        self._good.clear()

    async def record(self, who: Principal, action: str, subject: str, **details: object) -> None:
        """Writes a change into the audit log."""
        now = self.installation.clock()
        await self.installation.answering(self.accounts.record, now, who.actor, action, subject, details)

    async def _principal(self, connection: ASGIConnection) -> Principal:  # type: ignore[type-arg]
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and (found := await self._of_token(given.strip())):
            return found
        if not scheme and (secret := connection.cookies.get(COOKIE)) and (found := await self._of_session(secret)):
            return found
        raise NotAuthorizedException(
            "sign in, or send the header `Authorization: Bearer TOKEN`; the file `token` of the data folder holds the "
            "operator's token",
            headers={"WWW-Authenticate": 'Bearer realm="prellbock"'},
        )

    async def _of_token(self, secret: str) -> Principal | None:
        hashed = hash_of(secret)
        if hmac.compare_digest(hashed, self._operator):
            return Principal("operator token", "operator", OF_ROLE["admin"], "admin")
        until, known = self._good.get(hashed, (0.0, None))
        if known is not None and until > time.monotonic():
            return known
        token = await self.installation.answering(self.accounts.token, hashed, self.installation.clock())
        if token is None:
            return None
        found = Principal(token.name, "token", frozenset(scope for scope in SCOPES if scope in token.scopes))
        self._good[hashed] = (time.monotonic() + _REMEMBERED_SECONDS, found)
        return found

    async def _of_session(self, secret: str) -> Principal | None:
        hashed = hash_of(secret)
        settings, now = self.installation.settings, self.installation.clock()
        found = await self.installation.answering(
            self.accounts.session,
            hashed,
            seen_since=now - settings.session_idle_seconds,
            begun_since=now - settings.session_seconds,
        )
        if found is None:
            return None
        if now - found.seen > _TOUCH_SECONDS:
            await self.installation.answering(self.accounts.touch_session, hashed, now)
        user = found.user
        return Principal(user.name, "user", OF_ROLE[user.role], user.role, hashed, found.csrf)


def too_many(wait: float, what: str) -> TooManyRequestsException:
    """The answer to who asks too often; ``wait`` is seconds."""
    seconds = math.ceil(wait)
    return TooManyRequestsException(f"{what}: wait {seconds} s", headers={"Retry-After": str(seconds)})
