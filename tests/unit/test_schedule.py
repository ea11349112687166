"""When an export runs, also on the days on which the clock is changed."""

from datetime import UTC, datetime

import pytest

from prellbock.kinds import SettingError
from prellbock.schedule import next_run


def after(schedule: str, text: str) -> str:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return datetime.fromtimestamp(next_run(schedule, moment.timestamp()), UTC).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        ("daily 03:00 Europe/Berlin", "2026-01-13T08:00", "2026-01-14T02:00"),
        ("daily 03:00 Europe/Berlin", "2026-07-13T08:00", "2026-07-14T01:00"),
        ("daily 03:00", "2026-01-13T03:00", "2026-01-14T03:00"),
        ("weekly mon 06:30", "2026-01-13T08:00", "2026-01-19T06:30"),
        ("weekly sun 00:05 UTC", "2026-01-13T08:00", "2026-01-18T00:05"),
        ("hourly", "2026-01-13T08:00", "2026-01-13T09:00"),
        ("*/15 * * * *", "2026-01-13T08:01", "2026-01-13T08:15"),
        ("0 3 1 * * Europe/Berlin", "2026-01-13T08:00", "2026-02-01T02:00"),
        # 02:30 does not exist on 2026-03-29 in Berlin, and comes twice on 2026-10-25.
        ("daily 02:30 Europe/Berlin", "2026-03-28T12:00", "2026-03-29T01:00"),
        ("daily 02:30 Europe/Berlin", "2026-03-29T01:00", "2026-03-30T00:30"),
        ("daily 02:30 Europe/Berlin", "2026-10-24T12:00", "2026-10-25T00:30"),
        ("daily 02:30 Europe/Berlin", "2026-10-25T00:30", "2026-10-26T01:30"),
    ],
)
def test_next(schedule: str, now: str, expected: str) -> None:
    assert after(schedule, now) == expected


@pytest.mark.parametrize(
    "schedule",
    ["", "sometimes", "daily 25:00", "daily 3:00", "weekly xyz 03:00", "61 * * * *", "* * * *", "0 0 31 2 *",
     "daily 03:00 Mars/Olympus", "daily 03:00 ../../etc/passwd", "* " * 200],
)  # fmt: skip
def test_what_is_no_schedule_is_told(schedule: str) -> None:
    with pytest.raises(SettingError, match=r"^schedule: "):
        next_run(schedule, 1.8e9)
