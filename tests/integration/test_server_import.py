"""Files of rules and policies brought into drafts through the server."""

from typing import Any

import httpx
from processes import Server

KUMOMTA = "[rules]\nInvalidRecipient = ['^550 5\\.1\\.1 frobnicated quux', '(?<=x)y']\nOurs = ['zzyzx is shut']\n"


def begin(server: Server, subject: str = "rules") -> str:
    return str(server.client.post("/v1/drafts", json={"subject": subject, "title": "a try"}).json()["id"])


def bring(server: Server, draft: str, content: str, **more: Any) -> httpx.Response:
    headers = more.pop("headers", {})
    return server.client.post(f"/v1/drafts/{draft}/import", json={"content": content, **more}, headers=headers)


def test_what_was_exported_comes_back(server: Server) -> None:
    first = begin(server)
    assert bring(server, first, KUMOMTA, format="kumomta", categories={"Ours": "mailbox_full"}).status_code == 200
    exported = server.client.get("/v1/versions/rules/export", params={"of": first, "own": "true"}).text
    second = begin(server)
    answer = bring(server, second, exported)
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == f'"{answer.json()["draft"]["revision"]}"'
    before = server.client.get(f"/v1/drafts/{first}").json()["changes"]
    assert answer.json()["draft"]["changes"] == before
    assert answer.json()["taken"] == len(before) > 0
    only = bring(server, second, exported, everything=True).json()
    assert len([change for change in only["draft"]["changes"] if change["change"] == "removed"]) > 100


def test_foreign_patterns_that_cannot_be_rules_are_named(server: Server) -> None:
    draft = begin(server)
    answer = bring(server, draft, KUMOMTA, format="kumomta", categories={"Ours": "mailbox_full"}).json()
    assert [each["pattern"] for each in answer["refused"]] == ["(?<=x)y"]
    assert {change["new"]["category"] for change in answer["draft"]["changes"]} == {"unknown_recipient", "mailbox_full"}
    assert server.client.get("/v1/audit", params={"limit": 1}).json()["items"][0]["action"] == "draft.import"


def test_powermta(server: Server) -> None:
    content = "<bounce-category-patterns>\n  /frobnicated quux/ bad-mailbox\n</bounce-category-patterns>\n"
    answer = bring(server, begin(server), content, format="powermta")
    assert answer.status_code == 200, answer.text
    assert answer.json()["draft"]["changes"][0]["new"]["category"] == "unknown_recipient"


def test_a_policy(server: Server) -> None:
    policy = server.client.get("/v1/policies/three-in-14-days").json()["content"]
    draft = begin(server, "policy")
    assert bring(server, draft, policy).json()["draft"]["content"] == policy
    assert bring(server, draft, "name = 3").status_code == 422
    assert bring(server, draft, KUMOMTA, format="kumomta").status_code == 422


def test_what_cannot_be_used_changes_nothing(server: Server) -> None:
    draft = begin(server)
    for content, more in (
        ("[[", {}), ("[[", {"format": "kumomta"}), ("", {}), ("x = 1", {}), ("# nothing", {"everything": True}),
        ("# nothing", {"format": "powermta"}), (KUMOMTA, {"format": "kumomta", "categories": {"Ours": "no-such"}}),
        (KUMOMTA, {"format": "sendmail"}), (KUMOMTA, {"format": "kumomta", "headers": {"If-Match": '"99"'}}),
    ):  # fmt: skip
        answer = bring(server, draft, content, **more)
        assert answer.status_code in (400, 412, 422), (content, answer.text)
        assert answer.json()["detail"]
    shown = server.client.get(f"/v1/drafts/{draft}").json()
    assert (shown["revision"], shown["changes"]) == (1, [])
    assert bring(server, "none", KUMOMTA, format="kumomta").status_code == 404
