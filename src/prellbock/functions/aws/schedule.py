"""``schedule``: what is due by the clock and not by an event. ``{"task": "..."}`` says what."""

from collections.abc import Callable
from typing import Any

from prellbock.functions.aws.reporting import log, say
from prellbock.functions.aws.wiring import Wired, wired

Event = dict[str, Any]


class TaskError(Exception):
    """The schedule names a task that there is not."""


def handler(event: Event, context: object) -> Event:
    """The function."""
    return handle(event, context, wired())


def handle(event: Event, context: object, here: Wired) -> Event:
    """Does one task. What fails is raised, so that the schedule tries again and an alarm counts it."""
    name = str(event.get("task", ""))
    if name not in TASKS:
        raise TaskError(f"there is no task {name!r}: name one of {', '.join(TASKS)}")
    try:
        done = TASKS[name](here)
    except Exception as error:
        log("schedule", task=name, problem=repr(error))
        raise
    say("schedule", task=name, **done)
    return done


def settle(here: Wired) -> Event:
    """Decisions that waited for the outage shield, and items of commits whose writer was killed."""
    with here.store.together():
        return {"announced": here.store.settle(here.clock())}


def maintain(here: Wired) -> Event:
    """Retention, the filter of open histories, merged runs, objects that nothing names any more."""
    here.store.maintain(here.clock())
    return {}


def fold(here: Wired) -> Event:
    """Where recipients lie in objects: what the latest commits have changed is brought into them."""
    return {"folded": here.store.fold()}


def failures(here: Wired) -> Event:
    """What failed, as Parquet."""
    # Only here is pyarrow needed, from the layer.
    from prellbock.functions.aws import lake

    return {**lake.write_failures(here)}


def suppressions(here: Wired) -> Event:
    """The list of suppressions, as Parquet."""
    from prellbock.functions.aws import lake

    return {**lake.write_suppressions(here)}


TASKS: dict[str, Callable[[Wired], Event]] = {
    "settle": settle, "maintain": maintain, "fold": fold, "failures": failures, "suppressions": suppressions
}  # fmt: skip
"""Every task by its name."""
