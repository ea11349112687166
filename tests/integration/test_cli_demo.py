"""The demo: the first thing that a newcomer sees."""

import json
import re
from pathlib import Path

from processes import Command, Server


def test_twice_is_once(command: Command) -> None:
    first = command.run("demo", "--responses", "5000").stdout.decode()
    assert "Why messages failed" in first
    assert "What to try next" in first
    assert max(len(line) for line in first.splitlines() if not line.startswith(("  echo", "  /"))) < 80
    listed = command.run("suppressions").stdout
    second = command.run("demo", "--responses", "5000").stdout.decode()
    assert "every one was known" in second
    assert second.splitlines()[2:] == first.splitlines()[1:]
    assert command.run("suppressions").stdout == listed
    address = json.loads(listed.splitlines()[0])["address"]
    assert command.lines("recipient", address)[0]["evidence"]


def test_data_of_others_is_left_alone(command: Command) -> None:
    command.run("suppressions", "import", "-", stdin="a@example.com\n")
    done = command.run("demo", check=False)
    assert done.returncode == 1
    assert "no demo's" in done.stderr.decode()


def test_it_can_go_on_as_a_server(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", "--responses", "2000", command=("demo", "--serve"))
    try:
        counted = re.findall(r"^prellbock_events_total\S+ (\S+)$", server.client.get("/metrics").text, re.MULTILINE)
        assert sum(map(float, counted)) == 2000
        assert "curl" in server.said
    finally:
        assert server.stop() == 0
