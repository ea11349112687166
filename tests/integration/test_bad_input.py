"""Bad input and bad places through the real command: a sentence, exit 1, and everything good is done."""

import gzip
import os
import random
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from prellbock.store.errors import StoreError
from prellbock.store.sqlite import SqliteStore, connection

PRELLBOCK = [sys.executable, "-m", "prellbock"]
GOOD = b'{"time":"2026-01-05T08:00:00Z","recipient":"g@example.com","response":"550 5.1.1 no such user"}\n'


def run(*args: str | Path, stdin: bytes = b"", **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PRELLBOCK, *map(str, args)], input=stdin, capture_output=True, timeout=120, **more)  # type: ignore[call-overload,no-any-return]


def last(done: subprocess.CompletedProcess[bytes]) -> dict[str, int]:
    counts: dict[str, int] = orjson.loads(done.stdout.splitlines()[-1])
    return counts


def test_a_folder_of_junk_with_one_good_file(tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.mkdir()
    (junk / "random.bin").write_bytes(random.Random(1).randbytes(20_000))
    (junk / "empty").write_bytes(b"")
    (junk / "nul.csv").write_bytes(b"\0\0\0")
    (junk / "cut.ndjson.gz").write_bytes(gzip.compress(GOOD)[:40])
    (junk / "deep.ndjson").write_bytes(b"[" * 100_000)
    (junk / "long.ndjson").write_bytes(b'{"time":1,"recipient":"' + b"a" * 3_000_000 + b'"}')
    (junk / "semicolons.txt").write_bytes(b"a;b\n1;2\n")
    (junk / "good.ndjson").write_bytes(GOOD)
    (junk / "loop").symlink_to(junk)
    os.mkfifo(junk / "fifo")
    done = run("--data", tmp_path / "data", "ingest", junk, tmp_path / "missing")
    assert done.returncode == 1
    counts = last(done)
    assert (counts["new"], counts["bad"]) == (1, 9)
    for name in (
        "random.bin",
        "empty",
        "nul.csv",
        "cut.ndjson.gz",
        "deep.ndjson",
        "long.ndjson",
        "semicolons",
        "fifo",
        "missing",
    ):
        assert name in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_on_stdin(tmp_path: Path, seed: int) -> None:
    done = run("--data", tmp_path / "d", "ingest", "-", stdin=random.Random(seed).randbytes(5000 * (seed + 1)))
    assert done.returncode == 1
    assert b"<stdin>" in done.stderr or b"-: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_wrong_usage_is_exit_2(tmp_path: Path) -> None:
    assert run("--data", tmp_path, "ingest").returncode == 2
    done = run("--data", tmp_path, "ingest", "--format", "banana", "x")
    assert done.returncode == 2
    assert b"ndjson" in done.stderr


@pytest.mark.parametrize("command", ["ingest", "parse"])
def test_an_empty_path_is_wrong_usage(tmp_path: Path, command: str) -> None:
    (tmp_path / "good.ndjson").write_bytes(GOOD)
    done = run("--data", tmp_path / "d", command, "", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"empty path" in done.stderr
    assert not (tmp_path / "d").exists()


def test_no_store_yet_says_how_to_get_one(tmp_path: Path) -> None:
    done = run("--data", tmp_path / "none", "check", stdin=b"u@example.com\n")
    assert done.returncode == 1
    assert b"ingest" in done.stderr
    assert not (tmp_path / "none").exists()


def test_an_impossible_data_folder(tmp_path: Path) -> None:
    done = run("--data", "/proc/prellbock", "ingest", "-", stdin=GOOD)
    assert done.returncode == 1
    assert b"/proc/prellbock" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_full_disk_says_so_and_nothing_is_lost(tmp_path: Path) -> None:
    data, events = tmp_path / "data", tmp_path / "events.ndjson"
    lines = [
        GOOD.replace(b"g@", b"u%d@" % number).replace(b"no such user", b"no such user " + b"x" * 500)
        for number in range(20_000)
    ]
    events.write_bytes(b"".join(lines))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000))

    full = run("--data", data, "ingest", events, preexec_fn=limit)
    assert full.returncode == 1
    assert b"disk" in full.stderr
    assert b"free some space" in full.stderr
    again = run("--data", data, "ingest", events)
    assert again.returncode == 0
    counts = last(again)
    assert counts["new"] + counts["duplicate"] == 20_000
    with SqliteStore(data) as store:
        assert store.totals()["events_bounced"] == 20_000


def test_output_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PRELLBOCK, "--data", str(tmp_path / "d"), "ingest", "-"], input=GOOD, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"No space left" in done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m prellbock simulate --responses 20000 --seed 1 | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, timeout=60)
    assert done.stderr == b""


def test_a_store_in_use_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SqliteStore(tmp_path, create=True).close()
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / connection.DATABASE)
    other.execute("BEGIN IMMEDIATE")
    with SqliteStore(tmp_path) as store, pytest.raises(StoreError, match="in use by another process"):
        store.maintain(0.0)
    other.close()


def test_a_missing_secret_and_a_damaged_database_are_named(tmp_path: Path) -> None:
    SqliteStore(tmp_path, create=True).close()
    secret = (tmp_path / connection.SECRET).read_bytes()
    for name in (connection.SECRET, connection.DATABASE):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    (tmp_path / connection.SECRET).unlink()
    with pytest.raises(StoreError, match="restore it"):
        SqliteStore(tmp_path)
    (tmp_path / connection.SECRET).write_bytes(secret)
    (tmp_path / connection.DATABASE).write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="restore it"):
        SqliteStore(tmp_path)


