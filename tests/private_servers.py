"""Mail servers of Debian as private instances: each in a root of its own, on the machine's loopback device."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from processes import DEADLINE_SECONDS

ROOT = Path(__file__).resolve().parents[1] / ".servers"
_INSIDE = Path(__file__).parent / "servers" / "inside"


def free_port() -> int:
    """A port of the loopback device that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(name: str, folder: Path, port: int, **settings: object) -> Iterator[None]:
    """The server while it runs; its log is ``folder / "mainlog"``.

    A test whose server is not there is left out, which CI takes for a failure.
    """
    place = ROOT / name
    if not (place / "unpacked").is_file():
        pytest.skip(f"service {name} is missing: run scripts/unpack-mail-servers")
    as_root = [] if os.getuid() == 0 else ["sudo", "-n"]
    if as_root and shutil.which("sudo") is None:
        pytest.skip(f"service {name} needs root for a root of its own")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o777)
    # Ours, whoever writes into it.
    (folder / "mainlog").touch()
    (folder / "mainlog").chmod(0o666)
    words = [f"{key}={value}" for key, value in {"port": port, **settings}.items()]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [*as_root, "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", str(_INSIDE), name,
             str(place), str(folder), *words],
            stdout=said, stderr=said,
        )  # fmt: skip
    try:
        _await(process, port, folder)
        yield
    finally:
        # The first process of the namespace, and everything in it with it: below unshare, which may be below sudo.
        first = str(process.pid)
        for _ in range(2 if as_root else 1):
            first = next(iter(Path(f"/proc/{first}/task/{first}/children").read_text().split()), first)
        subprocess.run([*as_root, "kill", "-9", first], check=False)
        process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, (folder / "said").read_text()
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as there:
                there.settimeout(10)
                if there.recv(100):
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError((folder / "said").read_text())
