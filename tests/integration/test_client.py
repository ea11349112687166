"""The client against a real server, in both forms."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

import pytest
from processes import DEADLINE_SECONDS, Server, dead, event
from receiving import Receiver

from prellbock.client import AsyncClient, Client, ProblemError

GONE = {"time": "2026-01-05T08:00:00Z", "recipient": "u@example.com", "outcome": "unsubscribe", "stream": "newsletter"}


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_events_checks_and_changes(server: Server) -> None:
    with Client(server.address, server.token) as client:
        counts = client.ingest([GONE, {"time": "soon"}])
        assert (counts.new, counts.bad, counts.bad_lines[0].line) == (1, 1, 2)
        assert client.ingest([GONE]).duplicate == 1
        assert client.ingest(iter([dead("gone@example.com").encode()])).new == 2
        answers = list(client.check(["u@example.com", "new@example.com", "?"], stream="newsletter"))
        assert [(answer.may_mail, answer.status) for answer in answers] == [
            (False, "unsubscribed"), (True, "deliverable"), (False, None),
        ]  # fmt: skip
        assert client.may_mail("u@example.com", stream="password-reset")
        assert not client.may_mail("gone@example.com")
        found = client.changes()
        assert [change.address for change in found.items] == ["u@example.com", "gone@example.com"]
        assert list(client.suppressions()) == found.items
        client.ingest([event("u@example.com", "2026-02-01T08:00:00Z", "consent", stream="newsletter")])
        (change,) = next(client.follow(found.cursor)).items
        assert change.status == "deliverable"


def test_more_than_one_request_takes(server: Server) -> None:
    with Client(server.address, server.token) as client:
        asked = [f"u{number}@example.com" for number in range(100_001)]
        assert [answer.address for answer in client.check(asked)] == asked
        assert list(client.check([])) == []


def test_what_the_server_refuses_is_raised(server: Server) -> None:
    with Client(server.address, server.token) as client:
        with pytest.raises(ProblemError, match="not made here") as refused:
            client.changes("forged")
        assert refused.value.status == 400
    with Client(server.address, "wrong") as client, pytest.raises(ProblemError) as refused:
        client.may_mail("u@example.com")
    assert refused.value.status == 401


def test_asyncio(server: Server) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield dead("gone@example.com").encode()

    async def use() -> None:
        async with AsyncClient(server.address, server.token) as client:
            assert (await client.ingest(pieces())).new == 2
            assert (await client.ingest([GONE])).new == 1
            assert [a.may_mail async for a in client.check(["gone@example.com", "new@example.com"])] == [False, True]
            assert not await client.may_mail("gone@example.com")
            found = await client.changes(limit=1)
            assert (len(found.items), found.more) == (1, True)
            async for more in client.follow(found.cursor):
                assert [change.address for change in more.items] == ["u@example.com"]
                break
            assert [change.address async for change in client.suppressions()] == ["gone@example.com", "u@example.com"]
            with pytest.raises(ProblemError):
                await client.changes("forged")

    asyncio.run(use())


def test_people_causes_and_figures(server: Server) -> None:
    with Client(server.address, server.token) as client:
        client.ingest(dead("gone@example.com").encode())
        (found,) = client.classify(["550 5.1.1 User unknown"])
        assert (found.category, found.explanation) == ("unknown_recipient", None)
        explained = client.classify(["452 4.2.2 Mailbox full\r\nsorry", "250 ok"], explain=True, language="de")
        assert len(explained) == 2
        assert explained[0].explanation is not None
        assert explained[0].explanation["sentence"]
        story = client.recipient("gone@example.com")
        assert (story.status, story.rule, len(story.evidence)) == ("suppressed", "dead-twice", 2)
        assert client.recipient("gone@example.com", as_of="2026-01-02").status == "deliverable"
        assert client.recipient("a?b%c@example.com").status == "deliverable"
        undone = client.undo_decisions("an outage", rule="dead-twice", dry_run=True)
        assert (undone.operation, undone.recipients) == (None, 1)
        undone = client.undo_decisions("an outage", rule="dead-twice", key="undo")
        assert undone == client.undo_decisions("an outage", rule="dead-twice", key="undo")
        assert undone.items[0].status == "deliverable"
        assert undone.operation is not None
        assert client.redo_decisions(undone.operation, "it was none").recipients == 1
        acts = client.release(["gone@example.com", "?"], "called us")
        assert [each.status for each in acts.items] == ["deliverable"]
        assert acts.bad[0].address == "?"
        assert client.suppress(["u@example.com"], "asked us").items[0].status == "suppressed"
        noted = client.note(["u@example.com"], "wrote to us", key="note")
        assert noted == client.note(["u@example.com"], "wrote to us", key="note")
        assert len([each for each in client.recipient("u@example.com").actions if each["action"] == "note"]) == 1
        counted = client.statistics(by=["outcome", "category"], since="2026-01-01T00:00:00Z",
                                    until="2026-02-01T00:00:00Z", category="unknown_recipient")  # fmt: skip
        assert [(each.count, each.outcome) for each in counted.items] == [(2, "bounced")]
        overview = client.overview(since="2026-01-01T00:00:00Z", until="2026-02-01T00:00:00Z")
        assert (overview.now.failures, overview.before.failures) == (2, 0)


def test_people_causes_and_figures_in_asyncio(server: Server) -> None:
    async def use() -> None:
        async with AsyncClient(server.address, server.token) as client:
            await client.ingest(dead("gone@example.com").encode())
            assert (await client.classify(["550 5.1.1 User unknown"], explain=True))[0].explanation
            assert (await client.recipient("gone@example.com")).status == "suppressed"
            undone = await client.undo_decisions("an outage", rule="dead-twice")
            assert undone.operation is not None
            assert (await client.redo_decisions(undone.operation, "it was none")).recipients == 1
            assert (await client.release(["gone@example.com"], "called us")).items[0].status == "deliverable"
            assert (await client.suppress(["u@example.com"], "asked us")).items[0].status == "suppressed"
            assert (await client.note(["u@example.com"], "wrote to us")).items
            assert (await client.statistics(since="2026-01-01", until="2026-02-01")).items[0].count == 2
            assert (await client.overview(since="2026-01-01", until="2026-02-01")).now.failures == 2
            with pytest.raises(ProblemError):
                await client.classify(["x"] * 101, explain=True)

    asyncio.run(use())


def test_destinations_and_exports(server: Server) -> None:
    with contextlib.closing(Receiver()) as receiver, Client(server.address, server.token) as client:
        made = client.destinations.add("webhook", "crm", {"url": receiver.url, "private": True},
                                       wanted={"statuses": ["suppressed"]})  # fmt: skip
        assert (made.secret or "").startswith("whsec_") and made.wanted == {"statuses": ["suppressed"]}
        assert client.destinations.test("crm").taken
        client.ingest(dead("gone@example.com").encode())
        until(lambda: [each.state for each in client.destinations.deliveries("crm")] == ["taken"])
        assert client.destinations.replay("crm", seqs=[1]) == 1
        until(lambda: len(receiver.taken) == 3)
        assert client.destinations.new_secret("crm").secret != made.secret
        assert client.destinations.change("crm", state="paused", reason="a move").why == "a move"
        assert [each.name for each in client.destinations.all()] == ["crm"]
        client.destinations.remove("crm")
        with pytest.raises(ProblemError, match="no destination"):
            client.destinations.test("crm")

        export = client.exports.add("daily", "decisions", {"kind": "directory", "path": "out"}, mode="incremental",
                                    schedule="daily 03:00", format="ndjson")  # fmt: skip
        assert export.next is not None and export.last is None and export.format == "ndjson"
        client.exports.run("daily")
        until(lambda: [each.state for each in client.exports.runs("daily")] == ["done"])
        assert client.exports.get("daily").cursor == client.exports.runs("daily")[0].until == 1
        assert client.exports.change("daily", schedule=None).schedule is None
        assert [each.name for each in client.exports.all()] == ["daily"]
        client.exports.remove("daily")
        assert client.exports.all() == []


def test_destinations_and_exports_in_asyncio(server: Server) -> None:
    async def use() -> None:
        async with AsyncClient(server.address, server.token) as client:
            await client.destinations.add("webhook", "crm", {"url": "http://127.0.0.1:1", "private": True})
            assert not (await client.destinations.test("crm")).taken
            assert [each async for each in client.destinations.deliveries("crm")] == []
            assert await client.destinations.replay("crm") == 0
            assert (await client.destinations.new_secret("crm")).secret
            assert (await client.destinations.change("crm", state="paused")).state == "paused"
            await client.destinations.remove("crm")
            assert await client.destinations.all() == []
            await client.exports.add("daily", "suppressions", {"kind": "directory", "path": "out"})
            await client.exports.run("daily")
            assert await client.exports.runs("daily", limit=1) is not None
            assert (await client.exports.change("daily", paused=True)).paused
            assert (await client.exports.get("daily")).name == (await client.exports.all())[0].name
            await client.exports.remove("daily")
            with pytest.raises(ProblemError):
                await client.exports.get("daily")

    asyncio.run(use())