def test_a_newer_store_is_not_touched(tmp_path: Path) -> None:
    SqliteStore(tmp_path, create=True).close()
    with sqlite3.connect(tmp_path / connection.DATABASE) as db:
        db.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreError, match="newer Prellbock"):
        SqliteStore(tmp_path)


def test_plain_or_hashed_is_chosen_once(tmp_path: Path) -> None:
    SqliteStore(tmp_path, create=True, addresses="hashed").close()
    with pytest.raises(StoreError, match="chosen once"):
        SqliteStore(tmp_path, addresses="plain")


def test_hashed_mode_stores_no_address(tmp_path: Path) -> None:
    done = run("--data", tmp_path / "d", "ingest", "--addresses", "hashed", "-", stdin=GOOD)
    assert done.returncode == 0
    stored = b"".join(path.read_bytes() for path in (tmp_path / "d").iterdir())
    assert b"g@example.com" not in stored
    texts = [
        "550 5.1.1 <john.doe.secret%40x.test>: no",
        '550 "john.doe.secret"@x.test unknown',
        "550 cannot open /home/john.doe.secret/Maildir",
        "550 Unknown user: JOHN.DOE.SECRET",
    ]
    events = [
        orjson.dumps({"time": 1_767_600_000 + n, "recipient": "john.doe.secret@x.test", "response": text}) + b"\n"
        for n, text in enumerate(texts)
    ]
    named = tmp_path / "john.doe.secret@x.test.ndjson"
    named.write_bytes(b"".join(events))
    assert run("--data", tmp_path / "d", "ingest", named).returncode == 0
    stored = b"".join(path.read_bytes() for path in (tmp_path / "d").iterdir())
    assert b"john.doe.secret" not in stored.lower()
    asked = run("--data", tmp_path / "d", "check", stdin=b"g@example.com\n")
    assert orjson.loads(asked.stdout)["status"] in ("paused", "watched")


def test_what_a_command_writes_is_read_from_its_first_octet(tmp_path: Path) -> None:
    line = f"{sys.executable} -m prellbock --data {tmp_path / 'd'} ingest <(printf '%s' '{GOOD.decode().strip()}')"
    done = subprocess.run(["bash", "-c", line], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert last(done)["new"] == 1


def test_two_that_make_the_store_at_the_same_time_share_it(tmp_path: Path) -> None:
    events = [GOOD.replace(b"g@", b"u%d@" % number) for number in range(2)]
    started = [
        subprocess.Popen(
            [*PRELLBOCK, "--data", str(tmp_path / "d"), "ingest", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in events
    ]
    for process, event in zip(started, events, strict=True):
        _, said = process.communicate(event, timeout=60)
        assert process.returncode == 0, said.decode()
    with SqliteStore(tmp_path / "d") as store:
        assert store.totals()["events_bounced"] == 2
    assert sorted(path.name for path in (tmp_path / "d").iterdir()) == ["prellbock.sqlite3", "secret"]


@pytest.mark.parametrize("command", ["ingest", "parse"])
def test_empty_input_is_named_wherever_it_comes_from(tmp_path: Path, command: str) -> None:
    for path in ("-", "a.eml", "a.ndjson", "a.csv", "a"):
        if path != "-":
            (tmp_path / path).write_bytes(b"")
        done = run("--data", tmp_path / "d", command, path, cwd=tmp_path)
        assert done.returncode == 1
        assert f"{'<stdin>' if (path, command) == ('-', 'ingest') else path}: is empty".encode() in done.stderr


def test_packed_input_on_stdin(tmp_path: Path) -> None:
    mail = (Path(__file__).parents[1] / "data" / "mails" / "real" / "lhost-postfix-13.eml").read_bytes()
    for count, (text, more) in enumerate([(GOOD, []), (GOOD, ["--format", "ndjson"]), (mail, [])]):
        done = run("--data", tmp_path / str(count), "ingest", *more, "-", stdin=gzip.compress(text))
        assert (done.returncode, last(done)["new"]) == (0, 2 if text == mail else 1), done.stderr.decode()


def test_every_line_that_is_checked_gets_an_answer(tmp_path: Path) -> None:
    assert run("--data", tmp_path, "ingest", "-", stdin=GOOD).returncode == 0
    done = run("--data", tmp_path, "check", stdin=b"g@example.com\nnobody\n\n\xff@x.example\nv@example.com")
    answers = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert [answer["address"] for answer in answers] == ["g@example.com", "nobody", "\ufffd@x.example", "v@example.com"]
    assert [(answer["may_mail"], answer["status"]) for answer in answers[1:3]] == [(False, None)] * 2
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stderr.decode().splitlines()] == ["<stdin>:2:", "<stdin>:4:"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
@pytest.mark.parametrize("command", ["ingest", "check", "parse", "serve"])
def test_a_data_folder_that_may_not_be_looked_into(tmp_path: Path, command: str) -> None:
    tmp_path.chmod(0)
    done = run("--data", tmp_path / "x", command, *(["-"] if command in ("ingest", "parse") else []), stdin=GOOD)
    tmp_path.chmod(0o700)
    assert done.returncode == 1
    assert f"no permission to use the data folder {tmp_path / 'x'}" in done.stderr.decode()


def test_a_truth_file_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    done = run("simulate", "--responses", "10", "--truth", tmp_path / "none" / "x")
    assert done.returncode == 1
    assert b"folder that exists" in done.stderr
