"""One recipient over HTTP: the story, what people do, the ledger, undoing; and what a response means."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from processes import Command, Server, dead, event, ndjson


def test_the_story_is_the_one_of_the_command_line(server: Server, command: Command) -> None:
    server.client.post("/v1/events", content=dead("gone@example.com"))
    told = server.client.get("/v1/recipients/Gone@Example.com").json()
    (printed,) = command.lines("recipient", "gone@example.com", "--json", "--language", "en")
    assert told == printed
    assert (told["status"], told["rule"]) == ("suppressed", "dead-twice")
    then = server.client.get("/v1/recipients/gone@example.com", params={"as_of": "2026-01-06", "language": "de"}).json()
    assert then["status"] == "paused"
    assert then["explanation"] != told["explanation"]
    for path, query in (("nobody", {}), ("a@b.de", {"as_of": "soon"}), ("a@b.de", {"language": "xx"})):
        assert server.client.get(f"/v1/recipients/{path}", params=query).status_code == 400
    odd = "o'hara+x#y/z@example.com"
    assert server.client.get(f"/v1/recipients/{quote(odd.replace('/', '-'), safe='')}").status_code == 200


def test_suppress_release_and_note(server: Server, command: Command) -> None:
    wanted = {"addresses": ["U@example.com", "nonsense", "v@example.com"], "reason": "asked  by phone"}
    done = server.client.post("/v1/recipients/suppress", json=wanted).json()
    assert [(item["address"], item["before"], item["status"]) for item in done["items"]] == [
        ("u@example.com", "deliverable", "suppressed"),
        ("v@example.com", "deliverable", "suppressed"),
    ]
    assert done["bad"][0]["address"] == "nonsense"
    (checked,) = command.lines("check", stdin="u@example.com\n")
    assert checked["may_mail"] is False
    noted = {"addresses": ["u@example.com"], "reason": "called again"}
    assert server.client.post("/v1/recipients/note", json=noted).json()["items"][0]["status"] == "suppressed"
    released = {"addresses": ["u@example.com"], "reason": "a mistake"}
    assert server.client.post("/v1/recipients/release", json=released).json()["items"][0]["status"] == "deliverable"
    told = server.client.get("/v1/recipients/u@example.com").json()
    assert [(act["action"], act["reason"], act["by"]) for act in told["actions"]] == [
        ("suppress", "asked by phone", "operator token"),
        ("note", "called again", "operator token"),
        ("release", "a mistake", "operator token"),
    ]
    log = server.client.get("/v1/audit").json()["items"]
    assert [entry["action"] for entry in log][::-1] == [
        "recipient.suppress", "recipient.suppress", "recipient.note", "recipient.release",
    ]  # fmt: skip
    assert "example.com" not in json.dumps(log)
    assert log[0]["subject"] == done["items"][0]["hash"]


@pytest.mark.parametrize(
    "body",
    [
        {"addresses": [], "reason": "x"},
        {"addresses": ["a@example.com"]},
        {"addresses": ["a@example.com"], "reason": " "},
        {"addresses": ["a@example.com"] * 1001, "reason": "x"},
        {"addresses": ["a@example.com"], "reason": "x", "scope": "marketing"},
        {"addresses": ["a@example.com"], "reason": "x", "more": 1},
    ],
)
def test_what_cannot_be_done_is_explained(server: Server, body: dict[str, Any]) -> None:
    answer = server.client.post("/v1/recipients/suppress", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert server.client.get("/v1/audit").json()["items"] == []


def test_consent_and_opens_are_events(server: Server) -> None:
    server.client.post("/v1/events", content=dead("gone@example.com"))
    consent = event("gone@example.com", "2026-02-01T08:00:00Z", "consent")
    opened = event("gone@example.com", "2026-02-02T08:00:00Z", "open")
    assert server.client.post("/v1/events", content=ndjson(consent, opened)).json()["new"] == 2
    told = server.client.get("/v1/recipients/gone@example.com").json()
    assert (told["status"], told["last_engagement"]) == ("deliverable", "2026-02-02T08:00:00Z")


def test_decisions_are_listed_undone_and_redone(server: Server, command: Command) -> None:
    server.client.post("/v1/events", content="".join(dead(f"gone{number}@example.com") for number in range(5)))
    everything = server.client.get("/v1/decisions").json()
    assert everything["items"] == command.lines("decisions", "list")
    assert everything["next"] is None
    first = server.client.get("/v1/decisions", params={"limit": 2, "status": "suppressed"}).json()
    rest = server.client.get("/v1/decisions", params={"status": "suppressed", "after": first["next"]}).json()
    assert len(first["items"]) + len(rest["items"]) == 5

    meant = {"category": "unknown_recipient", "reason": "the provider was out of order"}
    would = server.client.post("/v1/decisions/undo", json={**meant, "dry_run": True}).json()
    assert (would["recipients"], would["operation"]) == (5, None)
    assert server.client.get("/v1/recipients/gone1@example.com").json()["status"] == "suppressed"
    undone = server.client.post("/v1/decisions/undo", json=meant).json()
    assert (undone["recipients"], undone["changed"], len(undone["items"])) == (5, 5, 5)
    assert server.client.get("/v1/recipients/gone1@example.com").json()["status"] == "deliverable"
    redone = {"operation": undone["operation"], "reason": "it was not"}
    assert server.client.post("/v1/decisions/redo", json=redone).json()["changed"] == 5
    assert server.client.get("/v1/recipients/gone1@example.com").json()["status"] == "suppressed"
    assert [e["action"] for e in server.client.get("/v1/audit").json()["items"]] == ["decisions.redo", "decisions.undo"]
    for body in ({"reason": "x"}, {"category": "x"}, {**meant, "operation": "1"}, {**meant, "since": "soon"}):
        assert server.client.post("/v1/decisions/undo", json=body).status_code == 400
    assert server.client.post("/v1/decisions/redo", json={"operation": "xyz", "reason": "x"}).status_code == 400


def test_what_responses_mean_and_why(server: Server, command: Command) -> None:
    text = '{"response": "550 5.1.1 User unknown", "mx": "mx.example.com"}\n\n452 4.2.2 Mailbox full\n'
    answer = server.client.post("/v1/classify", content=text)
    assert answer.content == command.run("classify", stdin=text).stdout
    explained = server.client.post("/v1/classify", content=text, params={"explain": True, "language": "de"})
    assert explained.content == command.run("classify", "--explain", "--language", "de", stdin=text).stdout
    assert server.client.post("/v1/classify", content="").content == b""
    bad = server.client.post("/v1/classify", content='fine\n{"smtp_code": "x"}\n')
    assert (bad.status_code, bad.json()["line"]) == (400, 2)
    assert server.client.post("/v1/classify", content="x\n" * 101, params={"explain": True}).status_code == 413
    assert server.client.post("/v1/classify", content="x\n", params={"language": "xx"}).status_code == 400
