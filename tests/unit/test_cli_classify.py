import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

RULES = str(Path(__file__).parents[1] / "data" / "rules")
PROGRAM = [sys.executable, "-c", "from prellbock.cli import main; main()"]


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, list[dict[str, object]], str]:
    done = subprocess.run([*PROGRAM, *arguments], input=stdin, capture_output=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def classify(stdin: bytes, *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    return run("classify", "--rules", RULES, *arguments, stdin=stdin)


def test_all_fields_of_a_response() -> None:
    line = {"response": "550 <u@Example.com>: User unknown", "mx": "aspmx.l.google.com", "recipient": "U@example.com"}
    code, rows, _ = classify(json.dumps(line).encode())
    assert code == 0
    assert rows == [
        {
            "response": "550 <u@Example.com>: User unknown",
            "category": "unknown_recipient",
            "fault": "recipient",
            "permanent": True,
            "decided_by": "rule",
            "rule": "user-unknown",
            "confidence": 1.0,
            "template": "550 <{address}>: User unknown",
            "provider": "google",
        }
    ]
    assert next(iter(rows[0])) == "response"


def test_lines_keep_their_order_and_bad_ones_are_named() -> None:
    lines = [
        b"552 over quota",
        b"{broken",
        b"",
        b'{"response": 5}',
        b'  {"response": "user unknown", "time": "2024-01-01T00:00:00Z", "stage": null}',
        b'{"response": "x", "stage": "nowhere"}',
        b"\xff 550 user unknown \xe4",
        b'{"smtp_code": "556"}',
        b'{"recipient": "U@GMAIL.COM", "response": "\xc3\x9c \\ud800"}',
    ]
    code, rows, errors = classify(b"\n".join(lines))
    assert code == 1
    assert [row["category"] for row in rows] == [
        "mailbox_full",
        "unknown_recipient",
        "unknown_recipient",
        "domain_refuses_mail",
    ]
    for number in (2, 4, 6, 9):
        assert f"<stdin>:{number}: " in errors
    assert "<stdin>:1:" not in errors and "<stdin>:7:" not in errors


def test_blank_lines_are_skipped_and_counted() -> None:
    code, rows, messages = classify(b"\n550 5.1.1 User unknown\n  \r\n{}\n\n452 Mailbox full\n{nonsense\n")
    assert [row["category"] for row in rows] == ["unknown_recipient", "unclassified", "mailbox_full"]
    assert code == 1
    assert messages.splitlines()[-1] == "prellbock: 3 blank lines were skipped"
    assert classify(b"452 Mailbox full\n")[2] == ""


def test_fewer_fields_in_the_order_asked_for() -> None:
    _, rows, _ = classify(b"550 user unknown\n", "--fields", "rule,category")
    assert [list(row.items()) for row in rows] == [[("rule", "user-unknown"), ("category", "unknown_recipient")]]


def test_wrong_usage() -> None:
    code, _, errors = classify(b"", "--fields", "colour")
    assert code == 2
    assert "colour" in errors and "category" in errors


def test_the_words_of_another_system() -> None:
    _, rows, _ = classify(b"552 over quota\n", "--taxonomy", "powermta", "--fields", "category")
    assert rows == [{"category": "mailbox_full", "taxonomy": "quota-issues"}]


def test_an_explanation() -> None:
    _, rows, _ = classify(b"552 5.1.1 over quota\n", "--explain", "--fields", "rule")
    told = rows[0]["explanation"]
    assert isinstance(told, dict)
    assert (told["matched"], told["by_code"]) == ("over quota", "unknown_recipient")
    assert told["matches"][0]["rule"] == "over-quota" and told["matches"][0]["result"] == "wins"
    assert told["sentence"] == "The receiving server says that this mailbox is full."


def test_facts_beside_the_verdict_as_fields() -> None:
    line = {"response": "450 over quota, try again in 5 minutes, see https://example.org/q.", "mx": "mx00.gmx.net"}
    _, rows, _ = classify(
        json.dumps(line).encode(), "--language", "de", "--fields", "category,retry_after,page,did_you_mean,sentence"
    )
    assert rows == [
        {
            "category": "mailbox_full",
            "retry_after": 300,
            "page": "https://example.org/q",
            "did_you_mean": None,
            "sentence": "Der Server von GMX sagt, dass dieses Postfach voll ist. "
            "Gewünscht sind 300 Sekunden Wartezeit.",
        }
    ]


def test_many_lines_cut_anywhere() -> None:
    count = 30_000
    data = b"".join(b'{"response": "550 user unknown <u%d@example.com>"}\n' % n for n in range(count))
    code, rows, _ = classify(data, "--fields", "response,category")
    assert code == 0
    assert [row["response"] for row in rows] == [f"550 user unknown <u{n}@example.com>" for n in range(count)]


def test_a_typed_line_is_answered_before_the_next() -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "classify", "--rules", RULES, "--fields", "rule"], stdin=slave, stdout=subprocess.PIPE
    )
    os.write(master, b"550 user unknown\n")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline()) == {"rule": "user-unknown"}
    os.write(master, b"\x04")
    assert process.wait(30) == 0
    process.stdout.close()
    os.close(master)
    os.close(slave)


