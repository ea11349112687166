"""The suppression list on the command line: listing, feed, forms, import."""

import csv
import io
import json
import time
from pathlib import Path

import pytest
from processes import Command, dead, event, ndjson
from pyarrow import parquet

from prellbock.withholding import FIELDS


@pytest.fixture
def filled(command: Command) -> Command:
    unsubscribe = event("=cmd@example.com", "2026-01-09T08:00:00Z", "unsubscribe", stream="newsletter")
    complaint = event("angry@example.com", "2026-01-09T08:00:00.250Z", "complaint", stream="tips")
    command.run("ingest", "-", stdin=dead("gone@example.com") + ndjson(unsubscribe, complaint))
    return command


def test_the_three_forms_say_the_same(filled: Command, tmp_path: Path) -> None:
    lines = filled.lines("suppressions")
    assert [tuple(line) for line in lines] == [FIELDS] * 3
    told = [(line["address"], line["status"], line["scope"], line["since"], line["until"]) for line in lines]
    assert sorted(told) == [
        ("=cmd@example.com", "unsubscribed", "marketing", "2026-01-09T08:00:00Z", None),
        ("angry@example.com", "complained", "tips", "2026-01-09T08:00:00.250Z", None),
        ("gone@example.com", "suppressed", "all", "2026-01-08T08:00:00Z", None),
    ]
    rows = list(csv.DictReader(io.StringIO(filled.run("suppressions", "--format", "csv").stdout.decode())))
    assert [row["seq"] for row in rows] == [str(line["seq"]) for line in lines]
    assert {row["address"] for row in rows} == {"gone@example.com", "angry@example.com", "'=cmd@example.com"}
    out = tmp_path / "list.parquet"
    filled.run("suppressions", "--format", "parquet", "--output", str(out))
    table = parquet.read_table(out).to_pylist()
    assert [row["address"] for row in table] == [line["address"] for line in lines]
    assert {row["since"].isoformat() for row in table} >= {"2026-01-09T08:00:00.250000+00:00"}
    piped = filled.run("suppressions", "--format", "parquet").stdout
    assert parquet.read_table(io.BytesIO(piped)).to_pylist() == table


