"""How does a policy do with a sender that obeys it? Mail that it withholds is not sent, so nothing is learned from it.

The measures are those of the product: the living who are suppressed, the days on which living people are not mailed,
and how soon the dead are found. Complaints are left out: whoever complains is alive and rightly not mailed.
"""

from collections.abc import Iterable, Sequence

import msgspec

from prellbock.bench.decisions.happened import Event
from prellbock.history.check import answer
from prellbock.history.failures import DAY
from prellbock.history.judge import Standing, standing
from prellbock.history.policy import Policy
from prellbock.history.recipient import State
from prellbock.simulate.world import OPEN, World
from prellbock.simulate.world import State as Truth

PATIENCE = 3
"""By this failed mail somebody who is dead should be found."""


class Score(msgspec.Struct):
    """Counts over a world. Days are recipient-days."""

    policy: str
    living: int
    """Recipients who are alive at the end."""
    living_days: float
    suppressed_alive: int = 0
    """Recipients who were suppressed and alive at the same time."""
    suppressed_wrongly: int = 0
    """Of these the ones who were alive when it was decided; the others came back afterwards."""
    withheld_days: float = 0.0
    """Days on which somebody living was paused or suppressed."""
    dead_found: int = 0
    """Dead who were paused or suppressed by their third failed mail."""
    dead_missed: int = 0
    mails_to_dead: int = 0
    """Messages that failed because nobody is there (any more)."""

    @property
    def suppressed_per_10000(self) -> float:
        return self.suppressed_alive / max(self.living, 1) * 10_000

    @property
    def withheld_per_1000(self) -> float:
        return self.withheld_days / max(self.living_days, 1e-9) * 1000

    @property
    def found(self) -> float:
        """Share of the dead found, of those who were found or had `PATIENCE` failed mails."""
        return self.dead_found / max(self.dead_found + self.dead_missed, 1)


def score_of(world: World, policy: Policy) -> Score:
    """Before anything happened."""
    dead_days = 0.0
    living = world.size
    for state, since, until in zip(world.state.tolist(), world.since.tolist(), world.until.tolist(), strict=True):
        if state != Truth.ALIVE:
            dead_days += max(min(until, world.end) - min(since, world.end), 0) / DAY
            living -= since < world.end <= until
    return Score(policy.name, living, world.size * world.end / DAY - dead_days)


def follow(score: Score, world: World, who: int, events: Sequence[Event], policy: Policy) -> State:
    """Lets a sender that obeys the policy live through one recipient's events; returns the history at the end."""
    start = float(world.start_second)
    fate, since, until = Truth(int(world.state[who])), int(world.since[who]) + start, int(world.until[who]) + start
    gone = (since, until) if fate != Truth.ALIVE else (start + OPEN, start + OPEN)
    dead = fate in (Truth.DEAD, Truth.MOVED)
    state, current = State(), Standing()
    sent: dict[int, bool] = {}
    accepted: list[tuple[float, int]] = []
    failed: set[int] = set()
    probing = suppressed_alive = 0.0
    found, wrongly = False, False
    end = start + world.end
    for index, event in enumerate(events):
        time = event.time
        if event.message not in sent:
            said = answer(current, [], _NOBODY, policy=policy, now=time, stream=event.stream)
            probe_waits = said.lease > 0 and time < probing
            sent[event.message] = said.may_mail and not probe_waits
            if said.lease and not probe_waits:
                probing = time + said.lease
        if sent[event.message]:
            before = current.status
            if event.failure is not None:
                state.add_failure(event.failure)
                if accepted:
                    # Accepted first and bounced later: no delivery.
                    state.last_delivery = 0.0
                    state.add_deliveries(accepted)
            elif event.delivered:
                accepted.append((time, event.message * 2))
                state.add_delivery(time)
            if event.failure is not None or event.delivered:
                current = standing(state, policy)
            is_dead = dead and gone[0] <= time < gone[1]
            if event.failure is not None and is_dead and event.message not in failed:
                failed.add(event.message)
                score.mails_to_dead += 1
                if not found and current.status in ("paused", "suppressed") and len(failed) <= PATIENCE:
                    found = True
                    score.dead_found += 1
                elif not found and len(failed) == PATIENCE:
                    score.dead_missed += 1
            if current.status == "suppressed" and before != "suppressed" and not gone[0] <= time < gone[1]:
                wrongly = True
        following = events[index + 1].time if index + 1 < len(events) else end
        if current.status in ("paused", "suppressed"):
            stop = min(following, end if current.until is None else current.until)
            alive = _alive(time, stop, gone)
            score.withheld_days += alive / DAY
            if current.status == "suppressed":
                suppressed_alive += alive
    if suppressed_alive:
        score.suppressed_alive += 1
        score.suppressed_wrongly += wrongly
    return state


_NOBODY = Standing()


def _alive(begin: float, end: float, gone: tuple[float, float]) -> float:
    """Seconds between two times outside the time when the recipient is gone."""
    if end <= begin:
        return 0.0
    return end - begin - max(min(end, gone[1]) - max(begin, gone[0]), 0.0)


def scores(world: World, histories: Iterable[tuple[int, list[Event]]], policies: Sequence[Policy]) -> list[Score]:
    """The scores of several policies in the same world."""
    found = [score_of(world, policy) for policy in policies]
    for who, events in histories:
        for score, policy in zip(found, policies, strict=True):
            follow(score, world, who, events, policy)
    return found
