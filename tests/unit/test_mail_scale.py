"""Huge mails: every recipient is reported, memory has a bound, work grows with the size and not faster.

Nothing here is timed. Work is counted as calls of functions; one that takes more than linear time within a call meets
the limit of processor seconds of `test_mail_patterns.py`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from huge_mails import LISTED, REPEATED, mail

from prellbock.sources.files import Mail, mails
from prellbock.sources.mail import read_mail
from prellbock.sources.mail_events import read as read_batches

MIB = 1024 * 1024
MAX_MIB = 512


def peak(shape: str, size: int) -> tuple[int, int]:
    """Events of a mail read in a process of its own, and the peak of its memory in MiB."""
    command = [sys.executable, str(Path(__file__).with_name("huge_mails.py")), shape, str(size)]
    ran = subprocess.run(command, capture_output=True, check=True, encoding="ascii")
    events, mebibytes = ran.stdout.split()
    return int(events), int(mebibytes)


def calls(shape: str, small: int, large: int) -> tuple[int, int]:
    """How many functions the sources call for a small and a large mail, in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("huge_mails.py")), "calls", shape, str(small), str(large)]
    env = os.environ | {"PRELLBOCK_PURE": "1"}
    ran = subprocess.run(command, env=env, capture_output=True, check=True, encoding="ascii")
    few, many = ran.stdout.split()
    return int(few), int(many)


@pytest.mark.parametrize("shape", ["recipients", "nested"])
def test_work_grows_with_the_number(shape: str) -> None:
    small, large = calls(shape, 300, 1200)
    assert large < 4.5 * small


@pytest.mark.parametrize("shape", REPEATED)
def test_work_grows_with_the_size(shape: str) -> None:
    small, large = calls(shape, 100_000, 400_000)
    # A list that goes on behind the beginning of a notice (`notice.MAX_CHARS`) is read once more from there.
    assert large < 1.5 * 4.5 * small + 500


def test_five_thousand_recipients() -> None:
    events = read_mail(mail("recipients", 5000))
    assert len({event.recipient for event in events}) == 5000
    assert all(event.status == "5.1.1" and event.smtp_code == 550 for event in events)


@pytest.mark.parametrize("shape", [*LISTED, "complaints"])
def test_long_lists_lose_nobody(shape: str) -> None:
    lost: list[str] = []
    events = read_mail(mail(shape, 6000), lost=lost)
    assert [event.recipient for event in events] == [f"u{number}@example.org" for number in range(6000)]
    assert lost == []


@pytest.mark.parametrize("shape", [*LISTED, "complaints"])
def test_work_grows_with_the_list(shape: str) -> None:
    small, large = calls(shape, 5000, 20_000)
    assert large < 4.5 * small


def test_a_report_behind_many_parts() -> None:
    lost: list[str] = []
    assert len(read_mail(mail("status behind other parts", 3000), lost=lost)) == 1
    assert lost == []


def test_what_is_beyond_all_measure_is_named(tmp_path: Path) -> None:
    (tmp_path / "parts.eml").write_bytes(mail("status behind other parts", 21_000))
    (tmp_path / "lists.eml").write_bytes(mail("any other", 200_001))
    command = [str(Path(sys.executable).parent / "prellbock"), "parse", str(tmp_path / "parts.eml")]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 1
    assert "parts.eml: more than 20000 parts" in done.stderr
    (batch,) = read_batches([str(tmp_path / "lists.eml")], 1_780_000_000.0)
    assert len(batch.events) == 200_000
    assert [bad.what.partition(" has")[0] for bad in batch.bad] == ["the list of recipients"]


def test_five_megabytes_in_little_memory() -> None:
    assert peak("replies in a text", 5 * MIB)[1] < 100
    assert peak("field that goes on", 5 * MIB)[1] < 60


def test_a_mail_of_more_than_eight_mebibytes_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.eml"
    path.write_bytes(mail("recipients", 40_000))
    (found,) = mails([str(path)])
    assert isinstance(found, Mail)
    assert len(found.raw) == path.stat().st_size > 8 * MIB


def test_an_mbox_of_empty_lines_is_held_as_bytes(tmp_path: Path) -> None:
    path = tmp_path / "empty.mbox"
    path.write_bytes(b"From a Sat Feb  8 11:22:21 2025\nFrom: a@b.example\n\n" + b"\n" * MIB)
    (found,) = mails([str(path)])
    assert isinstance(found, Mail)
    assert len(found.raw) == MIB + 19


@pytest.mark.long
def test_a_hundred_thousand_recipients() -> None:
    events, mebibytes = peak("recipients", 100_000)
    assert events == 100_000
    assert mebibytes < MAX_MIB


@pytest.mark.long
@pytest.mark.parametrize("shape", [*LISTED, "complaints"])
def test_a_hundred_thousand_rows(shape: str) -> None:
    events, mebibytes = peak(shape, 100_000)
    assert events == 100_000
    assert mebibytes < MAX_MIB


@pytest.mark.long
def test_ten_thousand_levels() -> None:
    assert peak("nested", 10_000)[1] < MAX_MIB


@pytest.mark.long
@pytest.mark.parametrize("shape", REPEATED)
def test_fifty_megabytes(shape: str) -> None:
    assert peak(shape, 50_000_000)[1] < MAX_MIB
