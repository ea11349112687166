"""Who writes: one server on a folder, its worker process, and the command line beside them."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from processes import Command, Server, dead, event, ndjson

MAILS = Path(__file__).parents[1] / "data" / "mails" / "mta"


def children_of(process: int) -> list[int]:
    """The numbers of the processes that a process has started (Linux: proc(5))."""
    threads = [*Path(f"/proc/{process}/task").glob("*/children")]
    if not threads:
        pytest.skip("needs /proc of Linux")
    return [int(number) for thread in threads for number in thread.read_text().split()]


def worker_of(server: Server) -> int:
    """The number of the worker process; the server has others, for doors and for destinations."""
    modules = {number: Path(f"/proc/{number}/cmdline").read_bytes() for number in children_of(server.process.pid)}
    (number,) = [number for number, words in modules.items() if b"prellbock.api.worker.child" in words]
    return number


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_second_server_on_the_same_folder_says_what_to_do(server: Server, command: Command) -> None:
    done = command.run("serve", "--port", "0", check=False)
    assert done.returncode == 1
    said = done.stderr.decode()
    assert f"by process {server.process.pid}" in said
    assert "--data" in said
    assert server.token not in said
    assert server.client.get("/health").status_code == 200


def test_after_a_kill_the_folder_can_be_served_at_once(server: Server, tmp_path: Path) -> None:
    server.client.post("/v1/events", content=dead("gone@example.com"))
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    again = Server(tmp_path / "data")
    assert again.client.post("/v1/events", content=dead("gone@example.com")).json()["duplicate"] == 2
    assert again.stop() == 0


def test_the_command_line_works_beside_the_server(server: Server, command: Command) -> None:
    server.client.post("/v1/events", content=dead("first@example.com"))
    command.run("ingest", "--format", "ndjson", "-", stdin=dead("second@example.com"))
    listed = server.client.get("/v1/suppressions").text
    assert [json.loads(line)["address"] for line in listed.splitlines()] == ["first@example.com", "second@example.com"]
    server.client.post("/v1/events", content=dead("third@example.com"))
    assert [entry["address"] for entry in command.lines("suppressions")][-1] == "third@example.com"
    assert server.client.post("/v1/events", content=dead("second@example.com")).json()["duplicate"] == 2


def test_a_worker_that_dies_is_started_again_and_loses_nothing(server: Server) -> None:
    assert server.client.post("/v1/events", content=dead("gone@example.com")).json()["new"] == 2
    dying = worker_of(server)

    def half() -> "list[bytes]":
        os.kill(dying, signal.SIGKILL)
        return [ndjson(event("more@example.com", 1767600000)).encode()]

    broken = httpx.post(f"{server.address}/v1/events", content=iter(half()), headers=server.key, timeout=60)
    # Either the new worker has taken it, or the answer says that it has to be sent again.
    assert broken.status_code in (200, 503)
    counts = server.client.post("/v1/events", content=ndjson(event("more@example.com", 1767600000))).json()
    assert counts["new"] + counts["duplicate"] == 1
    assert worker_of(server) != dying
    assert server.client.post("/v1/events", content=dead("gone@example.com")).json()["duplicate"] == 2
    assert server.stop() == 0


def test_a_reader_that_dies_is_started_again_and_loses_nothing(server: Server) -> None:
    assert server.client.post("/v1/events", content=dead("gone@example.com")).json()["new"] == 2
    worker = worker_of(server)
    dying = children_of(worker)

    def half() -> Iterator[bytes]:
        yield ndjson(event("more@example.com", 1767600000)).encode()
        for number in dying:
            os.kill(number, signal.SIGKILL)
        yield ndjson(event("most@example.com", 1767600000)).encode()

    broken = httpx.post(f"{server.address}/v1/events", content=half(), headers=server.key, timeout=60)
    # Either the new reader has taken it, or the answer says that it has to be sent again.
    assert broken.status_code in (200, 503)
    both = ndjson(event("more@example.com", 1767600000), event("most@example.com", 1767600000))
    counts = server.client.post("/v1/events", content=both).json()
    assert counts["new"] + counts["duplicate"] == 2
    assert worker_of(server) == worker
    assert children_of(worker) != dying
    assert server.client.post("/v1/events", content=dead("gone@example.com")).json()["duplicate"] == 2
    assert server.stop() == 0


def test_the_reader_ends_with_the_worker(server: Server) -> None:
    assert server.client.post("/v1/events", content=dead("gone@example.com")).json()["new"] == 2
    worker = worker_of(server)
    readers = children_of(worker)
    assert len(readers) == 1
    os.kill(worker, signal.SIGKILL)
    for _ in range(200):
        if not any(is_running(number) for number in readers):
            break
        time.sleep(0.05)
    else:
        pytest.fail("the reader runs on without its worker")


def test_mails_one_by_one_and_as_an_mbox(server: Server) -> None:
    one = (MAILS / "exim-unknown.eml").read_bytes()
    first = server.client.post("/v1/mails", content=one).json()
    assert (first["new"], first["bad"]) == (1, 0)
    assert server.client.post("/v1/mails", content=one).json()["new"] == 0
    other = (MAILS / "courier-unknown.eml").read_bytes()
    from_line = b"From MAILER-DAEMON Mon Jan  5 08:00:00 2026\n"
    mbox = from_line + one + b"\n" + from_line + b"no mail at all\n\n" + from_line + other
    counts = server.client.post("/v1/mails", content=mbox).json()
    assert counts["bad"] == 1
    assert counts["new"] >= 1
    assert [bad["line"] for bad in counts["bad_lines"]] == [2]
