"""A really started server, the real command line, and events to give them."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

DEADLINE_SECONDS = 60.0


class Command:
    """``prellbock`` as a process, on one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *words: str, stdin: str | bytes = b"", check: bool = True) -> "subprocess.CompletedProcess[bytes]":
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "prellbock", "--data", str(self.data), *words],
            input=given,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        assert not check or done.returncode == 0, done.stderr.decode()
        return done

    def lines(self, *words: str, stdin: str | bytes = b"") -> list[Any]:
        return [json.loads(line) for line in self.run(*words, stdin=stdin).stdout.splitlines()]


def on_a_terminal(command: Command, *words: str) -> list[str]:
    """What the command shows to a person with 80 columns."""
    ours, theirs = pty.openpty()
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "prellbock", "--data", str(command.data), *words],
        {**os.environ, "LC_ALL": "C.UTF-8"},
        file_actions=[(os.POSIX_SPAWN_DUP2, theirs, 1)],
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.waitpid(process, 0)
    os.close(ours)
    return re.sub(r"\x1b\[\d*m", "", shown.decode()).replace("\r\n", "\n").splitlines()


class Server:
    """``prellbock serve`` as a process on a free port."""

    def __init__(self, data: Path, *words: str, command: tuple[str, ...] = ("serve",)) -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "prellbock", *command, "--data", str(data), "--port", "0", *words],
                stderr=log,
                stdout=log,
            )
        self.address = self._address()
        self.client = httpx.Client(base_url=self.address, headers=self.key, timeout=DEADLINE_SECONDS)

    @property
    def token(self) -> str:
        return (self.data / "token").read_text().strip()

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def said(self) -> str:
        return self.log.read_text()

    def _address(self) -> str:
        """Where it listens, once its health says so."""
        end = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, self.said
            for address in re.findall(r'\bserving .* at (http://[^\s"]+)', self.said):
                try:
                    if httpx.get(f"{address}/health").status_code == 200:
                        return str(address)
                except httpx.TransportError:
                    pass
            time.sleep(0.02)
        raise AssertionError(f"no health within {DEADLINE_SECONDS} s:\n{self.said}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.client.close()
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        return self.process.wait(DEADLINE_SECONDS)


def sign_up(server: Server, link: str, name: str, password: str, status: int = 200) -> str:
    """Sends the form behind a one-time link; the page that comes back."""
    form = {"key": link.partition("=")[2], "name": name, "password": password}
    answer = httpx.post(f"{server.address}/setup", data=form, timeout=DEADLINE_SECONDS)
    assert answer.status_code == status, answer.text
    return answer.text


def event(recipient: str, time: float | str, outcome: str = "bounced", **more: object) -> dict[str, object]:
    """One event; a bounce says that the mailbox does not exist."""
    if outcome == "bounced":
        more = {"response": f"550 5.1.1 <{recipient}>: Recipient address rejected: User unknown", **more}
    return {"time": time, "recipient": recipient, "outcome": outcome, **more}


def ndjson(*events: dict[str, object]) -> str:
    return "".join(json.dumps(each) + "\n" for each in events)


def dead(recipient: str, first_day: str = "2026-01-05", second_day: str = "2026-01-08") -> str:
    """Two messages on two days that suppress a recipient."""
    return ndjson(
        event(recipient, f"{first_day}T08:00:00Z", message_id=f"1-{recipient}"),
        event(recipient, f"{second_day}T08:00:00Z", message_id=f"2-{recipient}"),
    )
