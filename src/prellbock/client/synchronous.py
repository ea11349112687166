"""The client for ordinary code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
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


class Client:
    """Talks to one server. Safe to share between threads."""

    def __init__(self, address: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        """``address`` such as ``http://127.0.0.1:8025``; ``transport`` replaces the network, in tests."""
        self._http = httpx.Client(**base(address, token), transport=transport)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def check(
        self, addresses: Iterable[str], *, stream: str | None = None, intent: str | None = None, campaign: str = ""
    ) -> Iterator[Answer]:
        """May these be mailed? One answer for each, in order. Raises `ProblemError`."""
        for body, headers in questions(addresses, stream, intent, campaign):
            answer = self._http.post("/v1/check", content=body, headers=headers)
            yield from decoded(answer, Checked).answers

    def may_mail(self, address: str, *, stream: str | None = None, intent: str | None = None) -> bool:
        """May this one be mailed? Raises `ProblemError`."""
        return next(self.check([address], stream=stream, intent=intent)).may_mail

    def ingest(self, events: Sequence[Mapping[str, object]] | bytes | Iterable[bytes]) -> Counts:
        """Brings events in: mappings, or NDJSON as octets (or pieces of it, streamed). Raises `ProblemError`.

        Sending the same events again changes nothing, so that is what to do after an error.
        """
        body = lines(events) if isinstance(events, (list, tuple)) else events
        return decoded(self._http.post("/v1/events", content=body), Counts)  # type: ignore[arg-type]

    def ingest_mail(self, mail: bytes) -> Counts:
        """Brings a mail (or an mbox) in. Raises `ProblemError`."""
        return decoded(self._http.post("/v1/mails", content=mail), Counts)

    def changes(self, cursor: str | None = None, *, limit: int = 1000, wait: float = 0) -> Changes:
        """The next piece of the change feed; ``wait`` up to 60 seconds for it. Raises `ProblemError`."""
        return decoded(self._http.get("/v1/changes", params=where(cursor, limit, wait)), Changes)

    def follow(self, cursor: str | None = None) -> Iterator[Changes]:
        """The change feed without end, piece by piece as it grows. Raises `ProblemError`."""
        while True:
            found = self.changes(cursor, wait=50)
            cursor = found.cursor
            if found.items or found.restarted:
                yield found

    def hash_key(self) -> HashKey:
        """How addresses are hashed. Raises `ProblemError`."""
        return decoded(self._http.get("/v1/key"), HashKey)

    def download_snapshot(self, path: Path, tag: str = "") -> str | None:
        """Writes the newest snapshot into a file and returns its tag; None where ``tag`` names it already.

        `prellbock.client.local` asks such a file. Raises `ProblemError`.
        """
        with self._http.stream("GET", "/v1/snapshot", headers=tagged(tag)) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return None
            if not answer.is_success:
                answer.read()
                refused(answer)
            with path.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)
            return str(answer.headers.get("etag", "")).strip('"')

    def suppressions(self) -> Iterator[Change]:
        """Everything that withholds mail now, page by page. Raises `ProblemError`."""
        query: dict[str, str | int] = {"limit": 10_000}
        while True:
            page = decoded(self._http.get("/v1/suppressions", params=query), Page)
            yield from page.items
            if page.next is None:
                return
            query["cursor"] = page.next

    def stops(self) -> list[Stop]:
        """Campaigns that should stop and that nobody has let go on. Raises `ProblemError`."""
        return decoded(self._http.get("/v1/stops"), Stops).items

    def incidents(self, *, open_only: bool = False) -> list[Incident]:
        """Times in which a provider called the living dead, the newest first. Raises `ProblemError`."""
        answer = self._http.get("/v1/incidents", params={"open": open_only})
        return decoded(answer, Incidents).items

    def judge_incident(self, name: str, verdict: str, reason: str) -> Incident:
        """Says what an incident is: ``outage`` or ``real``. Raises `ProblemError`."""
        body = {"verdict": verdict, "reason": reason}
        return decoded(self._http.post(f"/v1/incidents/{name}/judge", json=body), Incident)
