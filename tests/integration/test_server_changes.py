"""The change feed: asked, waited for, followed; its cursor over restart, back-up and restore."""

import base64
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import Command, Server, dead, event, ndjson


def feed(server: Server, cursor: str | None = None, **query: object) -> Any:
    given = {**query, **({"cursor": cursor} if cursor else {})}
    answer = server.client.get("/v1/changes", params=given)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(found: Any) -> list[tuple[str, str]]:
    return [(item["address"], item["status"]) for item in found["items"]]


def put(server: Server, body: str) -> None:
    assert server.client.post("/v1/events", content=body).json()["bad"] == 0


def test_from_the_list_to_the_feed_nothing_is_missed(server: Server) -> None:
    put(server, dead("one@example.com") + dead("two@example.com"))
    page = server.client.get("/v1/suppressions", params={"limit": 1}).json()
    header = server.client.get("/v1/suppressions").headers["prellbock-cursor"]
    put(server, dead("three@example.com") + ndjson(event("one@example.com", "2026-02-01T08:00:00Z", "consent")))
    for cursor in (page["changes"], header):
        found = feed(server, cursor)
        assert sorted(told(found)) == [("one@example.com", "deliverable"), ("three@example.com", "suppressed")]
        assert (found["more"], found["restarted"]) == (False, False)
        assert told(feed(server, found["cursor"])) == []
    everything = feed(server)
    assert sorted(told(everything))[0] == ("one@example.com", "deliverable")
    assert len(everything["items"]) == 3


def test_piece_by_piece_everything_comes_once(server: Server) -> None:
    put(server, "".join(dead(f"gone{number}@example.com") for number in range(25)))
    seen: list[tuple[str, str]] = []
    found = feed(server, limit=10)
    while found["more"]:
        seen += told(found)
        found = feed(server, found["cursor"], limit=10)
    seen += told(found)
    assert len(seen) == len({*seen}) == 25
    assert feed(server, found["cursor"])["items"] == []


def test_a_long_poll_waits_for_the_next_change(server: Server, command: Command) -> None:
    cursor = feed(server)["cursor"]
    assert feed(server, cursor, wait=0.2)["items"] == []
    found: list[Any] = []
    waiting = threading.Thread(target=lambda: found.append(feed(server, cursor, wait=60)))
    waiting.start()
    command.run("ingest", "--format", "ndjson", "-", stdin=dead("gone@example.com"))
    waiting.join(60)
    assert told(found[0]) == [("gone@example.com", "suppressed")]


def events_of(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    identity = ""
    for line in lines:
        if line.startswith("id: "):
            identity = line.removeprefix("id: ")
        elif line.startswith("data: "):
            yield identity, json.loads(line.removeprefix("data: "))


def test_followers_hear_of_every_change_and_go_on_where_they_were(server: Server) -> None:
    put(server, dead("one@example.com"))
    headers = {"Accept": "text/event-stream"}
    with server.client.stream("GET", "/v1/changes", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = events_of(answer.iter_lines())
        identity, first = next(heard)
        assert told(first) == [("one@example.com", "suppressed")]
        put(server, dead("two@example.com"))
        _, second = next(heard)
        assert told(second) == [("two@example.com", "suppressed")]
    again = {**headers, "Last-Event-ID": identity}
    with server.client.stream("GET", "/v1/changes", headers=again) as answer:
        _, third = next(events_of(answer.iter_lines()))
        assert told(third) == [("two@example.com", "suppressed")]


def test_a_follower_does_not_hold_up_the_end(server: Server) -> None:
    with server.client.stream("GET", "/v1/changes", headers={"Accept": "text/event-stream"}) as answer:
        lines = answer.iter_lines()
        next(events_of(lines))
        server.process.terminate()
        assert not [*events_of(lines)]
    assert server.process.wait(60) == 0


def test_the_cursor_holds_over_restart_and_restore(tmp_path: Path, serve: Callable[..., Server]) -> None:
    server = serve()
    put(server, dead("one@example.com"))
    before = feed(server)["cursor"]
    server.stop()
    shutil.copytree(tmp_path / "data", tmp_path / "backup")
    server = serve()
    assert feed(server, before)["items"] == []
    put(server, dead("two@example.com"))
    after = feed(server, before)["cursor"]
    server.stop()
    # The back-up knows nothing of the second, and gives its number to the third.
    restored = serve(data=tmp_path / "backup")
    put(restored, dead("three@example.com"))
    found = feed(restored, before)
    assert (told(found), found["restarted"]) == ([("three@example.com", "suppressed")], False)
    found = feed(restored, after)
    assert found["restarted"] is True
    assert told(found) == [("one@example.com", "suppressed"), ("three@example.com", "suppressed")]


def test_forged_cursors_are_refused(server: Server, tmp_path: Path, serve: Callable[..., Server]) -> None:
    put(server, "".join(dead(f"gone{number}@example.com") for number in range(3)))
    other = serve(data=tmp_path / "other")
    put(other, dead("gone@example.com"))
    right = feed(server)["cursor"]
    octets = bytearray(base64.urlsafe_b64decode(right))
    octets[7] -= 1
    of_list = server.client.get("/v1/suppressions", params={"limit": 1}).json()["next"]
    for cursor in ("0", "2", "x" * 400, "ä", base64.urlsafe_b64encode(octets).decode(), of_list, feed(other)["cursor"]):
        answer = server.client.get("/v1/changes", params={"cursor": cursor})
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), cursor
        assert "not made here" in answer.json()["detail"]
    assert server.client.get("/v1/changes", headers={"Last-Event-ID": "2"}).status_code == 200
    headers = {"Last-Event-ID": "2", "Accept": "text/event-stream"}
    assert server.client.get("/v1/changes", headers=headers).status_code == 400


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 10_001}, {"wait": 61}, {"wait": "long"}])
def test_wrong_questions_are_explained(server: Server, query: dict[str, Any]) -> None:
    answer = server.client.get("/v1/changes", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
