"""Counts for the dashboard, and the templates."""

from typing import Any

import pytest
from processes import Server, event, ndjson


def counted(server: Server, **query: object) -> list[dict[str, Any]]:
    answer = server.client.get("/v1/statistics", params={"since": "2026-01-01", "until": "2026-02-01", **query})  # type: ignore[dict-item]
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def put(server: Server) -> None:
    body = ndjson(
        *(event(f"u{n}@example.com", f"2026-01-0{n}T08:30:00Z", "delivered", stream="newsletter") for n in range(1, 6)),
        event("gone@gmail.com", "2026-01-02T08:10:00Z", mx="gmail-smtp-in.l.google.com"),
        event("gone@gmail.com", "2026-01-02T09:10:00Z", mx="gmail-smtp-in.l.google.com", message_id="other"),
    )
    assert server.client.post("/v1/events", content=body).json()["new"] == 7


def test_by_what_is_asked_for(server: Server) -> None:
    put(server)
    assert counted(server) == [{"count": 5, "outcome": "delivered"}, {"count": 2, "outcome": "bounced"}]
    assert counted(server, by="") == [{"count": 7}]
    failed = [each for each in counted(server, by="category,provider") if each["category"] == "unknown_recipient"]
    assert failed == [{"count": 2, "category": "unknown_recipient", "provider": "google"}]
    by_hour = counted(server, by="outcome", step="hour")
    assert {"count": 1, "time": "2026-01-02T09:00:00Z", "outcome": "bounced"} in by_hour
    by_day = counted(server, by="", step="day")
    assert by_day[:2] == [{"count": 1, "time": "2026-01-01T00:00:00Z"}, {"count": 3, "time": "2026-01-02T00:00:00Z"}]
    assert counted(server, since="2026-01-02T08:00:00Z", until="2026-01-02T09:00:00Z", by="") == [{"count": 2}]
    assert counted(server, since="2026-01-06") == []


@pytest.mark.parametrize(
    "query",
    [{"by": "address"}, {"by": "count; DROP TABLE rollups"}, {"step": "week"}, {"since": "soon"},
     {"since": "2026-02-02"}, {"since": "1980-01-01", "step": "hour"}],
)  # fmt: skip
def test_wrong_questions_are_explained(server: Server, query: dict[str, str]) -> None:
    answer = server.client.get("/v1/statistics", params={"until": "2026-02-01", **query})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_templates_betray_nobody(server: Server) -> None:
    put(server)
    (found,) = server.client.get("/v1/templates", params={"category": "unknown_recipient"}).json()
    assert (found["count"], found["provider"], found["first"]) == (2, "google", "2026-01-02T08:10:00Z")
    assert "gone" not in found["text"]
    assert server.client.get("/v1/templates", params={"provider": "yahoo"}).json() == []
    assert len(server.client.get("/v1/templates", params={"limit": 1}).json()) == 1
