"""The suppression list over HTTP, its change feed, and the figures beside it."""

import json
from typing import Any

from processes import Command, Server, dead, event, ndjson


def listed(server: Server, **query: object) -> tuple[list[Any], int]:
    answer = server.client.get("/v1/suppressions", params=query)  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.iter_lines()], int(answer.headers["prellbock-cursor"])


def test_list_and_feed(server: Server, command: Command) -> None:
    assert listed(server) == ([], 0)
    server.client.post("/v1/events", content=dead("one@example.com") + dead("two@example.com"))
    entries, cursor = listed(server)
    assert [(e["address"], e["status"], e["until"]) for e in entries] == [
        ("one@example.com", "suppressed", None),
        ("two@example.com", "suppressed", None),
    ]
    assert cursor == max(e["seq"] for e in entries)
    assert server.client.get("/v1/suppressions").content == command.run("suppressions").stdout

    assert listed(server, since=cursor) == ([], cursor)
    consent = event("one@example.com", "2026-02-01T08:00:00Z", "consent")
    unsubscribe = event("three@example.com", "2026-02-01T08:00:00Z", "unsubscribe", stream="newsletter")
    server.client.post("/v1/events", content=ndjson(consent, unsubscribe))
    changed, later = listed(server, since=cursor)
    assert [(e["address"], e["status"], e["scope"]) for e in changed] == [
        ("one@example.com", "deliverable", "all"),
        ("three@example.com", "unsubscribed", "marketing"),
    ]
    assert later == changed[-1]["seq"] > cursor
    assert {e["address"] for e in listed(server)[0]} == {"two@example.com", "three@example.com"}
    everything, _ = listed(server, since=0)
    assert [(e["address"], e["status"]) for e in everything] == [
        ("two@example.com", "suppressed"),
        ("one@example.com", "deliverable"),
        ("three@example.com", "unsubscribed"),
    ]
    past, _ = listed(server, as_of="2026-01-06")
    assert sorted((e["address"], e["status"], e["until"]) for e in past) == [
        ("one@example.com", "paused", "2026-01-12T08:00:00Z"),
        ("two@example.com", "paused", "2026-01-12T08:00:00Z"),
    ]


def test_a_long_list_comes_in_pieces(server: Server) -> None:
    server.client.post("/v1/events", content="".join(dead(f"gone{number}@example.com") for number in range(12_000)))
    entries, cursor = listed(server)
    assert len(entries) == len({e["address"] for e in entries}) == 12_000
    assert [e["seq"] for e in entries] == sorted(e["seq"] for e in entries)
    assert cursor == entries[-1]["seq"]
    assert len(listed(server, since=0)[0]) == 12_000
    assert len(listed(server, since=entries[10_998]["seq"])[0]) == 1001


def test_wrong_questions_are_explained(server: Server) -> None:
    for query in ({"since": "-1"}, {"since": "x"}, {"as_of": "soon"}, {"since": "1", "as_of": "2026-01-06"}):
        answer = server.client.get("/v1/suppressions", params=query)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        assert answer.json()["detail"]


def test_metrics_count_and_betray_nobody(server: Server) -> None:
    server.client.post("/v1/events", content=dead("secret.person@example.com"))
    server.client.post("/v1/check", content="secret.person@example.com\n")
    server.client.get("/secret.person@example.com")
    text = server.client.get("/metrics").text
    for line in (
        'prellbock_events_total{outcome="bounced"} 2.0',
        'prellbock_withheld{status="suppressed"} 1.0',
        "prellbock_batches_total 1.0",
        "prellbock_bad_lines_total 0.0",
        "prellbock_cursor 1.0",
        'prellbock_http_request_duration_seconds_count{code="200",method="POST",route="/v1/check"} 1.0',
    ):
        assert line in text, line
    assert "secret.person" not in text
    assert "example.com" not in text
    assert server.token not in text
    assert server.token not in server.said.replace(
        f"token, shown only now and kept in {server.data / 'token'}: {server.token}", ""
    )


def test_a_cursor_beyond_any_is_a_bad_request(server: Server) -> None:
    assert server.client.get("/v1/suppressions", params={"since": 2**63}).status_code == 400
    assert server.client.get("/v1/suppressions", params={"since": 2**63 - 1}).status_code == 200
