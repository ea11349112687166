"""Thresholds from outcomes: what share is ever delivered to again."""

import pytest
from processes import Command, dead, on_a_terminal

from prellbock.history.outcomes import Bounce, Sign
from prellbock.learn.survival import DAY, State, kaplan_meier, recommend, states


def failing(
    days: list[float], lives: list[float] | None = None, category: str = "unknown_recipient"
) -> tuple[list[Bounce], list[Sign]]:
    bounces = [Bounce(day * DAY, 2 * int(day) + 2, category, True, "rule", "r", "google") for day in days]
    return bounces, [(day * DAY, 0) for day in lives or []]


def test_the_textbook_case() -> None:
    """Five recipients: lives at 1, lost at 2, lives at 3, lost at 4 and 5: 4/5 * 2/3."""
    assert kaplan_meier([1, 2, 3, 4, 5], [True, False, True, False, False]) == pytest.approx(4 / 5 * 2 / 3)


def test_nobody_lives_and_everybody() -> None:
    assert kaplan_meier([1, 2], [False, False]) == 1.0
    assert kaplan_meier([1, 2], [True, True]) == 0.0


def test_a_delivery_between_begins_anew() -> None:
    found = states([failing([1, 3], lives=[2])])
    assert {(state.failures, state.days) for state in found} == {(1, 0)}


def test_two_failures_on_one_day_are_one() -> None:
    found = states([failing([1.1, 1.2])])
    assert {state.failures for state in found} == {1}


def test_a_delivery_of_a_message_that_bounced_later_is_no_sign() -> None:
    bounces, _ = failing([1, 4])
    (state,) = [
        s
        for s in states([(bounces, [(3 * DAY, bounces[1].message)])])
        if (s.by, s.failures, s.days) == ("category", 1, 0)
    ]
    assert state.alive == 0
    assert state.saved_sends == 1


def named(found: list[State], failures: int, days: int) -> State:
    return next(s for s in found if (s.by, s.failures, s.days) == ("category", failures, days))


def test_the_recommended_state_is_the_earliest_that_proves_enough() -> None:
    """Some 20 % of those who failed once live; nobody of those who failed twice, three days apart."""
    histories = [failing([1, 2], lives=[9])] * 100 + [failing([1, 5, 9])] * 400
    found = states(histories)
    assert named(found, 1, 0).alive > 0.1
    assert named(found, 2, 3).alive == 0
    (best,) = [each for each in recommend(found) if each.by == "category"]
    assert best.recommended is not None
    assert (best.recommended.failures, best.recommended.days) == (2, 3)
    assert best.current is not None
    assert best.current.false_suppressions > best.recommended.false_suppressions


def test_few_cases_recommend_nothing() -> None:
    assert [each.recommended for each in recommend(states([failing([1, 5])] * 5))] == [None, None]


def test_a_terminal_of_80_columns_shows_both_policies(command: Command) -> None:
    command.run("ingest", "-", stdin="".join(dead(f"u{n}@example.com") for n in range(40)))
    shown = on_a_terminal(command, "learn", "thresholds")
    assert max(map(len, shown)) <= 80
    assert any(line.split()[:1] == ["recommended"] for line in shown)
    (current,) = {tuple(line.split()[2:5]) for line in shown if line.startswith("  as shipped") and "40" in line}
    printed = command.lines("learn", "thresholds")
    assert {tuple(str(each["current"][name]) for name in ("failures", "days", "recipients"))
            for each in printed if each["current"]} == {current}  # fmt: skip
