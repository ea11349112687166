"""What people decide on the command line: suppress, release, note, and the ledger with undo and redo."""

import json
from pathlib import Path

from processes import Command, dead, event, ndjson


def test_suppress_release_and_note_with_who_and_why(command: Command) -> None:
    done = command.run("suppress", "Well@Example.com", "nobody", "--reason", "asked on the phone", check=False)
    assert done.returncode == 1
    assert "argument 2" in done.stderr.decode()
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (line["address"], line["before"], line["status"]) == ("well@example.com", "deliverable", "suppressed")
    (answer,) = command.lines("check", "--stream", "order", stdin="well@example.com\n")
    assert not answer["may_mail"]
    assert answer["reason"].endswith("rule by-hand")
    command.run("note", "well@example.com", "wrote a letter", "--by", "ann")
    command.run("release", "well@example.com", "--reason", "wants mail again", "--by", "bob")
    assert command.lines("check", stdin="well@example.com\n")[0]["may_mail"]
    decisions = command.lines("decisions", "list")
    assert [(d["action"], d["reason"], d["status"]) for d in decisions] == [
        ("suppress", "asked on the phone", "suppressed"),
        ("release", "wants mail again", "deliverable"),
    ]
    assert decisions[0]["by"]
    assert [d["by"] for d in command.lines("decisions", "list", "--by", "bob")] == ["bob"]


def test_many_from_a_file_and_from_stdin(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("a@example.com\n\nbad\nb@example.com\na@example.com\n")
    done = command.run("suppress", "--from", str(file), "--reason", "list of the shop", check=False)
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 2)
    assert f"{file}:3" in done.stderr.decode()
    assert len(command.lines("release", "-", "--reason", "wrong list", stdin="a@example.com\nb@example.com\n")) == 2
    assert len(command.lines("note", "-", "both fine", stdin="a@example.com\nb@example.com\n")) == 2
    assert command.lines("suppressions") == []


def test_without_a_reason_or_an_address_nothing_is_done(command: Command) -> None:
    for words in (
        ("suppress", "a@example.com"),
        ("suppress", "a@example.com", "--reason", " "),
        ("release", "--reason", "x"),
        ("note", "a@example.com"),
        ("decisions", "undo", "--reason", "x"),
        ("decisions", "redo", "nonsense", "--reason", "x"),
    ):
        assert command.run(*words, check=False).returncode == 2, words


def test_a_provider_s_bad_hour_is_undone_and_redone(command: Command) -> None:
    bad_hour = ndjson(
        event("one@gmail.com", "2026-01-08T08:00:00Z", message_id="1"),
        event("two@gmail.com", "2026-01-08T08:30:00Z", message_id="2"),
        event("three@example.com", "2026-01-08T08:30:00Z", message_id="3"),
    )
    command.run("ingest", "-", stdin=bad_hour + dead("gone@example.com"))
    window = ("--since", "2026-01-08T07:30:00Z", "--until", "2026-01-08T09:00:00Z", "--provider", "google")
    tried = command.lines("decisions", "undo", *window, "--reason", "outage", "--dry-run")
    assert (tried[-1]["decisions"], tried[-1]["operation"], tried[-1]["dry_run"]) == (2, None, True)
    *lines, counts = command.lines("decisions", "undo", *window, "--reason", "outage", "--by", "ann")
    assert sorted(line["address"] for line in lines) == ["one@gmail.com", "two@gmail.com"]
    assert {(line["undone"], line["status"]) for line in lines} == {(1, "deliverable")}
    assert command.lines("decisions", "undo", *window, "--reason", "outage")[-1]["operation"] is None
    undone = command.lines("decisions", "list", "--provider", "google", "--category", "unknown_recipient")
    assert {decision["undone"] for decision in undone} == {counts["operation"]}
    command.run("ingest", "-", stdin=bad_hour.replace("\n", " \n"))
    assert command.lines("check", "--as-of", "2026-01-08T10:00:00Z", stdin="one@gmail.com\n")[0]["status"] == "paused"
    assert command.lines("check", stdin="one@gmail.com\n")[0]["status"] == "deliverable"
    again = command.lines("decisions", "redo", counts["operation"], "--reason", "they are really gone")
    assert (again[-1]["decisions"], {line.get("status") for line in again[:-1]}) == (2, {"watched"})


def test_in_hashed_mode_reasons_hold_no_address(command: Command) -> None:
    command.run("ingest", "-", "--addresses", "hashed", stdin=dead("gone@example.com"))
    command.run("release", "gone@example.com", "--reason", "gone@example.com called us")
    *_, last = command.lines("decisions", "list")
    assert (last["address"], last["reason"]) == (None, "{address} called us")
    assert command.lines("decisions", "undo", "--since", "2026-01-01", "--reason", "x")[-1]["decisions"] == 1