def test_broken_rules_are_shown(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[[rule]]\nname = 'a'\ncategory = 'x'\nmatch = ['(?=a)']\n")
    code, _, errors = run("classify", "--rules", str(tmp_path), stdin=b"x\n")
    assert code == 1
    assert "a.toml:3" in errors and "a.toml:4" in errors and "Traceback" not in errors


def test_lint_names_file_line_and_rule(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("\n[[rule]]\nname = 'a'\ncategory = 'policy'\nmatch = 'abcd'\nsource = 's'\n")
    done = subprocess.run([*PROGRAM, "rules", "lint", "--rules", str(tmp_path)], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout.decode().startswith(f"{tmp_path}/a.toml:2: a: exampleless: ")


def test_lint_knows_the_stored_history(tmp_path: Path) -> None:
    event = {"time": 1750000000, "recipient": "u@example.com", "response": "552 over quota", "id": "1"}
    data = str(tmp_path / "data")
    assert run("ingest", "--data", data, "-", stdin=json.dumps(event).encode())[0] == 0
    code, rows, errors = run("rules", "lint", "--all", "--json", "--rules", RULES, "--data", data)
    assert code == 0
    assert {"rule": "over-quota", "hits": 1} in rows
    assert {row["rule"] for row in rows if row.get("kind") == "never_fired"} >= {"user-unknown", "blocklist"}
    assert "notes" in errors


@pytest.mark.parametrize("command", [["test"], ["lint", "--json"]], ids=["test", "lint"])
def test_rules_that_fail_their_examples(command: list[str], tmp_path: Path) -> None:
    assert run("rules", "test", "--rules", RULES)[0] == 0
    (tmp_path / "a.toml").write_text(
        "[[rule]]\nname = 'a'\ncategory = 'policy'\nmatch = 'ab'\nexamples = ['c']\nsource = 's'\n"
    )
    code, rows, errors = run("rules", *command, "--rules", str(tmp_path))
    assert code == 1
    assert {row["rule"] for row in rows} == {"a"}
    assert "1 " in errors


def test_rules_are_listed_as_ndjson() -> None:
    code, rows, _ = run("rules", "list", "--rules", RULES)
    assert code == 0
    assert [row["name"] for row in rows][:2] == ["user-unknown", "google-does-not-exist"]
    assert rows[0]["file"] == "10-small.toml" and rows[0]["line"] == 3


def test_the_cost_of_every_rule() -> None:
    code, rows, _ = run("rules", "cost", "--rules", RULES)
    assert code == 0
    assert len(rows) == 7
    assert all(row["reports"] for row in rows if row["rule"] in {"over-quota", "user-unknown"})


def test_two_rule_sets_are_compared(tmp_path: Path) -> None:
    text = (Path(RULES) / "10-small.toml").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(
        text.replace('"mailbox_full"', '"policy"').replace('"greylisting"', '"grey"'), encoding="utf-8"
    )
    code, rows, _ = run("rules", "diff", RULES, str(tmp_path))
    assert code == 0
    told = {(row.get("change"), row.get("rule")) for row in rows}
    assert {("removed", "greylisting"), ("added", "grey"), ("changed", "over-quota")} <= told
    assert rows[-1]["changed"] == 2
    code, rows, _ = run("rules", "replay", str(tmp_path), "--rules", RULES, stdin=b"552 over quota\nnothing\n")
    assert code == 0
    assert rows[-1]["old"] == {"mailbox_full": 1, "unclassified": 1}
    assert rows[-1]["new"] == {"policy": 1, "unclassified": 1}


@pytest.mark.parametrize("code", ["99999999999999999999999", "99999", "-1", "199", "600", '"700"'])
def test_a_code_out_of_range_is_a_bad_line(code: str) -> None:
    for more in ("", ', "time": "2026-01-05T08:00:00Z"'):
        line = f'{{"response": "550 x", "smtp_code": {code}{more}}}'
        status, rows, messages = classify(line.encode())
        assert (status, rows) == (1, [])
        assert f"<stdin>:1: smtp_code: {code.strip(chr(34))} is not a reply code from 200 to 599" in messages


def test_lines_after_one_that_is_too_long_stay_lines() -> None:
    status, rows, messages = classify(b"x" * ((16 << 20) + 200_000) + b"\n550 a\n550 b\n")
    assert (status, [row["response"] for row in rows]) == (1, ["550 a", "550 b"])
    assert messages.count("longer than 16 MiB") == 1


def test_a_replay_of_nothing_says_so() -> None:
    status, rows, messages = run("rules", "replay", RULES, "--rules", RULES)
    assert (status, rows[0]["responses"]) == (1, 0)
    assert "<stdin>: holds no response" in messages
