"""Starting and stopping: what goes wrong is said in a sentence, with exit code 1."""

import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from processes import Command, Server

from prellbock import __version__


def test_health_says_what_runs(server: Server) -> None:
    answer = httpx.get(f"{server.address}/health")
    assert answer.json() == {"status": "ok", "version": __version__}
    ready = httpx.get(f"{server.address}/ready")
    assert ready.json() == {"status": "ok", "version": __version__, "store": "reachable", "worker": "running"}


def test_a_load_balancer_may_ask_for_the_head_alone(server: Server) -> None:
    for path in ("/health", "/ready"):
        answer = httpx.head(f"{server.address}{path}")
        assert (answer.status_code, answer.content) == (200, b"")
        whole = httpx.get(f"{server.address}{path}")
        for name in ("content-length", "content-type"):
            assert answer.headers[name] == whole.headers[name]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(server: Server, number: int) -> None:
    assert server.stop(number) == 0
    assert "stopped" in server.said
    assert "Traceback" not in server.said


def test_port_in_use(server: Server, tmp_path: Path) -> None:
    port = server.address.rpartition(":")[2]
    done = Command(tmp_path / "other").run("serve", "--port", port, check=False)
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is in use" in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    # A token that nobody was shown must not be there.
    assert not (tmp_path / "other" / "token").exists()


def test_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "prellbock.sqlite3").write_bytes(b"no database at all" * 100)
    (damaged / "secret").write_bytes(bytes(32))
    for data, what in (
        (tmp_path / "missing" / "data", "is missing"),
        (tmp_path / "file", "file"),
        (Path("/proc/data"), "/proc"),
        (damaged, "damaged"),
    ):
        done = Command(data).run("serve", "--port", "0", check=False)
        assert done.returncode in (1, 2)
        assert what in done.stderr.decode()
        assert b"Traceback" not in done.stderr


def test_a_new_folder_is_announced_and_other_machines_are_warned_of(serve: Callable[..., Server]) -> None:
    server = serve()
    assert "a new, empty store was made" in server.said
    assert "warning" not in server.said
    server.stop()
    server = serve("--host", "0.0.0.0")
    assert "TLS" in server.said
    assert "a new, empty store" not in server.said


def test_an_address_of_another_machine(command: Command) -> None:
    done = command.run("serve", "--host", "192.0.2.1", check=False)
    assert done.returncode == 1
    assert "192.0.2.1" in done.stderr.decode()
