"""Where decisions go, over the client: `Client.destinations` and `AsyncClient.destinations`."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from prellbock.client.model import decoded, refused

_ROUTE = "/v1/destinations"
_PAGE = 1000


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """A destination, and how far it has come. Times are RFC 3339."""

    name: str
    kind: str
    settings: dict[str, Any]
    wanted: dict[str, list[str]]
    state: str
    """``active``, ``paused`` or ``disabled``; ``why`` tells the reason."""
    why: str | None
    backlog: int
    """Decisions that it has not got yet."""
    waiting: int
    dead: int
    """Given up; `replay` sends them again."""
    dropped: int
    keep_days: float | None
    oldest: str | None
    failing_since: str | None
    taken: str | None
    secret: str | None = None
    """Only in the answer that makes it: keep it."""
    public_key: str | None = None


class Delivery(msgspec.Struct, frozen=True):
    """What became of one message."""

    seq: int
    state: str
    """``taken``, ``waiting`` or ``dead``."""
    attempts: int
    first: str | None
    last: str | None
    due: str | None
    code: int | None
    answer: str | None
    seconds: float | None


class Tried(msgspec.Struct, frozen=True):
    """What a receiver said to a test message."""

    taken: bool
    code: int | None
    answer: str
    seconds: float


class _Page(msgspec.Struct, frozen=True):
    items: list[Delivery]
    next: int | None


class _Messages(msgspec.Struct, frozen=True):
    messages: int


def _route(name: str, what: str = "") -> str:
    return f"{_ROUTE}/{quote(name, safe='')}{what}"


def _new(
    kind: str, name: str, settings: Mapping[str, object], wanted: Mapping[str, Sequence[str]], secret: str | None,
    from_the_beginning: bool, keep_days: float | None,
) -> dict[str, object]:  # fmt: skip
    return {"kind": kind, "name": name, "settings": dict(settings), "wanted": dict(wanted), "secret": secret,
            "from_the_beginning": from_the_beginning, "keep_days": keep_days}  # fmt: skip


def _again(seqs: Sequence[int] | None, since: int | None) -> dict[str, object]:
    return {"seqs": None if seqs is None else list(seqs), "since": since}


def _asked(state: str | None, before: int | None) -> dict[str, str | int]:
    query: dict[str, str | int | None] = {"limit": _PAGE, "outcome": state, "before": before}
    return {name: value for name, value in query.items() if value is not None}


class Destinations:
    """Sets destinations up and asks how they are; a token of an administrator is needed."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def all(self) -> list[Destination]:
        """All by name. Raises `ProblemError`."""
        return decoded(self._http.get(_ROUTE), list[Destination])

    def add(
        self, kind: str, name: str, settings: Mapping[str, object], *,
        wanted: Mapping[str, Sequence[str]] | None = None, secret: str | None = None,
        from_the_beginning: bool = False, keep_days: float | None = None,
    ) -> Destination:  # fmt: skip
        """Sends decisions somewhere: all, or those ``wanted``. Raises `ProblemError`.

        Fields of ``wanted``: ``statuses``, ``categories``, ``streams``, ``providers``.
        """
        body = _new(kind, name, settings, wanted or {}, secret, from_the_beginning, keep_days)
        return decoded(self._http.post(_ROUTE, json=body), Destination)

    def change(self, name: str, **changes: object) -> Destination:
        """Sets ``settings``, ``wanted``, ``state`` (``active``, ``paused``), ``reason``, ``keep_days``, ``secret``.

        Raises `ProblemError`.
        """
        return decoded(self._http.patch(_route(name), json=changes), Destination)

    def new_secret(self, name: str, secret: str | None = None, *, hold_hours: float = 24) -> Destination:
        """A new secret, made there unless given; the one before signs as well for a while. Raises `ProblemError`."""
        body = {"secret": secret, "hold_hours": hold_hours}
        return decoded(self._http.post(_route(name, "/secrets"), json=body), Destination)

    def test(self, name: str) -> Tried:
        """Sends a message that says nothing but that the way is open. Raises `ProblemError`."""
        return decoded(self._http.post(_route(name, "/test")), Tried)

    def deliveries(self, name: str, *, state: str | None = None) -> Iterator[Delivery]:
        """What became of messages, the newest decision first, page by page. Raises `ProblemError`."""
        before: int | None = None
        while True:
            page = decoded(self._http.get(_route(name, "/deliveries"), params=_asked(state, before)), _Page)
            yield from page.items
            if page.next is None:
                return
            before = page.next

    def replay(self, name: str, *, seqs: Sequence[int] | None = None, since: int | None = None) -> int:
        """Sends again: certain decisions, all after one, or (neither) all that was given up. Returns how many.

        Raises `ProblemError`.
        """
        answer = self._http.post(_route(name, "/replay"), json=_again(seqs, since))
        return decoded(answer, _Messages).messages

    def remove(self, name: str) -> None:
        """Takes a destination away. Raises `ProblemError`."""
        refused(self._http.delete(_route(name)))


class AsyncDestinations:
    """Sets destinations up and asks how they are; a token of an administrator is needed."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def all(self) -> list[Destination]:
        """All by name. Raises `ProblemError`."""
        return decoded(await self._http.get(_ROUTE), list[Destination])

    async def add(
        self, kind: str, name: str, settings: Mapping[str, object], *,
        wanted: Mapping[str, Sequence[str]] | None = None, secret: str | None = None,
        from_the_beginning: bool = False, keep_days: float | None = None,
    ) -> Destination:  # fmt: skip
        """Sends decisions somewhere: all, or those ``wanted``. Raises `ProblemError`.

        Fields of ``wanted``: ``statuses``, ``categories``, ``streams``, ``providers``.
        """
        body = _new(kind, name, settings, wanted or {}, secret, from_the_beginning, keep_days)
        return decoded(await self._http.post(_ROUTE, json=body), Destination)

    async def change(self, name: str, **changes: object) -> Destination:
        """Sets ``settings``, ``wanted``, ``state`` (``active``, ``paused``), ``reason``, ``keep_days``, ``secret``.

        Raises `ProblemError`.
        """
        return decoded(await self._http.patch(_route(name), json=changes), Destination)

    async def new_secret(self, name: str, secret: str | None = None, *, hold_hours: float = 24) -> Destination:
        """A new secret, made there unless given; the one before signs as well for a while. Raises `ProblemError`."""
        body = {"secret": secret, "hold_hours": hold_hours}
        return decoded(await self._http.post(_route(name, "/secrets"), json=body), Destination)

    async def test(self, name: str) -> Tried:
        """Sends a message that says nothing but that the way is open. Raises `ProblemError`."""
        return decoded(await self._http.post(_route(name, "/test")), Tried)

    async def deliveries(self, name: str, *, state: str | None = None) -> AsyncIterator[Delivery]:
        """What became of messages, the newest decision first, page by page. Raises `ProblemError`."""
        before: int | None = None
        while True:
            page = decoded(await self._http.get(_route(name, "/deliveries"), params=_asked(state, before)), _Page)
            for each in page.items:
                yield each
            if page.next is None:
                return
            before = page.next

    async def replay(self, name: str, *, seqs: Sequence[int] | None = None, since: int | None = None) -> int:
        """Sends again: certain decisions, all after one, or (neither) all that was given up. Returns how many.

        Raises `ProblemError`.
        """
        answer = await self._http.post(_route(name, "/replay"), json=_again(seqs, since))
        return decoded(answer, _Messages).messages

    async def remove(self, name: str) -> None:
        """Takes a destination away. Raises `ProblemError`."""
        refused(await self._http.delete(_route(name)))
