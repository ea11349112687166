"""Verdicts and second chances judged by what happened next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.history.outcomes import Bounce, Count, Kinds, add_chance, add_verdicts, wilson
from prellbock.identity import ENGAGED


def bounce(time: float, message: int = 2, rule: str = "user-unknown", permanent: bool = True) -> Bounce:
    return Bounce(time, message, "unknown_recipient", permanent, "rule", rule, "google")


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (50, 1000, 0.0381, 0.0653),
    ],
)
def test_wilson_against_published_values(hits: int, cases: int, low: float, high: float) -> None:
    """R's `binom::binom.wilson` gives these."""
    assert wilson(hits, cases) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share_and_narrows_with_cases(hits: int, misses: int) -> None:
    cases = hits + misses
    low, high = wilson(hits, cases)
    assert 0.0 <= low <= high <= 1.0
    if cases:
        assert low - 1e-12 <= hits / cases <= high + 1e-12
        more = wilson(4 * hits, 4 * cases)
        assert more[1] - more[0] <= high - low


def judged(bounces: list[Bounce], signs: list[tuple[float, int]]) -> Count:
    kinds: Kinds = {}
    add_verdicts(kinds, bounces, signs)
    assert {by for by, _ in kinds} <= {"rule", "category", "provider"}
    return kinds.get(("rule", "user-unknown"), Count())


def test_a_later_delivery_counts_against_the_verdict() -> None:
    assert judged([bounce(10.0)], [(20.0, 4)]) == Count(1, 1, 1)
    assert judged([bounce(10.0)], [(5.0, 4)]) == Count(1, 0, 0)
    assert judged([bounce(10.0)], [(20.0, ENGAGED)]) == Count(1, 1, 1)


def test_a_delivery_of_a_message_that_bounced_later_is_no_sign_of_life() -> None:
    assert judged([bounce(10.0), bounce(21.0, 4)], [(20.0, 4)]) == Count(1, 1, 0)
    assert judged([bounce(10.0), bounce(21.0, 4)], [(20.0, 4), (30.0, 6)]) == Count(1, 1, 1)


def test_another_report_of_the_same_message_is_no_second_mail() -> None:
    assert judged([bounce(10.0), bounce(12.0)], []) == Count(1, 0, 0)
    assert judged([bounce(10.0), bounce(12.0, 4)], []) == Count(1, 1, 0)


def test_what_was_not_permanent_was_not_called_dead() -> None:
    assert judged([bounce(10.0, permanent=False)], [(20.0, 4)]) == Count()


def test_an_offender_is_certain() -> None:
    assert not Count(1000, 200, 10).offends
    assert not Count(1000, 10, 1).offends
    assert Count(1000, 200, 40).offends
    assert not Count(3, 0, 0).offends


def chance(bounces: list[Bounce], signs: list[tuple[float, int]]) -> Count:
    kinds: Kinds = {}
    add_chance(kinds, "mailbox_full", "google", 100.0, bounces, signs)
    assert kinds["provider", "google"] == kinds["category", "mailbox_full"]
    return kinds["category", "mailbox_full"]


def test_the_first_outcome_after_a_pause_decides() -> None:
    assert chance([], []) == Count(1, 0, 0)
    assert chance([bounce(50.0)], [(60.0, 4)]) == Count(1, 0, 0)
    assert chance([], [(110.0, 4)]) == Count(1, 1, 1)
    assert chance([bounce(120.0, 6)], [(110.0, 4)]) == Count(1, 1, 1)
    assert chance([bounce(110.0, 6)], [(120.0, 4)]) == Count(1, 1, 0)
    assert chance([bounce(120.0, 4)], [(110.0, 4)]) == Count(1, 1, 0)
