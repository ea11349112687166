"""Alarms: raised once, over once; the breaker of campaigns."""

from hypothesis import given
from hypothesis import strategies as st

from prellbock.guard.alarms import Alarm, Finding, is_wrong, step
from prellbock.guard.breaker import WHOLE, Breaker, Sent, counted, tripped


def finding(subject: str, value: float = 1.0) -> Finding:
    return Finding(kind="hard_bounces", subject=subject, value=value, limit=0.5)


def alarm(number: int, subject: str) -> Alarm:
    return Alarm(
        number=number, kind="hard_bounces", subject=subject, since=0.0, until=None, value=1.0, worst=1.0, limit=0.5,
        details={},
    )  # fmt: skip


@given(found=st.sets(st.sampled_from("abcdef")), standing=st.sets(st.sampled_from("abcdef")))
def test_each_subject_is_new_or_goes_on_or_is_over(found: set[str], standing: set[str]) -> None:
    what = step(map(finding, found), [alarm(n, s) for n, s in enumerate(sorted(standing))])
    assert {each.subject for each in what.raised} == found - standing
    assert {each.subject for _, each in what.going_on} == found & standing
    assert {each.subject for each in what.over} == standing - found


def test_an_alarm_does_not_flutter() -> None:
    assert not is_wrong(0.0095, 0.01, stands=False)
    assert is_wrong(0.0095, 0.01, stands=True)
    assert not is_wrong(0.0089, 0.01, stands=True)


def test_a_domain_trips_the_breaker_at_its_count_and_share() -> None:
    breaker = Breaker()
    assert tripped("c", "x.example", Sent(29, 270), breaker) is None, "299 mails"
    assert tripped("c", "x.example", Sent(31, 269), breaker) is None, "89.7 %"
    found = tripped("c", "x.example", Sent(30, 270), breaker)
    assert found is not None
    assert (found.reason, found.messages, found.failed) == ("domain", 300, 270)


def test_hard_bounces_of_the_whole_campaign_trip_it() -> None:
    assert tripped("c", WHOLE, Sent(900, 100, 99), Breaker()) is None
    found = tripped("c", WHOLE, Sent(900, 100, 100), Breaker())
    assert found is not None
    assert found.reason == "hard_bounces"
    assert tripped("c", WHOLE, Sent(0, 1000, 1000), Breaker(hard_share=1.0)) is None, "turned off"


def test_counts_are_per_domain_and_of_the_whole() -> None:
    counts = counted([("c", "a.example", 7)], [("c", "a.example", True), ("c", "b.example", False)], 9)
    assert counts["c", "a.example"] == Sent(7, 1, 1)
    assert counts["c", "b.example"] == Sent(0, 1, 0)
    assert counts["c", WHOLE] == Sent(7, 2, 1)
    assert ("c", "b.example") not in counted([], [("c", "b.example", False)], 10_000), "one of thousands"
