"""The world as the shield sees it: counts by ten minutes, and the whole story of everybody whose mail failed."""

from collections import Counter

import msgspec
import numpy as np

from prellbock.bench.decisions.happened import Event, _Recorder
from prellbock.guard.buckets import SECONDS, Kind, Place, bucket_of, is_definite
from prellbock.providers import provider_of
from prellbock.simulate import traffic
from prellbock.simulate.attempts import Step
from prellbock.simulate.lines import Sent
from prellbock.simulate.world import DAY, World
from prellbock.simulate.world import State as Truth

OLD_LIST_DAYS, OLD_LIST_HOUR = (30, 51, 79), 9
"""When the campaigns to an old list go out, within two hours."""
OLD_LIST_BUCKETS = 12
OLD_LIST_TIMES, OLD_LIST_BAD = 10, 0.6
"""So many times the usual volume, and the share of it that fails."""


class Watched(msgspec.Struct):
    """``failures``: by bucket, provider and category the definite ones, each a time and a recipient (-1: on no list of
    ours). ``stories``: of all whose mail failed by their own fault everything, in the order of time."""

    delivered: Counter[Place]
    failures: dict[Kind, list[tuple[float, int]]]
    stories: dict[int, list[Event]]
    events: int


class _Watcher(_Recorder):
    def __init__(self, world: World) -> None:
        super().__init__(world)
        names: dict[str, int] = {}
        of_domain = [
            names.setdefault(provider_of(mx[0], f"@{domain}") or "", len(names))
            for domain, mx in zip(world.domains, world.mx, strict=True)
        ]
        self.names = list(names)
        self._provider = np.array(of_domain, dtype=np.int64)[world.domain]
        self.counts: Counter[Place] = Counter()
        self.events = 0

    def delivered(self, sent: Sent) -> list[bytes]:
        self.events += len(sent.times)
        buckets = (sent.times // 1000 + self._start) // SECONDS
        places, counts = np.unique(
            buckets * len(self.names) + self._provider[sent.recipients], return_counts=True
        )  # fmt: skip
        for place, count in zip(places.tolist(), counts.tolist(), strict=True):
            bucket, provider = divmod(place, len(self.names))
            self.counts[bucket, self.names[provider]] += count
        return super().delivered(sent)

    def step(self, number: int, position: int, recipient: int, stream: int, campaign: str, step: Step) -> bytes:
        self.events += 1
        if step.outcome == "delivered":
            bucket = bucket_of(self._start + step.time // 1000)
            self.counts[bucket, self.names[self._provider[recipient]]] += 1
        return super().step(number, position, recipient, stream, campaign, step)


def watch(world: World) -> Watched:
    """Lets the world run."""
    watcher = _Watcher(world)
    for _ in traffic.batches(world, watcher):
        pass
    watcher.judge()
    stories = {who: told for who, told in watcher.told.items() if any(event.failure is not None for event in told)}
    chosen = np.zeros(world.size, dtype=np.bool_)
    chosen[list(stories)] = True
    for recipients, times, numbers, streams in watcher.columns:
        here = np.flatnonzero(chosen[recipients])
        for who, time, number, stream in zip(
            recipients[here].tolist(), times[here].tolist(), numbers[here].tolist(), streams[here].tolist(), strict=True
        ):
            stories[who].append(watcher._event(time, number, stream, None, delivered=True))
    failures: dict[Kind, list[tuple[float, int]]] = {}
    for who, events in stories.items():
        events.sort(key=lambda event: (event.time, event.message))
        for event in events:
            failure = event.failure
            if failure is not None and is_definite("bounced", failure.category, failure.permanent):
                kind = (bucket_of(event.time), failure.provider or "", failure.category)
                failures.setdefault(kind, []).append((event.time, who))
    watched = Watched(watcher.counts, failures, stories, watcher.events)
    for day in OLD_LIST_DAYS:
        if day < world.scenario.days:
            _mail_an_old_list(world, watched, world.start_second + day * DAY + OLD_LIST_HOUR * 3600)
    for told in failures.values():
        told.sort()
    return watched


def _mail_an_old_list(world: World, watched: Watched, begin: float) -> None:
    """Ten times the usual volume of every provider; on the old list is also everybody of ours who is dead by then."""
    first = bucket_of(begin)
    usual: Counter[str] = Counter()
    weeks = [week for week in range(1, 5) if first - week * 1008 >= bucket_of(world.start_second)]
    for (bucket, provider), count in watched.delivered.items():
        if any(0 <= bucket - (first - week * 1008) < OLD_LIST_BUCKETS for week in weeks):
            usual[provider] += count
    for provider, count in usual.items():
        each = OLD_LIST_TIMES * count // max(len(weeks), 1) // OLD_LIST_BUCKETS
        for bucket in range(first, first + OLD_LIST_BUCKETS):
            watched.delivered[bucket, provider] += round(each * (1 - OLD_LIST_BAD))
            told = watched.failures.setdefault((bucket, provider, "unknown_recipient"), [])
            told += [(bucket * SECONDS + SECONDS * n / max(each, 1), -1) for n in range(round(each * OLD_LIST_BAD))]
    second = begin - world.start_second
    dead = np.flatnonzero((world.state == Truth.DEAD) & (world.since <= second) & (second < world.until)).tolist()
    for place, who in enumerate(dead):
        time = begin + place * OLD_LIST_BUCKETS * SECONDS / max(len(dead), 1)
        domain = int(world.domain[who])
        provider = provider_of(world.mx[domain][0], f"@{world.domains[domain]}") or ""
        watched.failures.setdefault((bucket_of(time), provider, "unknown_recipient"), []).append((time, who))
