"""The outage shield's own arithmetic: what is usual, what surges, where a window ends."""

from hypothesis import given
from hypothesis import strategies as st

from prellbock.guard.baseline import HIGHEST, LEAST_BUCKETS, earlier, limit
from prellbock.guard.buckets import WEEK
from prellbock.guard.holding import by_clock, more_to_come
from prellbock.guard.incidents import LONGEST, SILENCE, Bucket, Judgement, Window, judged, window
from prellbock.guard.surge import Looked, is_alive, surges

DAY = 86400.0


@given(shares=st.lists(st.floats(0, 1), max_size=60), floor=st.floats(0, 0.5))
def test_a_baseline_never_asks_for_less_than_its_floor_nor_for_everything(shares: list[float], floor: float) -> None:
    assert floor <= limit(shares, floor) <= max(floor, HIGHEST)


def test_one_bad_hour_does_not_make_the_next_usual() -> None:
    quiet = [0.01] * LEAST_BUCKETS
    assert limit([*quiet, 0.9, 0.9, 0.9], 0.05) == 0.05
    assert limit([0.3, 0.32, 0.28] * 10, 0.05) > 0.32, "where much fails always, much is usual"


def test_what_is_usual_is_the_day_before_and_the_same_hour_of_the_weeks_before() -> None:
    ranges = earlier(10 * WEEK)
    assert all(end < 10 * WEEK for _, end in ranges)
    assert any(begin <= 9 * WEEK <= end for begin, end in ranges)


def test_who_is_alive() -> None:
    assert is_alive(40 * DAY, [(39 * DAY, 1)], [])
    assert not is_alive(40 * DAY, [(4 * DAY, 1)], []), "36 days ago"
    assert not is_alive(40 * DAY, [(39 * DAY, 1)], [(39.5 * DAY, 1)]), "accepted first, and bounced later"
    assert is_alive(40 * DAY, [(39 * DAY, 1)], [(40.5 * DAY, 1)]), "what comes later is not known yet"
    assert not is_alive(40 * DAY, [(20 * DAY, 1)], [(30 * DAY, 2)]), "has failed since"
    assert is_alive(40 * DAY, [(20 * DAY, 1)], [(39.8 * DAY, 2)]), "the second hour of an outage has witnesses"


def found(*looked: Looked, provider: str = "google") -> set[int]:
    arrived = {each.number: each.delivered for each in looked}
    return surges(
        provider, looked, lambda bucket, surging: [],
        lambda first, last: sum(count for number, count in arrived.items() if first <= number <= last),
    )  # fmt: skip


def test_the_living_who_fail_make_a_surge_and_the_dead_do_not() -> None:
    assert found(Looked(5, delivered=10, alive=8, domains=1)) == {5}
    assert found(Looked(5, delivered=10, alive=0, domains=0)) == set()
    assert found(Looked(5, delivered=1000, alive=50, domains=1)) == set(), "5 % of the living"
    assert found(Looked(5, delivered=1, alive=50, domains=1), provider="") == set(), "one domain that closes"
    assert found(Looked(5, delivered=1, alive=50, domains=9), provider="") == {5}


def test_where_little_is_mailed_two_hours_count_together() -> None:
    few = [Looked(number, delivered=0, alive=3, domains=1) for number in (1, 4, 7)]
    assert found(*few) == {1, 4, 7}
    assert found(*few[:2]) == set()
    assert found(few[0], Looked(30, 0, 3, 1), Looked(60, 0, 3, 1)) == set(), "too far apart"


def surge(number: int) -> Bucket:
    return Bucket(number, delivered=0, failed=20, alive=20, surge=True)


def calm(number: int) -> Bucket:
    return Bucket(number, delivered=20)


def test_a_window_ends_when_the_provider_has_recovered() -> None:
    buckets = [surge(10), surge(11), surge(12), calm(13), calm(14), calm(15)]
    assert window("google", "unknown_recipient", 10, buckets, 15) == Window(
        "google", "unknown_recipient", 9, 14, "outage"
    )
    assert window("google", "unknown_recipient", 10, buckets[:5], 14).end is None, "two calm buckets are too few"
    flapping = [surge(10), calm(11), calm(12), surge(13), calm(14), calm(15), calm(16)]
    assert window("google", "unknown_recipient", 10, flapping, 16).end == 15


def test_silence_ends_it_and_what_lasts_is_real() -> None:
    assert window("google", "unknown_recipient", 10, [surge(10)], 10 + SILENCE).end is None
    assert window("google", "unknown_recipient", 10, [surge(10)], 11 + SILENCE).end == 12
    lasting = [surge(number) for number in range(10, 12 + LONGEST)]
    assert window("google", "unknown_recipient", 10, lasting, 12 + LONGEST).verdict == "real"


def test_the_last_word_of_people_about_what_overlaps_holds() -> None:
    each = Window("google", "unknown_recipient", 10, 20, "outage")
    real = Judgement("google", "unknown_recipient", 19, None, "real")
    assert judged(each, []) == ("outage", False)
    assert judged(each, [real]) == ("real", True)
    assert judged(each, [real, Judgement("google", "unknown_recipient", 0, 11, "outage")]) == ("outage", True)
    assert judged(each, [Judgement("google", "unknown_recipient", 20, None, "real")]) == ("outage", False)
    assert judged(each, [Judgement("google", "mailbox_full", 10, 20, "real")]) == ("outage", False)


def test_what_is_not_judged_yet() -> None:
    assert 11 in more_to_come(12)
    assert 10 not in more_to_come(12)
    present = by_clock(12 * 600.0)
    assert 12 in present
    assert 11 in present
    assert 10 not in present
    assert 13 not in present, "what claims to be of the future waits for nothing"
