"""``GET /v1/statistics``: how many events, from the hourly roll-ups."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromQuery, QueryParameter

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.period import DAY, Since, Until, period
from prellbock.api.problems import ProblemError
from prellbock.store.figures import DIMENSIONS, Count
from prellbock.times import rfc3339

STEPS: dict[str, int | None] = {"none": None, "hour": 3600, "day": DAY}
_MOST_PIECES = 5000
"""Pieces of time of one answer."""

Dimensions = Annotated[str, QueryParameter(description=f"By what, with commas between: {', '.join(DIMENSIONS)}.")]
Step = Annotated[str, QueryParameter(description="Also by time: hour, day or none.")]


class Counted(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many events; only what was asked for is there."""

    count: int
    time: str | None = None
    outcome: str | None = None
    category: str | None = None
    fault: str | None = None
    provider: str | None = None
    stream: str | None = None
    rule: str | None = None


class Statistics(msgspec.Struct, frozen=True):
    """The counts of a time, by time and then the largest first."""

    since: str | None
    until: str | None
    items: list[Counted]


@get("/v1/statistics", opt={NEEDS: "read"})
async def statistics(
    installation: Here,
    since: Since = None,
    until: Until = None,
    by: Dimensions = "outcome",
    step: Step = "none",
    outcome: FromQuery[str | None] = None,
    category: FromQuery[str | None] = None,
    fault: FromQuery[str | None] = None,
    provider: FromQuery[str | None] = None,
    stream: FromQuery[str | None] = None,
    rule: FromQuery[str | None] = None,
) -> Statistics:
    """How many events, in whole hours of their own time (UTC), by the dimensions asked for; only those with a value."""
    wanted = [name.strip() for name in by.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in DIMENSIONS]:
        raise ProblemError(400, f"by: {unknown[0][:40]!r} is not known; there are {', '.join(DIMENSIONS)}")
    if step not in STEPS:
        raise ProblemError(400, f"step: {', '.join(STEPS)} are known")
    seconds = STEPS[step]
    begin, end = period(since, until, installation.clock())
    given = (outcome, category, fault, provider, stream, rule)
    if seconds and (end - begin) / seconds > _MOST_PIECES:
        raise ProblemError(400, f"more than {_MOST_PIECES:,} pieces of time: ask for a shorter time, or by day")
    found = await installation.answering(
        installation.figures.counts,
        since=begin,
        until=end,
        by=[name for name in DIMENSIONS if name in wanted],
        seconds=seconds,
        where={name: value for name, value in zip(DIMENSIONS, given, strict=True) if value is not None},
    )
    times = {time: rfc3339(time) for time in {each.time for each in found}}
    return Statistics(rfc3339(begin), rfc3339(end), [_counted(each, times[each.time]) for each in found])


def _counted(count: Count, time: str | None) -> Counted:
    return Counted(
        count.count, time, count.outcome, count.category, count.fault, count.provider, count.stream,
        count.rule,
    )  # fmt: skip
