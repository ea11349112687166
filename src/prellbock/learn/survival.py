"""How many failures over how many days prove a recipient dead? What share is ever delivered to again afterwards.

For each category (and provider) and each state "failed on N days over at least D days, no delivery between", the share
of recipients that have a sign of life later is estimated after Kaplan and Meier ("Nonparametric estimation from
incomplete observations", 1958): somebody who is not mailed any more is not known to be dead, he only is no longer
watched. The recommended state is the earliest from which no more than a target share, with 95 % certainty, ever lives.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from prellbock.history.outcomes import Bounce, Sign, wilson
from prellbock.taxonomy import DEAD, FAULT_OF

DAY = 86_400.0
FAILURES = (1, 2, 3, 4, 5, 7)
SPANS = (0, 1, 3, 7, 14, 30)
"""Days between the first and the last of the failures."""
TARGET = 0.01
"""Greatest share of living recipients among those who would be suppressed."""
LEAST = 30
"""Recipients of a state below which nothing is recommended."""
CURRENT = dict.fromkeys(DEAD, (2, 1))
"""Failures and days from which the shipped policy suppresses; the others pause first."""


class State(msgspec.Struct, frozen=True):
    """What became of recipients who had failed so often over so many days."""

    by: str
    name: str
    failures: int
    days: int
    recipients: int
    alive: float
    """Share that is ever delivered to again (Kaplan-Meier), 0 to 1."""
    alive_at_most: float
    """Upper bound of its 95 % interval."""
    false_suppressions: float
    """Expected, of these recipients."""
    saved_sends: int
    """Mails that failed after that: suppressing would have saved them."""


class Recommendation(msgspec.Struct, frozen=True):
    """The earliest state that proves enough (None where none does), beside the one of the shipped policy."""

    by: str
    name: str
    recommended: State | None
    current: State | None


def states(histories: Iterable[tuple[Sequence[Bounce], Sequence[Sign]]]) -> list[State]:
    """All states that somebody reached, by category and by category and provider."""
    reached: dict[tuple[str, str, int, int], list[tuple[float, bool, int]]] = defaultdict(list)
    for bounces, signs in histories:
        void = {bounce.message: bounce.time for bounce in bounces if bounce.message}
        lives = sorted(time for time, message in signs if void.get(message, -1.0) < time)
        for category in {bounce.category for bounce in bounces}:
            own = [bounce for bounce in bounces if bounce.category == category]
            if FAULT_OF[category] not in ("recipient", "domain"):
                continue
            for failures, span, at, provider in _entries(own, lives):
                alive = next((time for time in lives if time > at), None)
                until = alive if alive is not None else float("inf")
                later = [bounce.time for bounce in bounces if at < bounce.time < until]
                watched = (alive if alive is not None else max(later, default=at)) - at
                for by, name in (("category", category), ("provider", f"{category} {provider or 'other'}")):
                    reached[by, name, failures, span].append((watched / DAY, alive is not None, len(later)))
    return [_state(*place, cases) for place, cases in sorted(reached.items())]


def recommend(found: Sequence[State], target: float = TARGET) -> list[Recommendation]:
    """For every category and provider: what proves enough with the fewest failures, then days."""
    places: dict[tuple[str, str], list[State]] = defaultdict(list)
    for state in found:
        places[state.by, state.name].append(state)
    result = []
    for (by, name), own in sorted(places.items()):
        good = [state for state in own if state.recipients >= LEAST and state.alive_at_most <= target]
        best = min(good, key=lambda state: (state.failures, state.days), default=None)
        wanted = CURRENT.get(name.split(" ")[0])
        current = next((state for state in own if (state.failures, state.days) == wanted), None)
        result.append(Recommendation(by, name, best, current))
    return result


def _entries(own: Sequence[Bounce], lives: Sequence[float]) -> Iterable[tuple[int, int, float, str]]:
    """When each state was first reached: failures, days, time, provider of that failure. Days count, not mails."""
    seen: set[tuple[int, int]] = set()
    days: list[float] = []
    for bounce in own:
        if days and any(days[-1] < time < bounce.time for time in lives):
            days = []
        if days and int(days[-1] // DAY) == int(bounce.time // DAY):
            continue
        days.append(bounce.time)
        for failures in FAILURES:
            for span in SPANS:
                place = (failures, span)
                if (failures == 1 and span) or place in seen:
                    continue
                if len(days) >= failures and days[-1] - days[0] >= span * DAY:
                    seen.add(place)
                    yield failures, span, bounce.time, bounce.provider


def _state(by: str, name: str, failures: int, span: int, cases: Sequence[tuple[float, bool, int]]) -> State:
    alive = 1.0 - kaplan_meier([case[0] for case in cases], [case[1] for case in cases])
    upper = max(alive, wilson(sum(case[1] for case in cases), len(cases))[1])
    return State(
        by, name, failures, span, len(cases), round(alive, 4), round(upper, 4), round(alive * len(cases), 1),
        sum(case[2] for case in cases),
    )  # fmt: skip


def kaplan_meier(durations: Sequence[float], events: Sequence[bool]) -> float:
    """Share that has had no event at the end; who is no longer watched leaves those at risk without one."""
    order = np.argsort(np.array(durations), kind="stable")
    happened = np.array(events)[order]
    times = np.array(durations)[order]
    share = 1.0
    for time in np.unique(times[happened]):
        at_risk = int((times >= time).sum())
        share *= 1.0 - int((happened & (times == time)).sum()) / at_risk
    return share
