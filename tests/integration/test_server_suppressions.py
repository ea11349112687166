"""The suppression list over HTTP, its change feed, and the figures beside it."""

import json
from typing import Any

from processes import Command, Server, dead, event, ndjson


def listed(server: Server, **query: object) -> list[Any]:
    answer = server.client.get("/v1/suppressions", params=query)  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.iter_lines()]


def paged(server: Server, limit: int) -> list[Any]:
    entries: list[Any] = []
    query: dict[str, str | int] = {"limit": limit}
    while True:
        page = server.client.get("/v1/suppressions", params=query).json()
        assert len(page["items"]) <= limit
        entries += page["items"]
        if page["next"] is None:
            return entries
        query["cursor"] = page["next"]


def test_the_list_is_what_the_command_line_prints(server: Server, command: Command) -> None:
    assert listed(server) == paged(server, 10) == []
    server.client.post("/v1/events", content=dead("one@example.com") + dead("two@example.com"))
    assert sorted((e["address"], e["status"], e["until"]) for e in listed(server)) == [
        ("one@example.com", "suppressed", None),
        ("two@example.com", "suppressed", None),
    ]
    assert server.client.get("/v1/suppressions").content == command.run("suppressions").stdout
    consent = event("one@example.com", "2026-02-01T08:00:00Z", "consent")
    unsubscribe = event("three@example.com", "2026-02-01T08:00:00Z", "unsubscribe", stream="newsletter")
    server.client.post("/v1/events", content=ndjson(consent, unsubscribe))
    assert {e["address"] for e in listed(server)} == {"two@example.com", "three@example.com"}
    past = listed(server, as_of="2026-01-06")
    assert sorted((e["address"], e["status"], e["until"]) for e in past) == [
        ("one@example.com", "paused", "2026-01-12T08:00:00Z"),
        ("two@example.com", "paused", "2026-01-12T08:00:00Z"),
    ]


def test_a_long_list_comes_in_pieces_and_in_pages(server: Server) -> None:
    server.client.post("/v1/events", content="".join(dead(f"gone{number}@example.com") for number in range(12_000)))
    entries = listed(server)
    assert len(entries) == len({e["address"] for e in entries}) == 12_000
    assert [e["seq"] for e in entries] == sorted(e["seq"] for e in entries)
    assert paged(server, 5000) == entries


def test_wrong_questions_are_explained(server: Server) -> None:
    feed = server.client.get("/v1/changes").json()["cursor"]
    for query in (
        {"as_of": "soon"},
        {"as_of": "2026-01-06", "limit": "1"},
        {"limit": "0"},
        {"limit": "10001"},
        {"cursor": "7"},
        {"cursor": feed},
    ):
        answer = server.client.get("/v1/suppressions", params=query)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), query
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
    assert server.token not in server.said
