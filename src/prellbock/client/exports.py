"""Exports over the client: `Client.exports` and `AsyncClient.exports`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from prellbock.client.model import decoded, refused

_ROUTE = "/v1/exports"


class ExportRun(msgspec.Struct, frozen=True):
    """One run. Times are RFC 3339."""

    run: int
    at: str | None
    ended: str | None
    state: str
    """``running``, ``done`` or ``failed``; ``why`` says what to do."""
    files: int
    rows: int
    bytes: int
    after: int
    until: int
    manifest: str | None
    why: str | None


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """An export, and how it is."""

    name: str
    what: str
    format: str
    mode: str
    to: dict[str, Any]
    schedule: str | None
    paused: bool
    next: str | None
    asked: bool
    """It will run in a moment."""
    late: bool
    last: ExportRun | None
    success: str | None
    failures: int
    cursor: int


def _route(name: str, what: str = "") -> str:
    return f"{_ROUTE}/{quote(name, safe='')}{what}"


def _new(
    name: str, what: str, to: Mapping[str, object], mode: str, secret: str | None, schedule: str | None,
    more: Mapping[str, object],
) -> dict[str, object]:  # fmt: skip
    return {"name": name, "what": what, "to": dict(to), "mode": mode, "secret": secret, "schedule": schedule, **more}


class Exports:
    """Sets exports up, lets them run, and asks how they are; a token of an administrator is needed."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def all(self) -> list[Export]:
        """All by name. Raises `ProblemError`."""
        return decoded(self._http.get(_ROUTE), list[Export])

    def get(self, name: str) -> Export:
        """One of them. Raises `ProblemError`."""
        return decoded(self._http.get(_route(name)), Export)

    def add(
        self, name: str, what: str, to: Mapping[str, object], *, mode: str = "full", secret: str | None = None,
        schedule: str | None = None, **more: object,
    ) -> Export:  # fmt: skip
        """Writes ``what`` (``suppressions``, ``decisions``, ``responses``) to a place, such as
        ``{"kind": "s3", "bucket": "reports"}``; ``more``: ``format`` (``csv``, ``ndjson``, ``parquet``),
        ``gzip``, ``raw``, ``rows_per_file``. Raises `ProblemError`.
        """
        body = _new(name, what, to, mode, secret, schedule, more)
        return decoded(self._http.post(_ROUTE, json=body), Export)

    def change(self, name: str, **changes: object) -> Export:
        """Sets ``format``, ``to``, ``secret``, ``schedule`` (None: without), ``paused`` anew. Raises `ProblemError`."""
        return decoded(self._http.patch(_route(name), json=changes), Export)

    def run(self, name: str) -> None:
        """Lets it run within seconds, paused or not; `runs` tells what became of it. Raises `ProblemError`."""
        refused(self._http.post(_route(name, "/run")))

    def runs(self, name: str, *, limit: int = 100) -> list[ExportRun]:
        """Its runs, the newest first. Raises `ProblemError`."""
        return decoded(self._http.get(_route(name, "/runs"), params={"limit": limit}), list[ExportRun])

    def remove(self, name: str) -> None:
        """Takes an export away; its files stay. Raises `ProblemError`."""
        refused(self._http.delete(_route(name)))


class AsyncExports:
    """Sets exports up, lets them run, and asks how they are; a token of an administrator is needed."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def all(self) -> list[Export]:
        """All by name. Raises `ProblemError`."""
        return decoded(await self._http.get(_ROUTE), list[Export])

    async def get(self, name: str) -> Export:
        """One of them. Raises `ProblemError`."""
        return decoded(await self._http.get(_route(name)), Export)

    async def add(
        self, name: str, what: str, to: Mapping[str, object], *, mode: str = "full", secret: str | None = None,
        schedule: str | None = None, **more: object,
    ) -> Export:  # fmt: skip
        """Writes ``what`` (``suppressions``, ``decisions``, ``responses``) to a place, such as
        ``{"kind": "s3", "bucket": "reports"}``; ``more``: ``format`` (``csv``, ``ndjson``, ``parquet``),
        ``gzip``, ``raw``, ``rows_per_file``. Raises `ProblemError`.
        """
        body = _new(name, what, to, mode, secret, schedule, more)
        return decoded(await self._http.post(_ROUTE, json=body), Export)

    async def change(self, name: str, **changes: object) -> Export:
        """Sets ``format``, ``to``, ``secret``, ``schedule`` (None: without), ``paused`` anew. Raises `ProblemError`."""
        return decoded(await self._http.patch(_route(name), json=changes), Export)

    async def run(self, name: str) -> None:
        """Lets it run within seconds, paused or not; `runs` tells what became of it. Raises `ProblemError`."""
        refused(await self._http.post(_route(name, "/run")))

    async def runs(self, name: str, *, limit: int = 100) -> list[ExportRun]:
        """Its runs, the newest first. Raises `ProblemError`."""
        return decoded(await self._http.get(_route(name, "/runs"), params={"limit": limit}), list[ExportRun])

    async def remove(self, name: str) -> None:
        """Takes an export away; its files stay. Raises `ProblemError`."""
        refused(await self._http.delete(_route(name)))
