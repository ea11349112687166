"""The client for ordinary code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import httpx
import msgspec

from prellbock.client import answers
from prellbock.client.answers import Acts, Classified, Overview, Statistics, Story, Undone
from prellbock.client.destinations import Destinations
from prellbock.client.exports import Exports
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
        self.destinations = Destinations(self._http)
        """Where decisions go."""
        self.exports = Exports(self._http)
        """Files that are written on a schedule."""

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

    def classify(self, responses: Sequence[str], *, explain: bool = False, language: str = "en") -> list[Classified]:
        """The cause of each response, in order; with ``explain`` (at most 100) also why. Raises `ProblemError`."""
        query = answers.given(explain=explain, language=language)
        answer = self._http.post("/v1/classify", content=answers.responses(responses), params=query)
        refused(answer)
        return [msgspec.json.decode(line, type=Classified) for line in answer.content.splitlines()]

    def recipient(self, address: str, *, as_of: str | None = None, language: str = "en") -> Story:
        """The story of one address, also as it was at another time. Raises `ProblemError`."""
        query = answers.given(as_of=as_of, language=language)
        return decoded(self._http.get(f"/v1/recipients/{quote(address, safe='')}", params=query), Story)

    def suppress(self, addresses: Sequence[str], reason: str, *, key: str = "") -> Acts:
        """Withholds all mail from up to 1,000 addresses.

        Sent again with the same ``key`` (a random text for each change) within 24 hours, a change is made once: so an
        answer that was lost is asked for again. Raises `ProblemError`.
        """
        return self._act("suppress", addresses, reason, key)

    def release(self, addresses: Sequence[str], reason: str, *, scope: str = "", key: str = "") -> Acts:
        """Holds nothing against them any more; ``@example.com`` is a domain. ``key`` as in `suppress`.

        With ``scope`` (a stream, or ``marketing``) the complaint or unsubscribe there is lifted instead.
        Raises `ProblemError`.
        """
        return self._act("release", addresses, reason, key, scope)

    def note(self, addresses: Sequence[str], reason: str, *, key: str = "") -> Acts:
        """Writes something into their stories. ``key`` as in `suppress`. Raises `ProblemError`."""
        return self._act("note", addresses, reason, key)

    def _act(self, what: str, addresses: Sequence[str], reason: str, key: str, scope: str = "") -> Acts:
        body = {"addresses": list(addresses), "reason": reason, "scope": scope}
        return decoded(self._http.post(f"/v1/recipients/{what}", json=body, headers=answers.keyed(key)), Acts)

    def undo_decisions(
        self, reason: str, *, since: str | None = None, until: str | None = None, provider: str | None = None,
        rule: str | None = None, category: str | None = None, status: str | None = None, dry_run: bool = False,
        key: str = "",
    ) -> Undone:  # fmt: skip
        """Undoes decisions that withhold mail; at least one field must say which. ``dry_run`` only says what would
        happen. ``key`` as in `suppress`. Raises `ProblemError`.
        """
        body = answers.given(
            reason=reason, since=since, until=until, provider=provider, rule=rule, category=category, status=status,
            dry_run=dry_run,
        )  # fmt: skip
        return decoded(self._http.post("/v1/decisions/undo", json=body, headers=answers.keyed(key)), Undone)

    def redo_decisions(self, operation: str, reason: str, *, dry_run: bool = False, key: str = "") -> Undone:
        """Takes one undoing back, by its ``operation``. ``key`` as in `suppress`. Raises `ProblemError`."""
        body = {"operation": operation, "reason": reason, "dry_run": dry_run}
        return decoded(self._http.post("/v1/decisions/redo", json=body, headers=answers.keyed(key)), Undone)

    def statistics(
        self, *, by: Sequence[str] = ("outcome",), since: str | None = None, until: str | None = None,
        step: str = "none", **where: str,
    ) -> Statistics:  # fmt: skip
        """How many events of a time, by dimensions (``outcome``, ``category``, ``fault``, ``provider``, ``stream``,
        ``rule``), only where these have the values of ``where``; ``step``: ``hour``, ``day``. Raises `ProblemError`.
        """
        query = answers.given(by=",".join(by), since=since, until=until, step=step, **where)
        return decoded(self._http.get("/v1/statistics", params=query), Statistics)

    def overview(
        self, *, since: str | None = None, until: str | None = None, stream: str | None = None,
        provider: str | None = None,
    ) -> Overview:  # fmt: skip
        """The figures of a time beside those of the time before it. Raises `ProblemError`."""
        query = answers.given(since=since, until=until, stream=stream, provider=provider)
        return decoded(self._http.get("/v1/overview", params=query), Overview)
