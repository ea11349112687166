"""A change that is sent twice is made once: the header ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header).

Whoever lost the answer to a change sends the same request with the same key again and gets the answer that was lost.
Answers are kept in the store; what runs now is known to this process alone, since one server serves a folder.
"""

import hashlib
import re
from typing import Any, cast

import msgspec
from litestar import Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from prellbock.api.auth.access import Access, Principal
from prellbock.api.auth.scopes import EVERYBODY, NEEDS, OPEN
from prellbock.api.logs import log
from prellbock.api.problems import ProblemError
from prellbock.store.errors import StoreError
from prellbock.store.sealing import Sealer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
"""Set to ``true`` in an answer that was given before."""
KEPT_SECONDS = 86_400.0
MOST = 10_000
"""Answers that are kept; then the oldest are forgotten."""
MOST_OCTETS = 64 * 1024 * 1024
"""Of all kept answers."""
LARGEST = 1024 * 1024
"""Octets of an answer that is kept; a change with a larger one is made anew."""
TIDIED_AFTER = 256
"""Answers after which it is looked what may be forgotten."""
_CHANGING = frozenset({"edit", "publish", "admin"})
"""Scopes of routes that change something. Events are recognised by themselves, and asking twice does no harm."""
REPEATABLE = "repeatable"
"""Set in a route's ``opt``: doing it twice is doing it once, and its answer must not be kept."""
_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEPT_HEADERS = frozenset({b"content-type", b"etag", b"location"})
_KEY = re.compile(r'"([!#-\[\]-~]{1,255})"|([!#-\[\]-~]{1,255})')
_BEGUN = "prellbock.repeat"


class Given(msgspec.Struct, frozen=True):
    """An answer as it is kept."""

    status: int
    headers: dict[str, str]
    body: bytes


class _Begun(msgspec.Struct):
    """A request with a key, while it runs."""

    name: bytes
    fingerprint: bytes
    sealer: Sealer
    keep: bool = True


def takes_a_key(handler: BaseRouteHandler, method: str) -> bool:
    """Whether this route makes a change that is made once for each key."""
    opt = handler.opt
    is_other = opt.get(OPEN) or opt.get(EVERYBODY) or opt.get(REPEATABLE)
    return method in _METHODS and not is_other and opt.get(NEEDS, "admin") in _CHANGING


def once(request: Request[Principal, Any, Any]) -> bytes:
    """The name under which the store does this request once, even if the server dies in it; empty without a key."""
    begun = _begun(request.scope)
    return hashlib.blake2b(begun.name + begun.fingerprint, digest_size=32).digest() if begun else b""


class Repeats:
    """Knows the requests with a key of one server."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._secret = access.installation.secret
        self._running: set[bytes] = set()
        self._until_tidied = 0

    async def before(self, request: Request[Principal, Any, Any]) -> Response[bytes] | None:
        """The answer that was given before. To be called once it is known who asks. Raises 400, 409 and 422."""
        given = request.headers.get(HEADER)
        if given is None or not takes_a_key(request.route_handler, request.method):
            return None
        key = _key(given)
        name = self._hashed(request.user.kind, request.user.actor, key)
        if name in self._running:
            raise HTTPException(
                status_code=409,
                detail=f"the request with this {HEADER} is still being worked on: ask again in a moment",
                headers={"Retry-After": "1"},
            )
        self._running.add(name)
        begun = _Begun(name, b"", Sealer(self._secret + key.encode()), keep=False)
        cast("dict[str, object]", request.scope)[_BEGUN] = begun
        begun.fingerprint = await self._fingerprint(request)
        here = self._access.installation
        found = await here.answering(self._access.accounts.repeat, name, here.clock() - KEPT_SECONDS)
        if found is None:
            begun.keep = True
            return None
        fingerprint, box = found
        if fingerprint != begun.fingerprint:
            raise ProblemError(
                422, f"another request was made with this {HEADER} within 24 hours: use a new key for each change"
            )
        answer = msgspec.msgpack.decode(begun.sealer.open(box, HEADER), type=Given)
        return Response(answer.body, status_code=answer.status, headers={**answer.headers, REPLAYED: "true"})

    def kept(self, app: ASGIApp) -> ASGIApp:
        """Wraps the application so that an answer to a change with a key is kept before it is sent."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            held: list[Message] = []

            async def sending(message: Message) -> None:
                begun = _begun(scope)
                if begun is None or not begun.keep:
                    await send(message)
                    return
                held.append(message)
                if not await self._is_kept(begun, held):
                    return
                begun.keep = False
                for each in held:
                    await send(each)

            try:
                await app(scope, receive, sending)
            finally:
                if begun := _begun(scope):
                    self._running.discard(begun.name)

        return serve

    async def _is_kept(self, begun: _Begun, held: list[Message]) -> bool:
        """Whether the answer can go out: it is kept, or will not be. A refusal changed nothing, and is given anew."""
        start, *parts = held
        if start["type"] != "http.response.start" or not 200 <= start["status"] < 300:
            return True
        body = b"".join(part["body"] for part in parts if part["type"] == "http.response.body")
        if len(body) > LARGEST:
            return True
        if not parts or (parts[-1]["type"] == "http.response.body" and parts[-1]["more_body"]):
            return False
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in start["headers"]
            if name.lower() in _KEPT_HEADERS
        }
        box = begun.sealer.seal(msgspec.msgpack.encode(Given(start["status"], headers, body)), HEADER)
        try:
            await self._access.installation.answering(self._keep, begun, box)
        except StoreError as error:
            # The change is made: that is what has to be told.
            log.error("answer not kept", problem=str(error))
        return True

    def _keep(self, begun: _Begun, box: bytes) -> None:
        accounts, now = self._access.accounts, self._access.installation.clock()
        accounts.keep_repeat(begun.name, begun.fingerprint, box, now)
        self._until_tidied -= 1
        if self._until_tidied < 0:
            self._until_tidied = TIDIED_AFTER
            accounts.forget_repeats(before=now - KEPT_SECONDS, most=MOST, most_octets=MOST_OCTETS)

    async def _fingerprint(self, request: Request[Principal, Any, Any]) -> bytes:
        scope = request.scope
        body = hashlib.blake2b(await request.body(), key=self._secret, digest_size=32).hexdigest()
        query = scope["query_string"].decode("latin-1")
        return self._hashed(request.method, scope["path"], query, request.headers.get("if-match", ""), body)

    def _hashed(self, *parts: str) -> bytes:
        text = "\0".join(parts).encode("utf-8", "surrogateescape")
        return hashlib.blake2b(text, key=self._secret, person=b"repeat", digest_size=32).digest()


def _begun(scope: Scope) -> _Begun | None:
    return cast("_Begun | None", scope.get(_BEGUN))


def _key(given: str) -> str:
    found = _KEY.fullmatch(given.strip())
    if found is None:
        raise ProblemError(
            400, f"{HEADER}: 1 to 255 printable characters without spaces are wanted, such as a UUID, quoted or not"
        )
    return found[1] or found[2]
