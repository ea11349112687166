"""One address: what is known, why, and how to undo it."""

import os
import pty
import re
import sys

from processes import Command, dead, event, ndjson


def on_a_terminal(command: Command, *words: str) -> list[str]:
    """What the command shows to a person with 80 columns."""
    ours, theirs = pty.openpty()
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "prellbock", "--data", str(command.data), *words],
        dict(os.environ),
        file_actions=[(os.POSIX_SPAWN_DUP2, theirs, 1)],
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.waitpid(process, 0)
    os.close(ours)
    return re.sub(r"\x1b\[\d*m", "", shown.decode()).replace("\r\n", "\n").splitlines()


def test_the_story_names_rule_and_evidence(command: Command) -> None:
    command.run("ingest", "-", stdin=dead("gone@example.com") + ndjson(
        event("gone@example.com", "2026-01-09T08:00:00Z", "complaint", stream="newsletter"),
        event("gone@example.com", "2026-01-02T08:00:00Z", "delivered", message_id="0"),
    ))  # fmt: skip
    (found,) = command.lines("recipient", "Gone@Example.com")
    assert (found["address"], found["status"], found["since"]) == (
        "gone@example.com",
        "suppressed",
        "2026-01-08T08:00:00Z",
    )
    assert (found["category"], found["rule"], found["until"]) == ("unknown_recipient", "dead-twice", None)
    for part in ("Suppressed since 8 January 2026", "User unknown", "two messages on two days", "dead-twice",
                 "2 January 2026", "Complained on 9 January 2026", "consent"):  # fmt: skip
        assert part in found["explanation"], part
    assert [(mark["status"], mark["scope"]) for mark in found["marks"]] == [("complained", "marketing")]
    assert found["last_delivery"] == "2026-01-02T08:00:00Z"
    assert [(e["outcome"], e["counted"], e["category"]) for e in found["evidence"]] == [
        ("complaint", False, "complaint"),
        ("bounced", True, "unknown_recipient"),
        ("bounced", True, "unknown_recipient"),
    ]
    assert found["evidence"][1]["response"].endswith("User unknown")
    assert len({e["message"] for e in found["evidence"][1:]}) == 2
    statuses = [entry["status"] for entry in found["history"]]
    assert set(statuses) == {"suppressed", "complained"}
    assert all(entry["policy"] and entry["ruleset"] and entry["actor"] for entry in found["history"])


def test_as_it_was_then(command: Command) -> None:
    command.run("ingest", "-", stdin=dead("gone@example.com"))
    (then,) = command.lines("recipient", "gone@example.com", "--as-of", "2026-01-06T00:00:00Z")
    assert (then["status"], then["until"]) == ("paused", "2026-01-12T08:00:00Z")
    assert "Paused from 5 January 2026 until 12 January 2026" in then["explanation"]
    (before,) = command.lines("recipient", "gone@example.com", "--as-of", "2026-01-01")
    assert (before["status"], before["evidence"]) == ("deliverable", [])


def test_nobody_and_nonsense(command: Command) -> None:
    command.run("ingest", "-", stdin=dead("gone@example.com"))
    (nobody,) = command.lines("recipient", "new@example.com")
    assert (nobody["status"], nobody["evidence"], nobody["history"]) == ("deliverable", [], [])
    assert nobody["explanation"].startswith("Nothing is known")
    done = command.run("recipient", "nonsense", check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "no @" in done.stderr.decode()


def test_people_get_a_text_of_80_columns(command: Command) -> None:
    long = f"{'x' * 60}@{'sub.' * 20}example.com"
    command.run("ingest", "-", stdin=dead("gone@example.com") + dead(long))
    shown = on_a_terminal(command, "recipient", "gone@example.com")
    assert shown[0] == "gone@example.com  suppressed"
    assert any("User unknown" in line for line in shown)
    assert any("dead-twice, by ingest" in line for line in shown)
    for address in ("gone@example.com", long):
        assert max(len(line) for line in on_a_terminal(command, "recipient", address)) < 80
    assert on_a_terminal(command, "recipient", "gone@example.com", "--json")[0].startswith('{"address"')
