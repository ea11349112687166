"""The incidents that the shield finds in a world: its own functions, over counts in memory."""

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from prellbock.bench.shield.watched import Watched
from prellbock.guard.baseline import LEAST_MAILS, earlier
from prellbock.guard.buckets import SECONDS
from prellbock.guard.incidents import Bucket, Window, noticed_in, window
from prellbock.guard.surge import MOST_ASKED, Evidence, Looked, is_alive, is_candidate, living, share, surges
from prellbock.identity import short_message
from prellbock.simulate.world import World


class Found(msgspec.Struct, frozen=True):
    """An incident; ``truth`` is the number of the outage that it is, None for a false alarm."""

    window: Window
    noticed: int
    """The bucket after which it was clear."""
    truth: int | None


def incidents(world: World, watched: Watched) -> list[Found]:
    """All of them, by begin."""
    series: dict[tuple[str, str], dict[int, list[tuple[float, int]]]] = defaultdict(dict)
    for (bucket, provider, category), told in watched.failures.items():
        series[provider, category][bucket] = told
    delivered: dict[str, dict[int, int]] = defaultdict(dict)
    for (bucket, provider), count in watched.delivered.items():
        delivered[provider][bucket] = count
    newest = max(bucket for bucket, _ in watched.delivered)
    found: list[Found] = []
    for (provider, category), failures in series.items():
        found += _of_series(world, watched, provider, category, failures, delivered[provider], newest)
    return sorted(found, key=lambda each: each.window.begin)


def _of_series(
    world: World,
    watched: Watched,
    provider: str,
    category: str,
    failures: Mapping[int, list[tuple[float, int]]],
    delivered: Mapping[int, int],
    newest: int,
) -> list[Found]:
    looked: dict[int, Looked] = {}
    for bucket in sorted(failures):
        told, arrived = failures[bucket], delivered.get(bucket, 0)
        if is_candidate(len(told), arrived):
            evidence = _evidence(world, watched, told)
            looked[bucket] = Looked(bucket, arrived, living(len(told), evidence), evidence.domains)

    def usual(bucket: int, surging: set[int]) -> list[float]:
        shares = []
        for begin, end in earlier(bucket):
            for each in range(begin, end + 1):
                if each in surging or not (arrived := delivered.get(each, 0)):
                    continue
                alive = looked[each].alive if each in looked else len(failures.get(each, ()))
                if alive + arrived >= LEAST_MAILS:
                    shares.append(share(alive, arrived))
        return shares

    def between(first: int, last: int) -> int:
        return sum(delivered.get(bucket, 0) for bucket in range(first, last + 1))

    surging = surges(provider, list(looked.values()), usual, between)
    buckets = [
        Bucket(
            bucket, delivered.get(bucket, 0), len(failures.get(bucket, ())),
            looked[bucket].alive if bucket in looked else None, bucket in surging,
        )
        for bucket in sorted({*failures, *delivered})
    ]  # fmt: skip
    found: list[Found] = []
    position = 0
    for first in sorted(surging):
        if first < position:
            continue
        each = window(provider, category, first, [b for b in buckets if b.number >= first], newest)
        inside = [b for b in buckets if b.number >= first and (each.end is None or b.number < each.end)]
        found.append(Found(each, noticed_in(inside) or first, _truth(world, each)))
        position = each.end if each.end is not None else newest + 1
    return found


def _evidence(world: World, watched: Watched, told: list[tuple[float, int]]) -> Evidence:
    first: dict[int, float] = {}
    for time, who in told[:MOST_ASKED]:
        first[who if who >= 0 else -1 - len(first)] = time
    alive = []
    for who, time in first.items():
        story = watched.stories.get(who)
        if story is None:
            continue
        deliveries = [(e.time, short_message(e.message * 2)) for e in story if e.delivered]
        bounces = [(e.time, short_message(e.message * 2)) for e in story if e.failure is not None]
        if is_alive(time, deliveries, bounces):
            alive.append(who)
    return Evidence(len(first), len(alive), len({int(world.domain[who]) for who in alive}))


def _truth(world: World, found: Window) -> int | None:
    for number, outage in enumerate(world.scenario.outages):
        begin, end = outage.begin + world.start_second, outage.end + world.start_second
        meets = found.begin * SECONDS < end and (found.end is None or begin < found.end * SECONDS)
        if outage.provider == found.provider and meets:
            return number
    return None
