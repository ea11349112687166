"""The command line as a whole: help, completion, versions, the place of --data."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prellbock import __version__
from prellbock.cli import cli

PRELLBOCK = [sys.executable, "-m", "prellbock"]
COMMANDS = sorted(cli.list_commands(None))  # type: ignore[arg-type]


def run(*args: str, env: dict[str, str] | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PRELLBOCK, *args], input=stdin, capture_output=True, timeout=60, env={**os.environ, **(env or {})}
    )


def test_help_names_every_command_and_the_exit_codes() -> None:
    shown = run("--help").stdout.decode()
    for command in COMMANDS:
        assert f"  {command} " in shown
    assert "Exit codes: 0" in shown.replace("\n  ", " ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_within_80_columns(command: str) -> None:
    done = run(command, "--help", env={"COLUMNS": "80"})
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith("Usage: ")
    assert max(map(len, lines)) <= 80


def test_the_version() -> None:
    assert __version__ in run("--version").stdout.decode()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    assert b"_PRELLBOCK_COMPLETE" in run("completion", shell).stdout


def test_a_shell_completes_commands_and_options() -> None:
    asked = {"_PRELLBOCK_COMPLETE": "bash_complete", "COMP_WORDS": "prellbock sup", "COMP_CWORD": "1"}
    assert b"plain,suppressions" in run(env=asked).stdout
    asked = {"_PRELLBOCK_COMPLETE": "bash_complete", "COMP_WORDS": "prellbock ingest --form", "COMP_CWORD": "2"}
    assert b"plain,--format" in run(env=asked).stdout


def test_data_may_stand_before_or_after_the_command_or_in_the_environment(tmp_path: Path) -> None:
    event = b'{"time":1767600000,"recipient":"u@example.com","outcome":"delivered"}\n'
    for number, (args, env) in enumerate(
        [
            (["--data", str(tmp_path / "0"), "ingest", "-"], {}),
            (["ingest", "--data", str(tmp_path / "1"), "-"], {}),
            (["ingest", "-"], {"PRELLBOCK_DATA": str(tmp_path / "2")}),
        ]
    ):
        assert run(*args, env=env, stdin=event).returncode == 0
        assert (tmp_path / str(number) / "prellbock.sqlite3").exists()


def test_an_unknown_command_is_wrong_usage() -> None:
    done = run("bounce")
    assert done.returncode == 2
    assert b"No such command" in done.stderr


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["classify", "--help"]])
def test_help_that_cannot_be_written_is_a_sentence(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PRELLBOCK, *words], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"No space left" in done.stderr