def test_feed_and_past(filled: Command) -> None:
    cursor = max(line["seq"] for line in filled.lines("suppressions"))
    filled.run("ingest", "-", stdin=ndjson(event("gone@example.com", "2026-02-01T00:00:00Z", "consent")))
    (change,) = filled.lines("suppressions", "--since", str(cursor))
    assert (change["address"], change["status"]) == ("gone@example.com", "deliverable")
    assert filled.lines("suppressions", "--since", str(change["seq"])) == []
    (past,) = filled.lines("suppressions", "--as-of", "2026-01-06")
    assert (past["address"], past["status"], past["until"]) == ("gone@example.com", "paused", "2026-01-12T08:00:00Z")
    assert filled.run("suppressions", "--since", "1", "--as-of", "2026-01-06", check=False).returncode == 2
    for cursor_of_nobody in ("-1", "99999999999999999999"):
        done = filled.run("suppressions", "--since", cursor_of_nobody, check=False)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_our_own_list_comes_back_the_same_and_only_once(filled: Command, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"list.{form}"
    filled.run("suppressions", "--format", form, "--output", str(file))
    other = Command(tmp_path / "other")
    first, second = (other.lines("suppressions", "import", str(file))[-1] for _ in range(2))
    assert first == {
        "read": 3, "new": 3, "duplicate": 0, "bad": 0, "ignored": 0, "imported": 1, "set_aside": 0,
        "complaint": 1, "unsubscribe": 1,
    }  # fmt: skip
    assert (second["new"], second["duplicate"]) == (0, 3)
    same = ("address", "status", "scope", "since", "until")
    told = [{name: line[name] for name in same} for line in other.lines("suppressions")]
    original = [{name: line[name] for name in same} for line in filled.lines("suppressions")]
    assert sorted(told, key=str) == sorted(original, key=str)
    assert {line["source"] for line in other.lines("suppressions")} == {f"list.{form}", None}


def test_lists_of_other_systems(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "esp.csv"
    file.write_text(
        "E-Mail;Status;Stream;Created at\r\n"
        "One@Example.com;;;2026-01-05\r\n"
        "two@example.com;unsubscribed;newsletter;2026-01-05T08:00:00+01:00\r\n"
        "three@example.com;blocked;;\r\n"
        "nobody;;;\r\n"
        "four@example.com;watched;;\r\n"
        "@example.com;paused;;\r\n"
        "five@example.com;;;yesterday\r\n",
        encoding="utf-8-sig",
    )
    done = command.run("suppressions", "import", str(file), check=False)
    assert done.returncode == 1
    counts = json.loads(done.stdout)
    assert (counts["read"], counts["new"], counts["bad"], counts["ignored"]) == (7, 2, 3, 2)
    named = done.stderr.decode()
    assert [f"{file.name}:{number}:" in named for number in range(2, 9)] == [
        False,
        False,
        True,
        True,
        False,
        False,
        True,
    ]
    found = {line["address"]: line for line in command.lines("suppressions")}
    assert (found["one@example.com"]["status"], found["one@example.com"]["rule"]) == ("suppressed", "imported")
    assert (found["one@example.com"]["since"], found["one@example.com"]["source"]) == (
        "2026-01-05T00:00:00Z",
        "esp.csv",
    )
    assert (found["two@example.com"]["status"], found["two@example.com"]["scope"]) == ("unsubscribed", "marketing")


def test_one_address_a_line_from_stdin(command: Command) -> None:
    text = b"\xef\xbb\xbfa@example.com\r\n\r\nB@Example.com\n"
    first = command.lines("suppressions", "import", "-", stdin=text)[-1]
    assert (first["read"], first["imported"]) == (2, 2)
    assert command.lines("suppressions", "import", "-", stdin=text)[-1]["new"] == 0
    reordered = b"b@example.com\na@example.com\n"
    assert command.lines("suppressions", "import", "-", stdin=reordered)[-1]["new"] == 0
    assert not command.lines("check", stdin="a@example.com\n")[0]["may_mail"]


def test_what_cannot_be_read_or_written(filled: Command, tmp_path: Path) -> None:
    for words in (
        ("suppressions", "import", str(tmp_path / "nothing.csv")),
        ("suppressions", "--output", str(tmp_path / "no" / "folder.csv")),
    ):
        done = filled.run(*words, check=False)
        assert done.returncode == 1
        assert words[-1] in done.stderr.decode()
        assert b"Traceback" not in done.stderr
    assert Command(tmp_path / "none").run("suppressions", check=False).returncode == 1


def test_feedback_about_a_mail_that_is_no_spam_revokes_the_complaint(command: Command) -> None:
    complaint = event("u@example.com", "2026-01-09T08:00:00Z", "complaint", meta={"feedback_type": "abuse"})
    command.run("ingest", "-", stdin=ndjson(complaint))
    assert [line["status"] for line in command.lines("suppressions")] == ["complained"]
    revoked = event("u@example.com", "2026-01-10T08:00:00Z", "complaint", meta={"feedback_type": "not-spam"})
    leaves = event("v@example.com", "2026-01-10T08:00:00Z", "feedback", feedback_type="opt-out", stream="tips")
    infected = event("w@example.com", "2026-01-10T08:00:00Z", "complaint", feedback_type="virus")
    command.run("ingest", "-", stdin=ndjson(revoked, leaves, infected))
    told = [(line["address"], line["status"]) for line in command.lines("suppressions")]
    assert told == [("v@example.com", "unsubscribed")]


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_pause_does_not_become_a_suppression_by_export_and_import(
    command: Command, tmp_path: Path, form: str
) -> None:
    now = int(time.time())
    command.run("ingest", "-", stdin=dead("gone@example.com") + ndjson(event("once@example.com", now - 86_400)))
    assert sorted(line["status"] for line in command.lines("suppressions")) == ["paused", "suppressed"]
    exported = command.run("suppressions", "--format", form).stdout
    other = Command(tmp_path / "other")
    done = other.run("suppressions", "import", "-", stdin=exported)
    counts = json.loads(done.stdout)
    assert (counts["read"], counts["new"], counts["ignored"]) == (2, 1, 1)
    assert "1 pause was left out" in done.stderr.decode()
    assert [line["address"] for line in other.lines("suppressions")] == ["gone@example.com"]
    assert other.lines("check", stdin="once@example.com\n")[0]["may_mail"]


def test_an_entry_that_ends_is_a_pause_whatever_it_is_called(command: Command) -> None:
    text = "address,status,until\na@example.com,suppressed,2099-01-01\nb@example.com,,2099-01-01\nc@example.com,,\n"
    done = command.run("suppressions", "import", "-", stdin=text)
    assert json.loads(done.stdout)["ignored"] == 2
    assert "2 pauses were left out" in done.stderr.decode()
    assert [line["address"] for line in command.lines("suppressions")] == ["c@example.com"]


def test_the_list_of_another_system_keeps_source_and_reason_and_blames_nobody_wrongly(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "suppression_bounces.json"
    file.write_text(
        json.dumps([
            {"created": 1767600000, "email": "gone@example.com", "reason": "550 5.1.1 User unknown", "status": "5.1.1"},
            {"created": 1767600000, "email": "well@example.com", "status": "550",
             "reason": "550 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org"},
            {"created": 1767600000, "email": "odd@example.com", "reason": "zzz", "status": ""},
            {"created": 1767600000, "email": "nobody"},
        ])
    )  # fmt: skip
    done = command.run("suppressions", "import", str(file), check=False)
    assert done.returncode == 1
    assert f"{file.name}:1:" in done.stderr.decode()
    assert "1 address stands on the list for a fault of the sender" in done.stderr.decode()
    counts = json.loads(done.stdout)
    assert (counts["imported"], counts["set_aside"], counts["bad"]) == (2, 1, 1)
    listed = {line["address"]: line for line in command.lines("suppressions")}
    assert {address: line["category"] for address, line in listed.items()} == {
        "gone@example.com": "unknown_recipient",
        "odd@example.com": "suppressed",
    }
    assert listed["gone@example.com"]["source"] == "SendGrid bounces: suppression_bounces.json"
    then = {line["address"]: line for line in command.lines("suppressions", "--as-of", "2026-02-01")}
    assert then["gone@example.com"]["source"] == listed["gone@example.com"]["source"]
    (story,) = command.lines("recipient", "gone@example.com")
    assert story["evidence"][0]["response"] == "550 5.1.1 User unknown"
    again = json.loads(command.run("suppressions", "import", str(file), check=False).stdout)
    assert (again["new"], again["duplicate"]) == (0, 3)


def test_a_list_that_may_be_two_things_says_what_to_pass(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("status,reason,email,created\n550,550 5.1.1 User unknown,a@example.com,1767600000\n")
    done = command.run("suppressions", "import", str(file), check=False)
    assert done.returncode == 1
    assert b"--format sendgrid-bounces or --format sendgrid-blocks" in done.stderr
    counts = json.loads(command.run("suppressions", "import", str(file), "--format", "sendgrid-blocks").stdout)
    assert (counts["ignored"], counts["imported"]) == (1, 0)


def test_another_system_s_own_word_is_no_answer_of_a_server(command: Command, tmp_path: Path) -> None:
    subscriber = {"id": 1, "uuid": "x", "email": "blk@example.com", "name": "B", "attribs": {}, "status": "blocklisted",
                  "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "lists": []}  # fmt: skip
    (tmp_path / "lm.json").write_text(json.dumps({"data": {"results": [subscriber]}}))
    command.run("suppressions", "import", "--format", "listmonk-subscribers", str(tmp_path / "lm.json"))
    rows = "address,reason\na@example.com,Blocklisted by admin\nb@example.com,550 5.7.1 blocked by zen.spamhaus.org\n"
    (tmp_path / "list.csv").write_text(rows)
    command.run("suppressions", "import", str(tmp_path / "list.csv"))
    # The last one is a server's answer, and the fault of the sender suppresses nobody.
    assert [line["address"] for line in command.lines("suppressions")] == ["blk@example.com", "a@example.com"]


def test_the_linter_looks_at_the_history_wherever_its_folder_is_named(filled: Command) -> None:
    told = [filled.run(*words).stderr for words in (("rules", "lint"), ("rules", "lint", "--data", str(filled.data)))]
    assert told[0] == told[1] != b""
