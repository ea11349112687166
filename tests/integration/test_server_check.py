"""May these be mailed? Over HTTP as on the command line."""

import base64
import hashlib
import time

import msgspec
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


def test_by_hash_the_answer_is_the_same(server: Server) -> None:
    told = server.client.get("/v1/key").json()

    def hashed(address: str) -> bytes:
        return hashlib.blake2b(address.encode(), digest_size=told["octets"], key=bytes.fromhex(told["secret"])).digest()

    server.client.post("/v1/events", content=dead("gone@example.com"))
    names = [
        hashed("gone@example.com").hex(),
        base64.b64encode(hashed("gone@example.com")).decode(),
        base64.urlsafe_b64encode(hashed("gone@example.com")).decode().rstrip("="),
        f"{hashed('gone@example.com').hex()}@Example.COM",
        hashed("new@example.com").hex(),
        "gone@example.com",
        "00",
    ]
    answers = server.client.post("/v1/check", json={"hashes": names, "key": told["key"]}).json()["answers"]
    assert [answer["address"] for answer in answers] == names
    assert [answer["status"] for answer in answers] == [*["suppressed"] * 4, "deliverable", None, None]
    assert "base64" in answers[-1]["reason"]
    lines = server.client.post("/v1/check", params={"key": told["key"]}, content="\n".join(names))
    assert [msgspec.json.decode(line) for line in lines.text.splitlines()] == answers

    for body, status in (
        ({"hashes": names}, 400),
        ({"hashes": names, "key": "0" * 16}, 409),
        ({"hashes": names, "addresses": ["a@example.com"], "key": told["key"]}, 400),
    ):
        answer = server.client.post("/v1/check", json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_domain_in_trouble_counts_for_everybody_there(server: Server) -> None:
    days = [f"2026-01-{day:02}T08:00:00Z" for day in range(1, 32, 3)]
    lost = {"response": "451 4.4.1 Connection timed out", "outcome": "bounced", "smtp_code": 451}
    events = [event(f"u{n}@silent.example", day, **lost, message_id=f"m{n}") for n, day in enumerate(days)]  # type: ignore[arg-type]
    server.client.post("/v1/events", content=ndjson(*events))
    asked = {"addresses": ["nobody@silent.example", "u1@silent.example"], "as_of": "2026-02-02"}
    then = server.client.post("/v1/check", json=asked).json()["answers"]
    assert [answer["status"] for answer in then] == ["paused", "paused"]
    # The pause is over: one probe for the whole domain, whoever of it is asked about.
    now = server.client.post("/v1/check", json={"addresses": asked["addresses"], "campaign": "c"}).json()["answers"]
    assert [answer["may_mail"] for answer in now].count(True) <= 1
