"""The client for asyncio: `prellbock.client.synchronous` with `await`."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from types import TracebackType

import httpx

from prellbock.client.model import (
    Answer,
    Change,
    Changes,
    Checked,
    Counts,
    HashKey,
    Incident,
    Incidents,
    Page,
    Stop,
    Stops,
    base,
    decoded,
    lines,
    questions,
    refused,
    tagged,
    where,
)


class AsyncClient:
    """Talks to one server. To be used in one event loop."""

    def __init__(self, address: str, token: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """``address`` such as ``http://127.0.0.1:8025``; ``transport`` replaces the network, in tests."""
        self._http = httpx.AsyncClient(**base(address, token), transport=transport)

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def check(
        self, addresses: Iterable[str], *, stream: str | None = None, intent: str | None = None, campaign: str = ""
    ) -> AsyncIterator[Answer]:
        """May these be mailed? One answer for each, in order. Raises `ProblemError`."""
        for body, headers in questions(addresses, stream, intent, campaign):
            answer = await self._http.post("/v1/check", content=body, headers=headers)
            for each in decoded(answer, Checked).answers:
                yield each

    async def may_mail(self, address: str, *, stream: str | None = None, intent: str | None = None) -> bool:
        """May this one be mailed? Raises `ProblemError`."""
        return (await anext(self.check([address], stream=stream, intent=intent))).may_mail

    async def ingest(self, events: Sequence[Mapping[str, object]] | bytes | AsyncIterator[bytes]) -> Counts:
        """Brings events in: mappings, or NDJSON as octets (or pieces of it, streamed). Raises `ProblemError`.

        Sending the same events again changes nothing, so that is what to do after an error.
        """
        body = lines(events) if isinstance(events, (list, tuple)) else events
        return decoded(await self._http.post("/v1/events", content=body), Counts)  # type: ignore[arg-type]

    async def ingest_mail(self, mail: bytes) -> Counts:
        """Brings a mail (or an mbox) in. Raises `ProblemError`."""
        return decoded(await self._http.post("/v1/mails", content=mail), Counts)

    async def changes(self, cursor: str | None = None, *, limit: int = 1000, wait: float = 0) -> Changes:
        """The next piece of the change feed; ``wait`` up to 60 seconds for it. Raises `ProblemError`."""
        return decoded(await self._http.get("/v1/changes", params=where(cursor, limit, wait)), Changes)

    async def follow(self, cursor: str | None = None) -> AsyncIterator[Changes]:
        """The change feed without end, piece by piece as it grows. Raises `ProblemError`."""
        while True:
            found = await self.changes(cursor, wait=50)
            cursor = found.cursor
            if found.items or found.restarted:
                yield found

    async def hash_key(self) -> HashKey:
        """How addresses are hashed. Raises `ProblemError`."""
        return decoded(await self._http.get("/v1/key"), HashKey)

    async def snapshot(self, tag: str = "") -> tuple[bytes, str] | None:
        """The newest snapshot and its tag; None where ``tag`` names it already. Raises `ProblemError`."""
        answer = await self._http.get("/v1/snapshot", headers=tagged(tag))
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return None
        refused(answer)
        return answer.content, str(answer.headers.get("etag", "")).strip('"')

    async def suppressions(self) -> AsyncIterator[Change]:
        """Everything that withholds mail now, page by page. Raises `ProblemError`."""
        query: dict[str, str | int] = {"limit": 10_000}
        while True:
            page = decoded(await self._http.get("/v1/suppressions", params=query), Page)
            for each in page.items:
                yield each
            if page.next is None:
                return
            query["cursor"] = page.next

    async def stops(self) -> list[Stop]:
        """Campaigns that should stop and that nobody has let go on. Raises `ProblemError`."""
        return decoded(await self._http.get("/v1/stops"), Stops).items

    async def incidents(self, *, open_only: bool = False) -> list[Incident]:
        """Times in which a provider called the living dead, the newest first. Raises `ProblemError`."""
        answer = await self._http.get("/v1/incidents", params={"open": open_only})
        return decoded(answer, Incidents).items

    async def judge_incident(self, name: str, verdict: str, reason: str) -> Incident:
        """Says what an incident is: ``outage`` or ``real``. Raises `ProblemError`."""
        body = {"verdict": verdict, "reason": reason}
        return decoded(await self._http.post(f"/v1/incidents/{name}/judge", json=body), Incident)
