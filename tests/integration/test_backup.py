"""Back-up beside a running server, and restore."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path

from processes import Command, Server, dead, event, ndjson


def test_a_copy_of_one_moment_while_the_server_writes(
    server: Server, command: Command, tmp_path: Path, serve: Callable[..., Server]
) -> None:
    server.client.post("/v1/events", content=dead("first@example.com"))
    cursor = server.client.get("/v1/changes").json()["cursor"]
    stop = threading.Event()
    sent: list[int] = []

    def write() -> None:
        while not stop.is_set():
            number = len(sent)
            body = [event(f"u{number}-{n}@example.com", 1767600000 + n, message_id=f"{number}-{n}") for n in range(50)]
            sent.append(server.client.post("/v1/events", content=ndjson(*body)).json()["new"])

    writing = threading.Thread(target=write)
    writing.start()
    copies = [tmp_path / f"copy{number}" for number in range(3)]
    for copy in copies:
        command.run("backup", str(copy))
    stop.set()
    writing.join()
    assert set(sent) <= {50}
    assert {stat.S_IMODE(path.stat().st_mode) for path in [*copies[0].iterdir()]} == {0o600}
    assert stat.S_IMODE(copies[0].stat().st_mode) == 0o700

    Command(tmp_path / "restored").run("restore", str(copies[1]))
    again = serve(data=tmp_path / "restored")
    assert again.token == server.token
    found = again.client.get("/v1/changes", params={"cursor": cursor, "limit": 10_000}).json()
    assert found["restarted"] is False
    assert len(found["items"]) % 50 == 0
    assert again.client.post("/v1/events", content=dead("first@example.com")).json()["duplicate"] == 2


def test_nothing_is_overwritten_and_what_is_wrong_is_said(command: Command, tmp_path: Path) -> None:
    missing = command.run("backup", str(tmp_path / "copy"), check=False)
    assert missing.returncode == 1
    assert b"there is no store" in missing.stderr
    command.run("ingest", "--format", "ndjson", "-", stdin=dead("gone@example.com"))
    command.run("backup", str(tmp_path / "copy"))
    assert b"exists already" in command.run("backup", str(tmp_path / "copy"), check=False).stderr
    assert b"not empty" in command.run("restore", str(tmp_path / "copy"), check=False).stderr
    other = Command(tmp_path / "other")
    assert b"no back-up" in other.run("restore", str(tmp_path), check=False).stderr
    database = tmp_path / "copy" / "prellbock.sqlite3"
    octets = bytearray(database.read_bytes())
    octets[8192 : 8192 + 4096] = b"\xff" * 4096
    database.write_bytes(octets)
    damaged = other.run("restore", str(tmp_path / "copy"), check=False)
    assert damaged.returncode == 1
    assert b"damaged" in damaged.stderr
    assert not (tmp_path / "other").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".unfinished")]
