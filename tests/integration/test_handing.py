"""The command line beside a running server: input is handed over through the socket of the data folder."""

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import Command, Server, dead, event, ndjson
from test_server_writers import worker_of

from prellbock.handing.place import connect
from prellbock.handing.store import handed
from prellbock.history.policy import DEFAULT

BODY = dead("first@example.com") + "no event\n" + ndjson(event("alive@example.com", 1767600000, "delivered"))


def told(command: Command, *words: str, stdin: str = "") -> tuple[int, list[Any], str]:
    done = command.run(*words, stdin=stdin, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines:
        # What is random, and differs between two folders anyway.
        line.pop("hash", None)
        if line.get("operation"):
            line["operation"] = "some"
    return done.returncode, lines, done.stderr.decode()


STEPS: list[tuple[tuple[str, ...], str]] = [
    (("ingest", "--format", "ndjson", "-"), BODY),
    (("ingest", "--format", "ndjson", "-"), BODY),
    (("ingest", "--backfill", "--format", "ndjson", "-"), dead("old@example.com", "2025-01-05", "2025-01-09")),
    (("suppress", "u@example.com", "no address", "--reason", "asked", "--by", "ada"), ""),
    (("note", "u@example.com", "called us", "--by", "ada"), ""),
    (("release", "u@example.com", "--reason", "called", "--by", "ada"), ""),
    (("suppressions", "import", "-"), "x@example.com\ny@example.com\n"),
    (("decisions", "undo", "--rule", "dead-twice", "--reason", "wrong", "--by", "ada", "--dry-run"), ""),
    (("decisions", "undo", "--rule", "dead-twice", "--reason", "wrong", "--by", "ada"), ""),
    (("decisions", "redo", "--rule", "dead-twice", "--reason", "right", "--by", "ada"), ""),
    (("decisions", "undo", "--rule", "nothing", "--reason", "wrong"), ""),
    (("ingest", "--addresses", "hashed", "-"), BODY),
]


def test_output_and_exit_code_are_the_same_with_and_without_a_server(server: Server, tmp_path: Path) -> None:
    beside, alone = Command(server.data), Command(tmp_path / "alone")
    for words, stdin in STEPS:
        with_server, without = told(beside, *words, stdin=stdin), told(alone, *words, stdin=stdin)
        assert with_server[:2] == without[:2], words
        assert with_server[2].replace(str(server.data), "D") == without[2].replace(str(alone.data), "D"), words
    assert [line["address"] for line in beside.lines("suppressions")] == [
        line["address"] for line in alone.lines("suppressions")
    ]
    # It was the server that did it: nobody has written into the folder but its processes.
    assert "Traceback" not in server.said


def test_it_is_the_servers_worker_that_writes(server: Server) -> None:
    """Held still, it lets the command wait; going on, it lets it end."""
    number = worker_of(server)
    os.kill(number, signal.SIGSTOP)
    command = [sys.executable, "-m", "prellbock", "--data", str(server.data), "suppress", "u@example.com"]
    with subprocess.Popen([*command, "--reason", "x"], stdout=subprocess.PIPE) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(4)
        os.kill(number, signal.SIGCONT)
        shown, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert json.loads(shown)["status"] == "suppressed"


def test_the_socket_is_for_the_owner_alone_and_goes_with_the_server(server: Server) -> None:
    path = server.data / "serve.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert server.stop() == 0
    assert not path.exists()


def test_what_is_no_call_ends_the_connection_and_nothing_else(server: Server) -> None:
    for garbage in (b"", b"\0\0\0\1x", b"\xff\xff\xff\xff" + b"x" * 100, b"\0\0\0\5\x81", b"GET / HTTP/1.1\r\n\r\n"):
        there = connect(server.data)
        assert there is not None
        with there:
            there.sendall(garbage)
            there.shutdown(socket.SHUT_WR)
            assert len(there.recv(100)) < 100
    command = Command(server.data)
    assert command.lines("suppress", "u@example.com", "--reason", "x")[0]["status"] == "suppressed"
    assert "Traceback" not in server.said


def test_a_long_name_of_the_folder(serve: Callable[..., Server], tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    server = serve(data=folder / "data")
    assert (server.data / "serve.sock").is_socket()
    store = handed(server.data)
    assert store is not None
    with store:
        assert store.settle(time.time()) == 0


def test_a_socket_that_a_killed_server_left_behind(server: Server) -> None:
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    assert (server.data / "serve.sock").exists()
    assert Command(server.data).lines("suppress", "u@example.com", "--reason", "x")[0]["status"] == "suppressed"


@pytest.mark.parametrize("what", ["server", "worker"])
def test_a_call_whose_answer_was_lost_is_done_once(server: Server, what: str) -> None:
    store = handed(server.data)
    assert store is not None
    number = server.process.pid if what == "server" else worker_of(server)
    with store:
        now = time.time()
        said: dict[str, Any] = {"scope": "", "actor": "ada", "reason": "x", "policy": DEFAULT, "now": now}
        first = store.act(["u@example.com"], kind="note", once=b"a" * 32, **said)
        # The same call again, once the server that has done it is gone: what was answered then is answered now.
        os.kill(number, signal.SIGKILL)
        again = store.act(["u@example.com"], kind="note", once=b"a" * 32, **said)
        assert again == first
        store.act(["u@example.com"], kind="note", once=b"b" * 32, **said)
    with sqlite3.connect(server.data / "prellbock.sqlite3") as db:
        assert db.execute("SELECT count(*) FROM actions WHERE kind = 'note'").fetchone() == (2,)
        stored = b"".join(row[0] for row in db.execute("SELECT answer FROM answered"))
        assert b"example.com" not in stored
    db.close()


def pieces(count: int) -> Iterator[str]:
    for number in range(count):
        yield dead(f"d{number}@example.com") + ndjson(
            *(event(f"a{number}-{n}@example.com", 1767600000 + n, "delivered", id=f"{number}-{n}") for n in range(60))
        )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_ends_in_the_middle_loses_and_doubles_nothing(
    serve: Callable[..., Server], tmp_path: Path, number: int
) -> None:
    people = 1500
    server = serve()
    command = [sys.executable, "-m", "prellbock", "--data", str(server.data), "ingest", "--format", "ndjson", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        given = process.stdin

        def feed() -> None:
            for text in pieces(people):
                given.write(text.encode())
            given.close()

        feeding = threading.Thread(target=feed)
        feeding.start()
        end = time.monotonic() + 60
        while time.monotonic() < end and b" 1\n" not in metric(server):
            time.sleep(0.05)
        server.stop(number)
        feeding.join()
        assert process.stdout is not None
        shown, said = process.stdout.read(), process.stderr.read() if process.stderr else b""
        assert process.wait(120) == 0, said
    counts = json.loads(shown)
    assert (counts["read"], counts["new"], counts["duplicate"]) == (people * 62, people * 62, 0)
    again = serve()
    assert len(again.client.get("/v1/suppressions").text.splitlines()) == people
    assert f'prellbock_events_total{{outcome="delivered"}} {people * 60}.0' in again.client.get("/metrics").text


def metric(server: Server) -> bytes:
    """`` 1`` at the end of the line once the first batch is done."""
    text = server.client.get("/metrics").text
    (line,) = [line for line in text.splitlines() if line.startswith("prellbock_batches_total ")]
    return b" 1\n" if not line.endswith(" 0.0") else b""
