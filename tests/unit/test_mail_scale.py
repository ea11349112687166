"""Huge mails: every recipient is reported, memory has a bound, work grows with the size and not faster.

Nothing here is timed. Work is counted as calls of functions; one that takes more than linear time within a call meets
the limit of processor seconds of `test_mail_patterns.py`.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from huge_mails import REPEATED, mail

from prellbock.sources.files import Mail, mails
from prellbock.sources.mail import read_mail

MIB = 1024 * 1024
MAX_MIB = 512


def peak(shape: str, size: int) -> tuple[int, int]:
    """Events of a mail read in a process of its own, and the peak of its memory in MiB."""
    command = [sys.executable, str(Path(__file__).with_name("huge_mails.py")), shape, str(size)]
    ran = subprocess.run(command, capture_output=True, check=True, encoding="ascii")
    events, mebibytes = ran.stdout.split()
    return int(events), int(mebibytes)


def calls(work: Callable[[], object]) -> int:
    """How many functions, Python's own included, are called."""
    count = 0

    def on_event(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", ["recipients", "nested"])
def test_work_grows_with_the_number(shape: str) -> None:
    small, large = mail(shape, 300), mail(shape, 1200)
    read_mail(small)
    assert calls(lambda: read_mail(large)) < 4.5 * calls(lambda: read_mail(small))


@pytest.mark.parametrize("shape", REPEATED)
def test_work_grows_with_the_size(shape: str) -> None:
    small, large = mail(shape, 100_000), mail(shape, 400_000)
    read_mail(small)
    assert calls(lambda: read_mail(large)) < 4.5 * calls(lambda: read_mail(small)) + 500


def test_five_thousand_recipients() -> None:
    events = read_mail(mail("recipients", 5000))
    assert len({event.recipient for event in events}) == 5000
    assert all(event.status == "5.1.1" and event.smtp_code == 550 for event in events)


def test_five_megabytes_in_little_memory() -> None:
    assert peak("replies in a text", 5 * MIB)[1] < 60
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
def test_ten_thousand_levels() -> None:
    assert peak("nested", 10_000)[1] < MAX_MIB


@pytest.mark.long
@pytest.mark.parametrize("shape", REPEATED)
def test_fifty_megabytes(shape: str) -> None:
    assert peak(shape, 50_000_000)[1] < MAX_MIB
