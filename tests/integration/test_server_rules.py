"""Rules and policies over HTTP: from a template that nobody knows to a published rule, and back."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from processes import DEADLINE_SECONDS, Command, Server, dead, event, ndjson, sign_up

WORDS = "550 Frobnication of the wurzel prevented by the gremlins of unit 7"
RULE: dict[str, Any] = {
    "category": "mailbox_full",
    "match": ["frobnication of the wurzel prevented"],
    "examples": [WORDS],
    "source": "https://docs.example/wurzel",
}


def put(server: Server) -> None:
    body = ndjson(
        *(
            event(f"w{n}@example.com", f"2026-01-0{n}T08:00:00Z", response=WORDS, message_id=f"w{n}")
            for n in range(1, 6)
        ),
        event("u@example.com", "2026-01-05T08:00:00Z", message_id="u"),
    )
    assert server.client.post("/v1/events", content=body).json()["new"] == 6


def said(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def begun(server: Server, subject: str = "rules", **more: str) -> str:
    made = said(server.client.post("/v1/drafts", json={"subject": subject, "title": "a try", **more}), 201)
    found: str = made["id"]
    return found


def category_of(server: Server, text: str = WORDS) -> str:
    found: str = server.client.post("/v1/classify", content=text).json()["category"]
    return found


def test_from_an_unknown_template_to_a_rule_and_back(server: Server, command: Command) -> None:
    put(server)
    client = server.client
    (unknown,) = said(client.get("/v1/templates/work", params={"category": "unclassified"}))["items"]
    assert (unknown["count"], unknown["work"], len(unknown["trend"])) == (5, "qualify", 30)
    assert unknown["samples"][0].startswith(WORDS)
    proposal = said(client.get(f"/v1/templates/{unknown['key']}/proposal"))
    assert proposal["category"] is None
    assert "wurzel" in proposal["match"][0]
    assert "frobnication" in proposal["name"]

    tried = said(client.post("/v1/rules/try", json={"rule": {**RULE, "name": "wurzel"}}))
    assert tried["mistakes"] == []
    (hit,) = tried["hits"]
    (span,) = hit["spans"]
    assert hit["text"][span["begin"] : span["end"]] == "frobnication of the wurzel prevented"
    assert [example["passed"] for example in tried["examples"]] == [True]

    draft = begun(server)
    shown = client.put(f"/v1/drafts/{draft}/rules/wurzel", json=RULE)
    assert shown.headers["etag"] == '"2"'
    assert [(each["name"], each["change"]) for each in shown.json()["changes"]] == [("wurzel", "added")]
    assert said(client.get(f"/v1/drafts/{draft}/lint")) == []
    assert said(client.get(f"/v1/drafts/{draft}/test")) == []
    (flow,) = said(client.post(f"/v1/drafts/{draft}/replay"))["verdicts"]["flows"]
    assert (flow["old"], flow["new"], flow["count"]) == ("unclassified", "mailbox_full", 5)
    assert category_of(server) == "unclassified"

    published = said(client.post(f"/v1/drafts/{draft}/publish"))
    assert (published["number"], published["in_force"]) == (1, True)
    assert category_of(server) == "mailbox_full"
    assert client.get(f"/v1/drafts/{draft}").status_code == 404
    # What comes in from now on is judged by it, over HTTP and by the command line.
    late = ndjson(event("late@example.com", "2026-01-09T08:00:00Z", response=WORDS, message_id="late"))
    client.post("/v1/events", content=late)
    command.run("ingest", "-", stdin=late.replace("late", "later"))
    rules = said(client.get("/v1/rules", params={"origin": "added"}))
    assert [(rule["name"], rule["hits"] >= 2) for rule in rules["items"]] == [("wurzel", True)]

    assert [each["number"] for each in said(client.get("/v1/versions/rules"))] == [1, 0]
    compared = said(client.get("/v1/versions/rules/diff", params={"old": "shipped"}))
    assert [(each["name"], each["change"]) for each in compared["changes"]] == [("wurzel", "added")]
    assert client.get("/v1/versions/rules/export", params={"own": True}).text.startswith('[[rule]]\nname = "wurzel"')
    assert said(client.post("/v1/versions/rules/0/restore"))["restores"] == 0
    assert category_of(server) == "unclassified"
    assert {"draft.begin", "draft.rule", "rules.publish", "rules.restore"} <= {
        each["action"] for each in said(client.get("/v1/audit"))["items"]
    }


@pytest.mark.parametrize(
    ("rule", "field", "column"),
    [
        ({**RULE, "match": ["a(?=b)"]}, "match", 2),
        ({**RULE, "match": ["a(b"]}, "match", 2),
        ({**RULE, "category": "mailbox_fool"}, "category", None),
        ({**RULE, "provider": ["gogle"]}, "provider", None),
        ({**RULE, "nonsense": 1}, "nonsense", None),
        ({"category": "policy"}, "match", None),
    ],
)
def test_mistakes_are_told_with_field_and_column(
    server: Server, rule: dict[str, Any], field: str, column: int | None
) -> None:
    (told,) = said(server.client.post("/v1/rules/try", json={"rule": rule}))["mistakes"]
    assert (told["field"], told.get("column")) == (field, column)
    draft = begun(server)
    refused = server.client.put(f"/v1/drafts/{draft}/rules/wurzel", json=rule)
    assert said(refused, 422)["problems"][0]["field"] == field
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_set_that_fails_its_examples_is_not_published(server: Server) -> None:
    draft = begun(server)
    said(server.client.put(f"/v1/drafts/{draft}/rules/wurzel", json={**RULE, "examples": ["550 User unknown"]}))
    (failed,) = said(server.client.get(f"/v1/drafts/{draft}/test"))
    assert (failed["rule"], failed["category"]) == ("wurzel", "unknown_recipient")
    refused = said(server.client.post(f"/v1/drafts/{draft}/publish"), 422)
    assert "wurzel" in refused["detail"]
    assert refused["examples"][0]["rule"] == "wurzel"


def test_who_edits_what_has_changed_meanwhile_is_told(server: Server) -> None:
    draft = begun(server)
    path = f"/v1/drafts/{draft}/rules/wurzel"
    said(server.client.put(path, json=RULE, headers={"If-Match": '"1"'}))
    stale = said(server.client.put(path, json=RULE, headers={"If-Match": '"1"'}), 412)
    assert stale["revision"] == 2
    said(server.client.delete(path, headers={"If-Match": '"2"'}))
    assert said(server.client.get(f"/v1/drafts/{draft}"))["changes"] == []


def test_what_others_have_published_meanwhile(server: Server) -> None:
    mine, same, other = begun(server), begun(server), begun(server)
    for draft, name in ((mine, "wurzel"), (same, "wurzel"), (other, "gremlin")):
        rule = {**RULE, "match": [f"frobnication of the {name}"], "examples": [WORDS.replace("wurzel", name)]}
        said(server.client.put(f"/v1/drafts/{draft}/rules/{name}", json=rule))
    said(server.client.post(f"/v1/drafts/{mine}/publish"))
    # Another rule is no conflict; the same one is.
    said(server.client.post(f"/v1/drafts/{other}/publish"))
    assert {rule["name"] for rule in said(server.client.get("/v1/rules?origin=added"))["items"]} == {
        "wurzel",
        "gremlin",
    }
    refused = said(server.client.post(f"/v1/drafts/{same}/publish"), 409)
    assert refused["rules"] == ["wurzel"]
    said(server.client.post(f"/v1/drafts/{same}/renew"))
    refused = said(server.client.post(f"/v1/drafts/{same}/publish"), 422)
    assert refused["detail"] == "the draft changes nothing"


def test_two_pairs_of_eyes(server: Server) -> None:
    client = server.client
    said(client.put("/v1/review", json={"four_eyes": True}))
    draft = begun(server)
    said(client.put(f"/v1/drafts/{draft}/rules/wurzel", json=RULE))
    assert "second person" in said(client.post(f"/v1/drafts/{draft}/publish"), 422)["detail"]
    assert (
        "somebody else" in said(client.post(f"/v1/drafts/{draft}/review", json={"opinion": "approve"}), 422)["detail"]
    )
    said(client.post(f"/v1/drafts/{draft}/review", json={"opinion": "ask"}))
    link = client.post("/v1/users", json={"name": "pia", "role": "publisher"}).json()["link"]
    sign_up(server, link, "pia", "correct horse battery staple")
    with httpx.Client(base_url=server.address) as pia:
        session = pia.post("/v1/session", json={"name": "pia", "password": "correct horse battery staple"}).json()
        pia.headers["X-CSRF-Token"] = session["csrf"]
        approved = said(pia.post(f"/v1/drafts/{draft}/review", json={"opinion": "approve", "remark": "fine"}))
        assert (approved["state"], approved["reviewer"]) == ("approved", "pia")
        # A change after the approval wants another one.
        said(client.patch(f"/v1/drafts/{draft}", json={"title": "b"}))
        said(pia.post(f"/v1/drafts/{draft}/publish"), 422)
        said(pia.post(f"/v1/drafts/{draft}/review", json={"opinion": "approve"}))
        assert said(pia.post(f"/v1/drafts/{draft}/publish"))["reviewer"] == "pia"


def test_policies_in_the_same_manner(server: Server) -> None:
    client = server.client
    client.post("/v1/events", content=dead("u@example.com") + ndjson(event("v@example.com", "2026-01-05T08:00:00Z")))
    assert {each["name"] for each in said(client.get("/v1/policies")) if each["in_force"]} == {"default"}
    assert len(said(client.get("/v1/policies/worth"))["policies"]) == 10
    draft = begun(server, "policy", preset="csa-3")
    flows = said(client.post(f"/v1/drafts/{draft}/replay"))["statuses"]["flows"]
    assert {(flow["before"], flow["after"], flow["count"]) for flow in flows} == {("suppressed", "watched", 1)}
    broken = said(client.put(f"/v1/drafts/{draft}/policy", json={"content": 'name = "x"\n[[rule]]\nname = "r"\n'}))
    assert broken["problems"][0]["field"] == "category"
    assert broken["problems"][0]["line"] == 2
    said(client.post(f"/v1/drafts/{draft}/publish"), 422)
    text = client.get("/v1/versions/policy/export", params={"of": "csa-3"}).text
    said(client.put(f"/v1/drafts/{draft}/policy", json={"content": text}))
    assert said(client.post(f"/v1/drafts/{draft}/publish"))["number"] == 1
    assert said(client.get("/v1/recipients/u@example.com"))["status"] == "watched"
    assert "+name = " in said(client.get("/v1/versions/policy/diff?old=0&new=1"))["text"]
    said(client.post("/v1/versions/policy/0/restore"))
    assert said(client.get("/v1/recipients/u@example.com"))["status"] == "suppressed"


def test_work_on_templates_is_remembered(server: Server) -> None:
    put(server)
    first = said(server.client.get("/v1/templates/work?limit=1"))
    second = said(server.client.get("/v1/templates/work", params={"limit": 1, "cursor": first["next"]}))
    assert [first["items"][0]["category"], second["items"][0]["category"]] == ["unclassified", "unknown_recipient"]
    assert second["next"] is None
    key = first["items"][0]["key"]
    kept = said(server.client.put(f"/v1/templates/{key}/work", json={"work": "ignore", "note": "a test of ours"}))
    assert (kept["work"], kept["by"], kept["note"]) == ("ignore", "operator token", "a test of ours")
    assert [each["key"] for each in said(server.client.get("/v1/templates/work?work=ignore"))["items"]] == [key]
    assert len(said(server.client.get(f"/v1/templates/{key}"))["samples"]) == 1
    assert server.client.put("/v1/templates/00/work", json={"work": "keep"}).status_code == 404


def test_many_are_released_after_a_preview(server: Server) -> None:
    client = server.client
    for name in ("u@example.com", "v@example.com", "w@example.org"):
        client.post("/v1/events", content=dead(name))
    listed = said(client.get("/v1/recipients", params={"status": "suppressed", "prefix": "v@"}))["items"]
    assert [(each["address"], each["category"]) for each in listed] == [("v@example.com", "unknown_recipient")]
    meant = {"domain": "example.com", "reason": "an outage", "dry_run": True}
    for dry_run in (True, True, False):
        done = said(client.post("/v1/recipients/release-all", json={**meant, "dry_run": dry_run}))
        assert (done["matched"], done["released"], done["by_category"]) == (2, 2, {"unknown_recipient": 2})
    assert said(client.get("/v1/recipients/u@example.com"))["status"] == "deliverable"
    assert said(client.get("/v1/recipients/w@example.org"))["status"] == "suppressed"
    assert said(client.post("/v1/recipients/release-all", json={"reason": "all"}), 400)


def test_an_exact_count_tells_how_far_it_is_and_can_be_ended(server: Server) -> None:
    touched = 50_001  # one more than are judged before the first answer
    events = ndjson(*(event(f"p{n}@example.com", "2026-01-05T08:00:00Z", message_id=f"p{n}") for n in range(touched)))
    server.client.post("/v1/events", content=events).raise_for_status()
    draft = begun(server, "policy", preset="suppress-at-first")

    first = said(server.client.post(f"/v1/drafts/{draft}/replay"))
    assert (first["state"], first["judged"], first["statuses"]["touched"]) == ("running", 0, touched)
    ended = said(server.client.delete(f"/v1/replays/{first['id']}"))
    assert (ended["state"], ended["statuses"]["exact"]) == ("cancelled", False)
    assert said(server.client.get(f"/v1/replays/{first['id']}"))["state"] == "cancelled"
    wait(lambda: not replaying(server))

    second = said(server.client.post(f"/v1/drafts/{draft}/replay"))
    told = [0]

    def is_done() -> bool:
        found = said(server.client.get(f"/v1/replays/{second['id']}"))
        told.append(found["judged"])
        return bool(found["state"] != "running")

    wait(is_done)
    assert told == sorted(told)
    done = said(server.client.delete(f"/v1/replays/{second['id']}"))
    assert (done["state"], done["judged"], done["statuses"]["exact"]) == ("done", touched, True)
    assert sum(flow["count"] for flow in done["statuses"]["flows"]) == touched
    assert server.client.delete("/v1/replays/rnone").status_code == 404


def wait(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def replaying(server: Server) -> list[str]:
    """The command lines of processes that replay something of this server's folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"replay" in words and str(server.data).encode() in words:
            found.append(str(file))
    return found
