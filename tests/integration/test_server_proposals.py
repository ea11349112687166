"""Proposals over HTTP: evidence, acceptance into a draft, rejection that is remembered, and taking either back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from processes import Command, Server, dead, event, ndjson

WORDS = "553 5.7.1 Sensitive words detected"


def said(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def proposals(server: Server, **parameters: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = said(server.client.get("/v1/proposals", params=parameters))["items"]
    return found


@pytest.fixture
def proposed(server: Server) -> dict[str, Any]:
    """The first proposal for some replies that no rule knows."""
    lines = [
        event(f"u{n}@example.com", f"2026-01-0{n}T08:00:00Z", response=f"{WORDS} {word}", message_id=f"u{n}")
        for n, word in enumerate(["today", "here", "again"], 1)
    ]
    assert said(server.client.post("/v1/events", content=ndjson(*lines)))["new"] == 3
    return proposals(server)[0]


def audit(server: Server) -> dict[str, Any]:
    return dict(said(server.client.get("/v1/audit", params={"limit": 1}))["items"][0])


def test_a_proposal_says_what_it_rests_on(server: Server, proposed: dict[str, Any]) -> None:
    evidence = proposed["evidence"]
    assert (proposed["status"], proposed["by"], proposed["draft"]) == ("open", None, None)
    assert evidence["support"] == sum(evidence["before"].values()) == sum(evidence["after"].values())
    assert evidence["after"] == {proposed["rule"]["category"]: evidence["support"]}
    assert 0 < evidence["precision"] <= 1
    assert proposed["rule"]["examples"]
    assert said(server.client.get(f"/v1/proposals/{proposed['key']}")) == proposed
    assert proposals(server, category="no such category") == []
    assert all(each["recommended"] for each in proposals(server, recommended="true"))
    said(server.client.get("/v1/proposals/nonsense"), 404)


def test_accepted_twice_at_the_same_time_makes_one_draft(server: Server, proposed: dict[str, Any]) -> None:
    path = f"/v1/proposals/{proposed['key']}"

    def accept(_: int) -> int:
        return httpx.post(f"{server.address}{path}/accept", json={}, headers=server.key, timeout=60).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(accept, range(4))) == [200, 409, 409, 409]
    drafts = said(server.client.get("/v1/drafts", params={"subject": "rules"}))
    assert len([each for each in drafts if proposed["key"] in each["title"]]) == 1
    said(server.client.post(f"{path}/undo"))


def test_an_accepted_one_becomes_a_rule_of_a_draft_and_is_taken_back(server: Server, proposed: dict[str, Any]) -> None:
    client, path = server.client, f"/v1/proposals/{proposed['key']}"
    wrong = said(client.post(f"{path}/accept", json={"rule": {"category": "nonsense"}}), 422)
    assert wrong["problems"][0]["field"] == "category"
    assert proposals(server)[0] == proposed

    body = {"rule": {"name": "sensitive-words", "category": "reputation"}}
    keyed = {"Idempotency-Key": "once"}
    made = said(client.post(f"{path}/accept", json=body, headers=keyed))
    assert said(client.post(f"{path}/accept", json=body, headers=keyed)) == made
    assert made["draft"]["changes"][0]["new"]["category"] == "reputation"
    assert (made["proposal"]["status"], made["proposal"]["draft"]) == ("accepted", made["draft"]["id"])
    assert audit(server)["action"] == "proposal.accept"
    assert proposed["key"] not in {each["key"] for each in proposals(server)}
    (accepted,) = proposals(server, status="accepted")
    assert accepted["rule"]["name"] == "sensitive-words"
    said(client.post(f"{path}/accept", json={}), 409)

    back = said(client.post(f"{path}/undo"))
    assert back["status"] == "open"
    assert audit(server)["action"] == "proposal.undo"
    assert said(client.get(f"/v1/drafts/{made['draft']['id']}"))["changes"] == []
    assert proposals(server)[0] == proposed
    again = said(client.post(f"{path}/accept", json={"draft": made["draft"]["id"]}))
    assert again["draft"]["id"] == made["draft"]["id"]


def test_what_is_in_force_cannot_be_taken_back_here(server: Server, proposed: dict[str, Any]) -> None:
    client, path = server.client, f"/v1/proposals/{proposed['key']}"
    source = {"rule": {"source": "https://docs.example/words"}}
    draft = said(client.post(f"{path}/accept", json=source))["draft"]["id"]
    said(client.post(f"/v1/drafts/{draft}/publish"))
    assert "is in force" in said(client.post(f"{path}/undo"), 409)["detail"]
    (accepted,) = proposals(server, status="accepted")
    assert accepted["evidence"] is None


def test_a_rejected_one_does_not_come_back(server: Server, command: Command, proposed: dict[str, Any]) -> None:
    client, path = server.client, f"/v1/proposals/{proposed['key']}"
    said(client.post(f"{path}/reject", json={"reason": ""}), 400)
    assert (
        said(client.post(f"{path}/reject", json={"reason": "too wide, says ada@example.com"}))["status"] == "rejected"
    )
    assert audit(server)["action"] == "proposal.reject"
    families = set(proposed["evidence"]["families"])
    category = proposed["rule"]["category"]
    more = event("u9@example.com", "2026-01-09T08:00:00Z", response=f"{WORDS} here", message_id="u9")
    said(client.post("/v1/events", content=ndjson(more)))
    for each in proposals(server):
        assert each["rule"]["category"] != category or not set(each["evidence"]["families"]) <= families
    (rejected,) = proposals(server, status="rejected")
    assert (rejected["reason"], rejected["rule"]["match"]) == ("too wide, says {address}", proposed["rule"]["match"])
    said(client.post(f"{path}/undo"))
    said(client.post(f"{path}/undo"), 404)
    assert proposed["key"] in {each["key"] for each in proposals(server)}


def test_a_change_of_rules_names_every_rule_that_it_changes(server: Server) -> None:
    # A hundred days between two responses: a rule that decided neither, and that others can replace, may go.
    lines = [
        event(f"u{n}@example.com", f"2026-0{month}-01T08:00:00Z", response="552 5.2.2 Mailbox full", message_id=f"u{n}")
        for n, month in enumerate([1, 5])
    ]
    assert said(server.client.post("/v1/events", content=ndjson(*lines)))["new"] == 2
    found = proposals(server, kind="retire")
    proposed = found[0]
    assert {each["kind"] for each in found} == {"retire"}
    name = proposed["rule"]["name"]
    assert proposed["edits"] == [{"name": name, "rule": None}]
    evidence = proposed["evidence"]
    assert evidence["why"]
    assert evidence["labelled_right"] == evidence["labelled_right_before"] > 0
    path = f"/v1/proposals/{proposed['key']}"
    said(server.client.post(f"{path}/accept", json={"rule": {"category": "policy"}}), 422)
    made = said(server.client.post(f"{path}/accept", json={}))
    (change,) = made["draft"]["changes"]
    assert (change["name"], change["new"]) == (name, None)
    said(server.client.post(f"/v1/drafts/{made['draft']['id']}/publish"))
    assert name not in {each["rule"]["name"] for each in proposals(server, kind="retire")}
    assert "in force" in said(server.client.post(f"{path}/undo"), 409)["detail"]


def test_drift_is_told_with_its_share(server: Server) -> None:
    lines = [
        event(f"u{n}@example.com", f"2026-02-{1 + n % 28:02}T08:00:00Z", response=f"{WORDS} today", message_id=f"u{n}")
        for n in range(840)
    ]
    server.client.post("/v1/events", content=ndjson(*lines)).raise_for_status()
    found = said(server.client.get("/v1/drift", params={"until": "2026-03-01", "days": 7}))
    (new,) = [each for each in found["items"] if each["kind"] == "new_templates"]
    assert (found["until"], found["days"]) == ("2026-03-01T00:00:00Z", 7)
    assert (new["cases"], new["usual_cases"], new["share"], new["drifts"]) == (210, 420, 0.0, False)
    said(server.client.get("/v1/drift", params={"days": 0}), 400)


def test_what_to_label_first_and_from_when_somebody_is_dead(server: Server, proposed: dict[str, Any]) -> None:
    questions = said(server.client.get("/v1/learning/queue"))["items"]
    question = questions[0]
    assert said(server.client.get("/v1/learning/queue", params={"limit": 1}))["items"] == [question]
    assert sum(each["responses"] for each in questions) == 3
    assert [each["help"] for each in questions] == sorted((each["help"] for each in questions), reverse=True)
    assert said(server.client.get(f"/v1/templates/{question['template']}"))["count"] >= 1
    assert len(question["guesses"]) == 3 and 0 < question["doubt"] <= 1

    found = said(server.client.get("/v1/learning/thresholds", params={"target": 0.5}))
    assert (found["target"], found["counting"]) == (0.5, False)
    said(server.client.get("/v1/learning/thresholds", params={"target": 2}), 400)


def test_thresholds_and_the_model_are_told_as_by_the_commands(server: Server, command: Command) -> None:
    lines = [dead(f"u{n}@example.com") for n in range(40)]
    said(server.client.post("/v1/events", content="".join(lines)))
    found = said(server.client.get("/v1/learning/thresholds"))
    printed = command.lines("learn", "thresholds", "--all")
    assert [*found["states"], *found["items"]] == printed
    assert any(each["recipients"] == 40 for each in found["states"])
    assert said(server.client.get("/v1/learning/model")) == command.lines("learn", "show")[0]
