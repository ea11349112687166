"""What everything that runs on a schedule has: one process at a time, another attempt after a failure, being late."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from prellbock.schedule import next_run

RETRY_SECONDS = (60.0, 300.0, 900.0, 3600.0)
"""After a run that failed; the last one again and again, at the latest at the next time of the schedule."""
LATE_SECONDS = 3600.0
"""A run that is due for longer is late."""


class BusyError(Exception):
    """Another process runs it."""


class Scheduled(Protocol):
    """What is known of something that runs on a schedule."""

    @property
    def paused(self) -> bool: ...
    @property
    def missed(self) -> float | None: ...


def late_since(what: Scheduled, now: float) -> float | None:
    """Since when (Unix seconds) a run is due that has not succeeded; None where nothing is late."""
    if what.paused or what.missed is None or now - what.missed < LATE_SECONDS:
        return None
    return what.missed


def next_due(schedule: str | None, now: float) -> float | None:
    """When a run is due after now; None without a schedule: when it is asked for. Raises `SettingError`."""
    return None if schedule is None else next_run(schedule, now)


def due_after_failure(schedule: str | None, failing: int, now: float) -> float | None:
    """When a run that failed is made again; ``failing``: failures in a row before it. Raises `SettingError`."""
    due = next_due(schedule, now)
    return None if due is None else min(due, now + RETRY_SECONDS[min(failing, len(RETRY_SECONDS) - 1)])


def due_when_changed(before: Scheduled, schedule: str | None, paused: bool | None, now: float) -> float | None:
    """When a run is due after people have set something anew; ``paused`` None: it stays as it was.

    What was missed during a pause is made up for, once. Raises `SettingError`.
    """
    due = next_due(schedule, now)
    resumed = before.paused and paused is False
    return now if resumed and due is not None and before.missed is not None and before.missed <= now else due


@contextlib.contextmanager
def alone(folder: Path, what: str, name: str) -> Iterator[None]:
    """One process at a time runs it; whoever dies lets go. ``folder`` holds the locks. Raises `BusyError`."""
    folder.mkdir(mode=0o700, exist_ok=True)
    # Names are checked when things are set up; whatever comes here is one path segment.
    with (folder / f"{Path(name).name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"the {what} {name} runs already, in another process: wait until it has finished") from None
        yield
