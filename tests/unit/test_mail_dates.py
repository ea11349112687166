"""When does a mail say that something happened, and what counts where it does not say?"""

import gzip
import io
import os
from pathlib import Path

import pytest

from prellbock.sources import mail_events
from prellbock.sources.files import in_file
from prellbock.sources.mail.dates import time_of

NOW = 1_800_000_000.0
REPORT = (Path(__file__).parents[1] / "data" / "mails" / "real" / "lhost-qmail-16.eml").read_bytes()
RECEIVED = b"Received: from a by b; Tue, 3 Mar 2026 10:00:00 +0000\n"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Mon, 5 Jan 2026 08:00:00 +0000", 1_767_600_000.0),
        ("Mon, 05 Jan 2026 09:00:00 +0100 (CET)", 1_767_600_000.0),
        ("Mon Jan  5 08:00:00 2026", 1_767_600_000.0),
        ("Wed, 31 Dec 2025 23:59:60 +0000", 1_767_225_600.0),
        ("Mon, 99 Jan 2026 08:00:00 +0000", None),
        ("Mon, 99 Jan 2026", None),
        ("Mon, 30 Feb 2026 08:00:00 +0000", None),
        ("Mon, 0 Jan 2026 08:00:00 +0000", None),
        ("Mon, 5 Jan 2026 24:00:00 +0000", None),
        ("Mon, 5 Jan 2026 08:60:00 +0000", None),
        ("Mon, 5 Jan 2026 08:00:61 +0000", None),
        ("99 Jan 26 08:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:01 +0000", None),
        ("Tue, 01 Jan 1980 00:00:00 +0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_only_a_day_that_exists_is_a_date(text: str, seconds: float | None) -> None:
    assert time_of(text) == seconds


def undated(*headers: bytes) -> bytes:
    """The report without its dates, and with other headers before it."""
    head, _, body = REPORT.partition(b"\n\n")
    lines = [
        line
        for line in head.split(b"\n")
        if not line.lower().startswith((b"date:", b"received:", b"from ", b" ", b"\t"))
    ]
    return b"".join(headers) + b"\n".join(lines) + b"\n\n" + body


def time_in(path: Path) -> float | None:
    (batch,) = mail_events.read([str(path)], NOW)
    return batch.events[0].time


@pytest.mark.parametrize("date", [b"", b"Date: Thu, 1 Jan 1970 00:00:00 +0000\n", b"Date: Mon, 99 Jan 2026\n"])
def test_a_mail_without_a_usable_date(tmp_path: Path, date: bytes) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(undated(date, RECEIVED))
    os.utime(path, (1.5e9, 1.5e9))
    assert time_in(path) == 1_772_532_000.0
    path.write_bytes(undated(date))
    os.utime(path, (1.5e9, 1.5e9))
    assert time_in(path) == 1.5e9
    os.utime(path, (NOW + 1e6, NOW + 1e6))
    assert time_in(path) == NOW
    path.write_bytes(b"From a@b.example Mon Sep 20 19:29:27 2021\n" + undated(date))
    assert time_in(path) == 1_632_166_167.0
    path.write_bytes(gzip.compress(undated(date)))
    os.utime(path, (1.5e9, 1.5e9))
    assert time_in(path) == 1.5e9


def test_what_comes_through_a_pipe_was_kept_nowhere() -> None:
    file = io.BufferedReader(io.BytesIO(undated()))
    (batch,) = mail_events.of(in_file(file, "-"), NOW)
    assert batch.events[0].time == NOW
