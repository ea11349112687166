"""Pauses told from the events alone: those that came to their end, and no others."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.history.actions import Action, apply
from prellbock.history.failures import DAY, Failure
from prellbock.history.judge import standing
from prellbock.history.pauses import ended
from prellbock.history.policy import preset, presets
from prellbock.history.recipient import State

NOW = 1000 * DAY
DEFAULT = preset("default")


def failure(time: float, category: str = "unknown_recipient", permanent: bool = True) -> Failure:
    key = int(time * 10)
    return Failure(time=time, event=key, message=2 * key, category=category, permanent=permanent)


def ends(failures: list[Failure], deliveries: list[float], now: float = NOW, policy: str = "default") -> list[float]:
    told = sorted(((each.time, each) for each in failures), key=lambda one: one[0])
    found = ended(told, sorted(deliveries), State.add_failure, State(), preset(policy), now)
    return [pause.until for pause in found]


DEAD = failure(100 * DAY)


@pytest.mark.parametrize(
    ("failures", "deliveries", "now", "expected"),
    [
        ([DEAD], [], NOW, [107 * DAY]),
        ([DEAD], [], 107 * DAY, [107 * DAY]),
        ([DEAD], [], 106 * DAY, []),
        ([DEAD], [103 * DAY], NOW, []),
        ([DEAD], [100 * DAY], NOW, []),
        ([DEAD], [99 * DAY], NOW, [107 * DAY]),
        ([DEAD], [107 * DAY], NOW, [107 * DAY]),
        ([DEAD, failure(103 * DAY)], [], NOW, []),
        ([DEAD, failure(108 * DAY)], [], NOW, [107 * DAY]),
        ([DEAD, failure(109 * DAY)], [108 * DAY], NOW, [107 * DAY, 116 * DAY]),
        ([DEAD, failure(109 * DAY)], [101 * DAY], NOW, [116 * DAY]),
        ([DEAD, DEAD], [], NOW, [107 * DAY]),
    ],
)
def test_a_pause_counts_when_nothing_ended_it_before_its_time(
    failures: list[Failure], deliveries: list[float], now: float, expected: list[float]
) -> None:
    assert ends(failures, deliveries, now) == expected


def test_the_pause_names_its_category_and_evidence() -> None:
    (pause,) = ended([(DEAD.time, DEAD)], [], State.add_failure, State(), DEFAULT, NOW)
    assert (pause.category, pause.evidence) == ("unknown_recipient", (DEAD.event,))


@pytest.mark.parametrize("kind", ["release", "suppress"])
def test_what_a_person_does_during_a_pause_ends_it(kind: Literal["release", "suppress"]) -> None:
    def put(state: State, each: Failure | Action) -> None:
        if isinstance(each, Action):
            apply(state, each)
        else:
            state.add_failure(each)

    for time, expected in ((103 * DAY, 0), (108 * DAY, 1)):
        act = Action(kind=kind, key=1, time=time, actor="a", reason="b")
        events: list[tuple[float, Failure | Action]] = [(DEAD.time, DEAD), (time, act)]
        assert len(list(ended(events, [], put, State(), DEFAULT, NOW))) == expected


times = st.integers(1, 400 * 4).map(lambda quarter: quarter * DAY / 4)
histories = st.lists(
    st.builds(
        failure, times, st.sampled_from(["unknown_recipient", "mailbox_full", "recipient_refused"]), st.booleans()
    )
)


@given(histories, st.lists(times, max_size=5), st.sampled_from(presets()))
def test_each_is_what_the_judge_says_just_before_its_end(
    failures: list[Failure], deliveries: list[float], policy: str
) -> None:
    def until_of(time: float, *, before: bool) -> float | None:
        state = State()
        for each in failures:
            if each.time < time or (each.time == time and not before):
                state.add_failure(each)
        for delivery in deliveries:
            if delivery < time or (delivery == time and not before):
                state.add_delivery(delivery)
        found = standing(state, preset(policy))
        return found.until if found.status == "paused" else None

    told = {(each.time, until_of(each.time, before=False)) for each in failures}
    begun = {until for time, until in told if until is not None and time < until}
    expected = sorted(until for until in begun if until_of(until, before=True) == until)
    got = sorted(ends(failures, deliveries, policy=policy))
    assert got == expected
