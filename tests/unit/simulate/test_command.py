import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from prellbock.cli import cli


def test_events_to_stdout_and_truth_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "truth.ndjson"
    outcome = CliRunner().invoke(
        cli, ["simulate", "--responses", "250", "--seed", "9", "--outage", "gmx@1d+6h41m", "--truth", str(file)]
    )
    assert outcome.exit_code == 0
    assert outcome.stderr == ""
    assert len(outcome.stdout.splitlines()) == 250
    assert set(orjson.loads(file.read_bytes().splitlines()[0])) == {"recipient", "state", "from", "until"}


@pytest.mark.parametrize(
    ("options", "helpful"),
    [
        (["--delivered", "2"], "0 to 1"),
        (["--outage", "gogle@3d+6h"], "t-online"),
        (["--outage", "google@3d+forever"], "6h41m"),
        (["--start", "yesterday"], "2026-01-05T00:00:00Z"),
        (["--days", "0"], "3650"),
        (["--recipients", "0"], "50 million"),
        (["--responses", "-1"], "negative"),
    ],
)
def test_a_bad_option_exits_2_and_says_what_is_valid(options: list[str], helpful: str) -> None:
    outcome = CliRunner().invoke(cli, ["simulate", "--responses", "10", *options])
    assert outcome.exit_code == 2
    assert helpful in outcome.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = [sys.executable, "-c", "from prellbock.cli import main; main()", "simulate", "--responses", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
