"""``ingest --follow``: over rotation, and over being killed."""

import gzip
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Command

from prellbock.sources.logs.following import Followed

MESSAGES = 1200


def postfix(number: int) -> list[str]:
    """The lines of one message: two recipients, one of whom does not exist."""
    identity = f"4{number:09X}"
    minute = f"Nov  9 {10 + number // 3600 % 10}:{number // 60 % 60:02d}:{number % 60:02d} mx postfix"
    dead = f"dead{number % 40}@corp.example"
    return [
        f"{minute}/cleanup[1]: {identity}: message-id=<{number}@example.com>",
        f"{minute}/qmgr[2]: {identity}: from=<news@example.com>, size=1234, nrcpt=2 (queue active)",
        f"{minute}/smtp[3]: {identity}: to=<{dead}>, relay=mx.corp.example[192.0.2.1]:25, delay=1.2, dsn=5.1.1,"
        f" status=bounced (host mx.corp.example[192.0.2.1] said: 550 5.1.1 <{dead}>: User unknown (in reply to RCPT TO"
        " command))",
        f"{minute}/smtp[3]: {identity}: to=<u{number}@corp.example>, relay=mx.corp.example[192.0.2.1]:25, delay=1.2,"
        " dsn=2.0.0, status=sent (250 2.0.0 Ok)",
        f"{minute}/qmgr[2]: {identity}: removed",
    ]


def stored(data: Path) -> dict[str, object]:
    """Everything that follows from the events, without numbers that chance has made."""
    with sqlite3.connect(data / "prellbock.sqlite3") as db:
        return {
            "events": db.execute(
                "SELECT address, time, outcome, category, status, response FROM events JOIN recipients USING (number)"
                " ORDER BY 1, 2, 6"
            ).fetchall(),
            "rollups": db.execute(
                "SELECT outcome, category, sum(count) FROM rollups GROUP BY 1, 2 ORDER BY 1, 2"
            ).fetchall(),
            "states": db.execute(
                "SELECT address, status FROM states JOIN recipients USING (number) ORDER BY 1"
            ).fetchall(),
        }


def follower(command: Command, log: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "prellbock", "--data", str(command.data), "ingest", "--follow", "--format", "postfix",
         "--zone", "UTC", str(log)],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def reached(data: Path) -> str:
    try:
        with sqlite3.connect(f"file:{data / 'prellbock.sqlite3'}?mode=ro", uri=True) as db:
            row = db.execute("SELECT position FROM followed").fetchone()
            return str(row[0]) if row else ""
    except sqlite3.OperationalError:
        return ""


def wait(condition: object, seconds: float = 200.0) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.01)


def counted(data: Path) -> int:
    with sqlite3.connect(f"file:{data / 'prellbock.sqlite3'}?mode=ro", uri=True) as db:
        return int(db.execute("SELECT coalesce(sum(count), 0) FROM rollups").fetchone()[0])


def test_killed_twenty_times_it_ends_equal_to_one_that_was_left_alone(tmp_path: Path) -> None:
    log, every = tmp_path / "logs" / "mail.log", tmp_path / "every.log"
    log.parent.mkdir()
    command = Command(tmp_path / "data")
    text = [line for number in range(MESSAGES) for line in postfix(number)]
    last = postfix(MESSAGES)
    every.write_text("".join(line + "\n" for line in [*text, *last]))
    pieces = [text[at : at + len(text) // 20 + 1] for at in range(0, len(text), len(text) // 20 + 1)]
    assert len(pieces) == 20
    log.touch()
    for number, piece in enumerate(pieces):
        before = reached(command.data)
        process = follower(command, log)
        with log.open("a") as file:
            for index, line in enumerate(piece):
                # Some lines come in two halves.
                file.write(line[:30])
                if index % 7 == 0:
                    file.flush()
                file.write(line[30:] + "\n")
        if number % 3 != 2:
            wait(lambda before=before: reached(command.data) != before)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if number % 5 == 1:
            _rename(log)
        elif number % 5 == 3:
            _copy_and_cut(log)
    process = follower(command, log)
    wait(lambda: counted(command.data) == 2 * MESSAGES)
    with log.open("a") as file:
        file.write("".join(line + "\n" for line in last))
    wait(lambda: counted(command.data) == 2 * MESSAGES + 2)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    alone = Command(tmp_path / "alone")
    alone.run("ingest", "--format", "postfix", "--zone", "UTC", str(every))
    assert counted(command.data) == 2 * MESSAGES + 2
    assert stored(command.data) == stored(alone.data)
    again = command.lines("ingest", "--format", "postfix", "--zone", "UTC", str(every))[-1]
    assert again["new"] == 0


def _rename(log: Path) -> None:
    """As logrotate does with ``create`` and ``delaycompress``: the one before the last is packed."""
    for number in range(8, 0, -1):
        for old, new in ((f".{number}.gz", f".{number + 1}.gz"),):
            if (path := log.with_name(log.name + old)).exists():
                path.rename(log.with_name(log.name + new))
    if (last := log.with_name(log.name + ".1")).exists():
        log.with_name(log.name + ".2.gz").write_bytes(gzip.compress(last.read_bytes()))
        last.unlink()
    log.rename(last)
    log.touch()


def _copy_and_cut(log: Path) -> None:
    """As logrotate does with ``copytruncate``."""
    for number in range(8, 0, -1):
        if (path := log.with_name(f"{log.name}.{number}.gz")).exists():
            path.rename(log.with_name(f"{log.name}.{number + 1}.gz"))
    last = log.with_name(log.name + ".1")
    if last.exists():
        log.with_name(log.name + ".2.gz").write_bytes(gzip.compress(last.read_bytes()))
    last.write_bytes(log.read_bytes())
    os.truncate(log, 0)


def read(followed: Followed) -> list[bytes]:
    return [line for piece in followed.pieces() for line in piece.lines]


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Followed]:
    (tmp_path / "log").write_text("a\nb\n")
    found = Followed(tmp_path / "log", None)
    yield found
    found.close()


def test_only_whole_lines_are_read(followed: Followed) -> None:
    assert read(followed) == [b"a", b"b"]
    with followed.path.open("a") as file:
        file.write("c")
        file.flush()
        assert read(followed) == []
        file.write("d\n")
    assert read(followed) == [b"cd"]


def test_a_renamed_file_is_read_to_its_end(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prellbock.sources.logs.following.GRACE_SECONDS", 0.0)
    read(followed)
    with followed.path.open("a") as file:
        file.write("c\n")
        file.flush()
        followed.path.rename(followed.path.with_name("log.1"))
        followed.path.write_text("e\n")
        file.write("d\n")
    assert read(followed) == [b"c", b"d", b"e"]
    assert followed.lost == []


def test_what_was_copied_and_cut_is_read_from_the_copy(followed: Followed) -> None:
    read(followed)
    with followed.path.open("a") as file:
        file.write("c\n")
    _copy_and_cut(followed.path)
    with followed.path.open("a") as file:
        file.write("d\n")
    assert read(followed) == [b"c", b"d"]
    assert followed.lost == []


def test_a_loss_is_told(followed: Followed) -> None:
    read(followed)
    os.truncate(followed.path, 0)
    with followed.path.open("a") as file:
        file.write("new\n")
    assert read(followed) == [b"new"]
    assert "emptied" in followed.lost[0]
