"""Where mails are found, and `prellbock parse` as its users see it."""

import json
import mailbox
import os
import subprocess
import sys
from pathlib import Path

import pytest

from prellbock.sources.files import MAX_MAIL_BYTES, Bad, Mail, mails

SAMPLES = Path(__file__).parents[1] / "data" / "mails"
POSTFIX = SAMPLES / "real" / "lhost-postfix-13.eml"
NEWSLETTER = SAMPLES / "written" / "no-newsletter.eml"
FIELDS = [
    *("source", "kind", "recipient", "original_recipient", "action", "status", "smtp_code", "response"),
    *("reporting_mta", "remote_mta", "message_id", "sender", "time"),
    *("category", "fault", "permanent", "decided_by", "rule"),
]


def parse(*arguments: object, stdin: bytes = b"") -> tuple[int, list[dict[str, object]], str]:
    command = [str(Path(sys.executable).parent / "prellbock"), "parse", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def test_fields_of_the_contract() -> None:
    code, rows, messages = parse(POSTFIX)
    assert (code, messages) == (0, "")
    assert [row["recipient"] for row in rows] == ["kijitora@example.jp", "noraneko@example.jp"]
    for row in rows:
        assert list(row) == FIELDS
    first = rows[0]
    assert first["source"] == str(POSTFIX)
    assert first["kind"] == "bounce"
    assert first["action"] == "failed"
    assert first["reporting_mta"] == "2jo.example.jp"
    assert first["remote_mta"] == "mx.example.jp"
    assert first["sender"] == "root@2jo.example.jp"
    assert str(first["time"]).endswith("Z") and len(str(first["time"])) == 20
    assert first["category"] is not None and first["fault"] is not None
    assert first["permanent"] is True


def test_not_a_report_is_one_line_of_nulls() -> None:
    code, rows, messages = parse(NEWSLETTER)
    assert (code, messages, len(rows)) == (0, "", 1)
    assert rows[0]["kind"] == "not_a_report"
    assert {value for key, value in rows[0].items() if key not in {"source", "kind"}} == {None}


def test_more_fields() -> None:
    _, rows, _ = parse("--more", SAMPLES / "written" / "arf-opt-out.eml", SAMPLES / "real" / "lhost-qmail-16.eml")
    assert [(row["feedback_type"], row["stage"]) for row in rows] == [("opt-out", None), (None, "rcpt")]


def test_other_vocabularies() -> None:
    _, rows, _ = parse("--taxonomy", "sisimai", POSTFIX, NEWSLETTER)
    assert [row["taxonomy"] for row in rows][2] is None
    assert rows[1]["taxonomy"] == "mailboxfull"
    assert parse("--taxonomy", "nonsense", POSTFIX)[0] == 2
    assert parse()[0] == 2


def test_bad_input_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "random").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    (tmp_path / "good.eml").write_bytes(POSTFIX.read_bytes())
    code, rows, messages = parse(tmp_path, tmp_path / "missing", POSTFIX)
    assert code == 1
    assert len(rows) == 4
    for name, why in [
        ("empty", "is empty"),
        ("random", "not a mail"),
        ("table.csv", "not a mail"),
        ("missing", "no such"),
    ]:
        assert f"{tmp_path / name}: " in messages and why in messages


def test_stdin() -> None:
    _, rows, _ = parse("-", stdin=POSTFIX.read_bytes())
    assert [row["source"] for row in rows] == ["-", "-"]


def test_mbox(tmp_path: Path) -> None:
    path = tmp_path / "box.mbox"
    box = mailbox.mbox(path)
    for name in (POSTFIX, NEWSLETTER):
        box.add(name.read_bytes())
    box.close()
    found = list(mails([str(path)]))
    assert [mail.source for mail in found] == [f"{path}#1", f"{path}#2"]
    code, rows, _ = parse(path)
    assert code == 0
    assert [(row["source"], row["kind"]) for row in rows] == [
        (f"{path}#1", "bounce"),
        (f"{path}#1", "bounce"),
        (f"{path}#2", "not_a_report"),
    ]


def test_a_single_mail_with_a_from_line_is_a_mail(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(b"From MAILER-DAEMON  Mon Sep 20 19:29:27 2021\n" + POSTFIX.read_bytes())
    assert [found.source for found in mails([str(path)])] == [str(path)]
    mbox = tmp_path / "one.mbox"
    mbox.write_bytes(path.read_bytes())
    assert [found.source for found in mails([str(mbox)])] == [f"{mbox}#1"]


def test_maildir(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "1.mail").write_bytes(NEWSLETTER.read_bytes())
    (tmp_path / "dovecot-uidlist").write_text("3 V1")
    found = [Path(mail.source).relative_to(tmp_path) for mail in mails([str(tmp_path)])]
    assert found == [Path(".Sent/cur/1.mail"), Path(".Sent/new/1.mail"), Path("cur/1.mail"), Path("new/1.mail")]


def test_folders_and_loops(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "1.eml").write_bytes(NEWSLETTER.read_bytes())
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    found = list(mails([str(tmp_path)]))
    assert [type(one) for one in found] == [Mail, Bad, Bad]
    assert "no such" in found[1].why if isinstance(found[1], Bad) else False


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "secret.eml"
    path.write_bytes(NEWSLETTER.read_bytes())
    path.chmod(0)
    assert list(mails([str(path)])) == [Bad(str(path), "may not be read; check its permissions")]


def test_a_huge_mail_is_read_in_part(tmp_path: Path) -> None:
    path = tmp_path / "huge.eml"
    with path.open("wb") as file:
        file.write(POSTFIX.read_bytes())
        file.truncate(200 * 1024 * 1024)
    (found,) = mails([str(path)])
    assert isinstance(found, Mail)
    assert len(found.raw) < MAX_MAIL_BYTES + 2 * 1024 * 1024


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.eml"
    with open(name, "wb") as file:  # noqa: PTH123 - the name is bytes
        file.write(NEWSLETTER.read_bytes())
    code, rows, _ = parse(tmp_path)
    assert code == 0
    assert str(rows[0]["source"]).endswith("\ufffd.eml")


def test_the_text_model_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        '[[rule]]\nname = "none"\ncategory = "policy"\nmatch = ["zzzz"]\nexamples = ["550 zzzz"]\nsource = "a test"\n'
    )
    with_model, without = (
        {row["decided_by"] for row in parse("--rules", tmp_path, *options, SAMPLES / "real")[1]}
        for options in ([], ["--no-model"])
    )
    assert "model" in with_model
    assert "model" not in without
