"""Drafts and versions by the command line, beside a running server."""

import json
from pathlib import Path

from processes import Command, Server, event, ndjson

WORDS = "550 Frobnication of the wurzel prevented by the gremlins"
RULES = f"""
[[rule]]
name = "wurzel"
category = "unknown_recipient"
match = ["frobnication of the wurzel"]
examples = ["{WORDS}"]
source = "a test"
"""


def test_from_a_file_to_a_version_and_back(server: Server, command: Command, tmp_path: Path) -> None:
    server.client.post("/v1/events", content=ndjson(
        event("u@example.com", "2026-01-05T08:00:00Z", response=WORDS, message_id="1"),
        event("u@example.com", "2026-01-08T08:00:00Z", response=WORDS, message_id="2"),
    ))  # fmt: skip
    file = tmp_path / "rules.toml"
    file.write_text(RULES)
    draft = command.run("draft", "begin", "rules", "--title", "a try").stdout.decode().strip()
    command.run("draft", "import", draft, str(file))
    assert [each["name"] for each in command.lines("draft", "show", draft)] == ["wurzel"]
    assert command.lines("draft", "test", draft) == []
    for words in ([], ["--exactly"]):
        (replayed,) = command.lines("draft", "replay", draft, *words)
        assert replayed["verdicts"]["moved"] == 2
        (flow,) = replayed["statuses"]["flows"]
        assert (flow["before"], flow["after"], flow["count"]) == ("deliverable", "suppressed", 1)
    assert server.client.get("/v1/recipients/u@example.com").json()["status"] == "deliverable"

    assert command.lines("draft", "publish", draft) == [{"subject": "rules", "number": 1}]
    # At once, in the server beside it.
    assert server.client.get("/v1/recipients/u@example.com").json()["status"] == "suppressed"
    assert server.client.post("/v1/classify", content=WORDS).json()["rule"] == "wurzel"
    assert [each["number"] for each in command.lines("versions", "list", "rules")] == [1, 0]
    exported = command.run("versions", "export", "rules", "--own").stdout.decode()
    file.write_text(exported)
    assert [rule["name"] for rule in command.lines("rules", "list", "--json", "--rules", str(tmp_path))] == ["wurzel"]
    assert [each["change"] for each in command.lines("versions", "diff", "rules", "0")] == ["added"]
    command.run("versions", "restore", "rules", "0")
    assert server.client.get("/v1/recipients/u@example.com").json()["status"] == "deliverable"


def test_what_cannot_be_published_is_told(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(RULES.replace(WORDS, "550 Mailbox full"))
    draft = command.run("draft", "begin", "rules", "--title", "a try").stdout.decode().strip()
    command.run("draft", "import", draft, str(file))
    done = command.run("draft", "publish", draft, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout.splitlines()[0])["rule"] == "wurzel"
    assert b"cannot be published" in done.stderr
    file.write_text("nonsense")
    assert b"rules.toml:1" in command.run("draft", "import", draft, str(file), check=False).stderr
    command.run("draft", "discard", draft)
    assert command.lines("draft", "list") == []
    draft = command.run("draft", "begin", "policy", "--title", "p", "--preset", "csa-3").stdout.decode().strip()
    assert command.run("draft", "approve", draft, check=False).returncode == 1
    assert command.lines("draft", "publish", draft)[0]["number"] == 1
    assert command.run("versions", "diff", "policy", "shipped").stdout.startswith(b"--- shipped")
