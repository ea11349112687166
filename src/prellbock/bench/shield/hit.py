"""What do the outages do to those whom they hit? The same people, three times: without them, with them, and shielded.

*Because of the outages* means: in comparison with a world in which the mails of the outages were never sent.
"""

from collections.abc import Sequence

import msgspec

from prellbock.bench.decisions.happened import Event
from prellbock.bench.decisions.obeyed import _alive
from prellbock.bench.shield.found import Found
from prellbock.bench.shield.watched import Watched
from prellbock.guard.buckets import bucket_of, time_of
from prellbock.guard.holding import BUCKETS
from prellbock.history.check import answer
from prellbock.history.failures import DAY
from prellbock.history.judge import Standing, standing
from prellbock.history.policy import Policy, preset
from prellbock.history.recipient import State
from prellbock.simulate.providers import HOSTS
from prellbock.simulate.world import OPEN, World
from prellbock.simulate.world import State as Truth

POLICIES = ("default", "csa-3", "suppress-at-first")


class Hit(msgspec.Struct):
    """What the outages do under one policy, with the shield off and on."""

    policy: str
    hit: int = 0
    """Living recipients with a mail that an outage refused."""
    suppressed_off: int = 0
    suppressed_on: int = 0
    withheld_off: float = 0.0
    """Recipient-days."""
    withheld_on: float = 0.0


class Life(msgspec.Struct):
    """One recipient's way through the world."""

    suppressed: bool = False
    withheld: float = 0.0
    """Seconds alive and withheld from."""


class _Cover:
    """The windows, to be asked for a failure: when was it clear?"""

    def __init__(self, found: Sequence[Found]) -> None:
        self._of: dict[tuple[str, str], list[Found]] = {}
        for each in found:
            self._of.setdefault((each.window.provider, each.window.category), []).append(each)

    def clear(self, event: Event) -> float | None:
        """When it was clear that this failure says nothing; None where it does say something."""
        assert event.failure is not None
        bucket = bucket_of(event.time)
        for each in self._of.get((event.failure.provider or "", event.failure.category), ()):
            is_in = each.window.begin <= bucket and (each.window.end is None or bucket < each.window.end)
            if is_in and each.window.verdict == "outage":
                return time_of(each.noticed + 1)
        return None


def damage(world: World, watched: Watched, found: Sequence[Found], policy_name: str) -> Hit:
    """Counts over all whom an outage hit while they were alive."""
    policy, hit = preset(policy_name), Hit(policy_name)
    cover = _Cover(found)
    for who, events in watched.stories.items():
        provider = HOSTS[int(world.host_of_domain[world.domain[who]])].provider
        struck = {
            event.message
            for event in events
            if event.failure is not None and world.outage_at(provider, event.time - world.start_second)
        }
        if not struck or not _lives(world, who, [e.time for e in events if e.message in struck]):
            continue
        hit.hit += 1
        spared = [event for event in events if event.message not in struck]
        calm, off = (live(world, who, each, policy, None) for each in (spared, events))
        calm_held, on = (live(world, who, each, policy, cover) for each in (spared, events))
        hit.suppressed_off += off.suppressed and not calm.suppressed
        hit.suppressed_on += on.suppressed and not calm_held.suppressed
        hit.withheld_off += (off.withheld - calm.withheld) / DAY
        hit.withheld_on += (on.withheld - calm_held.withheld) / DAY
    return hit


def _lives(world: World, who: int, times: Sequence[float]) -> bool:
    return any(world.state_at(who, time - world.start_second) == Truth.ALIVE for time in times)


class _Told:
    """What the sender is told: with the shield only what is judged."""

    def __init__(self, policy: Policy, cover: _Cover | None) -> None:
        self._policy, self._cover = policy, cover
        self._failures: list[tuple[Event, float | None]] = []
        self._accepted: list[tuple[float, int]] = []
        self._due: list[float] = []
        self.said = Standing()

    def fails(self, event: Event) -> None:
        if self._cover is None:
            self._failures.append((event, None))
            self.said = self._judge(event.time)
            return
        clear = self._cover.clear(event)
        judged = time_of(bucket_of(event.time) + BUCKETS)
        self._failures.append((event, clear))
        self._due += [judged] if clear is None else [judged, max(clear, judged)]
        self._due.sort()

    def arrives(self, event: Event) -> None:
        self._accepted.append((event.time, event.message * 2))
        self.said = self._judge(event.time)

    def next_due(self, until: float) -> float | None:
        """When before ``until`` something is announced; it is then."""
        if not self._due or self._due[0] >= until:
            return None
        at = self._due.pop(0)
        self.said = self._judge(at)
        return at

    def _judge(self, now: float) -> Standing:
        state = State()
        for event, clear in self._failures:
            assert event.failure is not None
            announced = self._cover is None or now >= time_of(bucket_of(event.time) + BUCKETS)
            if announced and (clear is None or now < clear):
                state.add_failure(event.failure)
        state.add_deliveries(self._accepted)
        return standing(state, self._policy)


def live(world: World, who: int, events: Sequence[Event], policy: Policy, cover: _Cover | None) -> Life:
    """Lets a sender that obeys live through one recipient's events; with ``cover`` the shield is on."""
    start = float(world.start_second)
    fate = Truth(int(world.state[who]))
    gone = (int(world.since[who]) + start, int(world.until[who]) + start)
    gone = gone if fate != Truth.ALIVE else (start + OPEN, start + OPEN)
    end, life, told = start + world.end, Life(), _Told(policy, cover)
    sent: dict[int, bool] = {}
    probing = 0.0

    def passes(begin: float, until: float) -> None:
        while begin < until:
            said, due = told.said, told.next_due(until)
            stop = until if due is None else max(due, begin)
            if said.status in ("paused", "suppressed"):
                alive = _alive(begin, min(stop, until if said.until is None else said.until), gone)
                life.withheld += alive
                life.suppressed |= said.status == "suppressed" and alive > 0
            begin = stop

    now = start
    for event in events:
        passes(now, event.time)
        now = max(now, event.time)
        if event.message not in sent:
            said = answer(told.said, [], Standing(), policy=policy, now=now, stream=event.stream)
            waits = said.lease > 0 and now < probing
            sent[event.message] = said.may_mail and not waits
            if said.lease and not waits:
                probing = now + said.lease
        if not sent[event.message]:
            continue
        if event.failure is not None:
            told.fails(event)
        elif event.delivered:
            told.arrives(event)
    passes(now, end)
    return life
