"""May these be mailed? Over HTTP as on the command line."""

import time

from processes import Command, Server, dead, event, ndjson

DAY = 86400


def test_json_in_json_out(server: Server) -> None:
    server.client.post("/v1/events", content=dead("gone@example.com"))
    asked = ["New@Example.com", "gone@example.com", "nonsense", "gone@example.com"]
    answers = server.client.post("/v1/check", json={"addresses": asked, "stream": "newsletter"}).json()["answers"]
    assert [answer["address"] for answer in answers] == [
        "new@example.com",
        "gone@example.com",
        "nonsense",
        "gone@example.com",
    ]
    assert [answer["may_mail"] for answer in answers] == [True, False, False, False]
    assert [answer["status"] for answer in answers] == ["deliverable", "suppressed", None, "suppressed"]
    assert answers[2]["reason"].startswith("not an address: ")
    requested = {"addresses": ["gone@example.com"], "intent": "requested"}
    assert server.client.post("/v1/check", json=requested).json()["answers"][0]["may_mail"] is True
    assert server.client.post("/v1/check", json=requested).json()["answers"][0]["may_mail"] is False


def test_lines_in_lines_out_as_the_command_line_says_it(server: Server, command: Command) -> None:
    server.client.post("/v1/events", content=dead("gone@example.com"))
    text = "new@example.com\n\ngone@example.com\n"
    answer = server.client.post("/v1/check?stream=newsletter", content=text)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.content == command.run("check", "--stream", "newsletter", stdin=text).stdout
    before = server.client.post("/v1/check?as_of=2026-01-06", content=text)
    assert before.content == command.run("check", "--as-of", "2026-01-06", stdin=text).stdout
    assert '"paused"' in before.text


def test_one_of_two_campaigns_gets_the_probe(server: Server, command: Command) -> None:
    server.client.post("/v1/events", content=ndjson(event("once@example.com", time.time() - 10 * DAY)))

    def ask(campaign: str) -> tuple[bool, str]:
        body = {"addresses": ["once@example.com"], "campaign": campaign}
        answer = server.client.post("/v1/check", json=body).json()["answers"][0]
        return answer["may_mail"], answer["reason"]

    assert ask("first")[0] is True
    assert ask("second") == (False, "a probe is under way; its outcome decides")
    assert ask("first")[0] is True
    (from_outside,) = command.lines("check", "--campaign", "third", stdin="once@example.com\n")
    assert from_outside["may_mail"] is False
    assert command.lines("check", "--campaign", "first", stdin="once@example.com\n")[0]["may_mail"] is True


def test_what_cannot_be_answered_is_explained(server: Server) -> None:
    def problem(status: int, **request: object) -> str:
        answer = server.client.post("/v1/check", **request)  # type: ignore[arg-type]
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        detail: str = answer.json()["detail"]
        return detail

    as_json = {"Content-Type": "application/json"}
    assert '{"addresses"' in problem(400, content=b"{", headers=as_json)
    assert "addresses" in problem(400, json={})
    assert "adresses" in problem(400, json={"adresses": [], "addresses": []})
    assert "intent" in problem(400, json={"addresses": [], "intent": "please"})
    assert "as_of" in problem(400, json={"addresses": [], "as_of": "yesterday"})
    assert "UTF-8" in problem(400, content=b"\xff@example.com")
    assert "100,000" in problem(413, content="a@example.com\n" * 100_001)
    assert problem(400, content="a@example.com", params={"intent": "please"})


def test_a_hundred_thousand_addresses_at_once(server: Server) -> None:
    answer = server.client.post("/v1/check", content="".join(f"u{number}@example.com\n" for number in range(100_000)))
    assert answer.text.count("\n") == 100_000
