"""When does the sender mail? Newsletters on some mornings and evenings, everything else when people are awake."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from prellbock.simulate.world import World

NEWSLETTER_SHARE = 0.7
_HOUR_MS = 3_600_000

# Weekday (Monday is 0): the hour (UTC) at which a newsletter begins; it goes out within three hours.
_NEWSLETTERS = {1: 9, 3: 9, 6: 17}
_FADE = (0.5, 0.35, 0.15)

# How much is bought and forgotten in each hour of the day (UTC).
_DAY = (1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 9, 8, 8, 8, 9, 10, 11, 12, 11, 8, 5, 2)


class Slot(NamedTuple):
    """An hour: milliseconds since the start, how much is sent and how much of that are newsletters."""

    begin: int
    end: int
    weight: float
    newsletters: float
    """Share of newsletters, 0 to 1."""
    day: str
    """Month and day, for the name of the campaign."""


def slots(world: World) -> list[Slot]:
    """The hours of the world, in order; the weights add up to about 1."""
    start = datetime.fromtimestamp(world.start_second, UTC)
    hours = world.scenario.days * 24
    beginning = [start + timedelta(hours=hour) for hour in range(hours)]
    awake = [float(_DAY[when.hour]) for when in beginning]
    mailing = [0.0] * hours
    for hour, when in enumerate(beginning):
        since = when.hour - _NEWSLETTERS.get(when.weekday(), 24)
        if 0 <= since < len(_FADE):
            mailing[hour] = _FADE[since]
    total_awake, total_mailing = sum(awake), sum(mailing)
    share = NEWSLETTER_SHARE if total_mailing else 0.0
    found = []
    for hour, when in enumerate(beginning):
        news = share * mailing[hour] / total_mailing if total_mailing else 0.0
        other = (1 - share) * awake[hour] / total_awake
        found.append(
            Slot(hour * _HOUR_MS, (hour + 1) * _HOUR_MS, news + other, news / (news + other), f"{when:-%m-%d}")
        )
    return found
