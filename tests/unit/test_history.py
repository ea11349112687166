"""What follows from a history, by the default policy."""

import pytest

from prellbock.history.cells import TOUCHING
from prellbock.history.check import answer
from prellbock.history.failures import DAY, Failure
from prellbock.history.judge import Standing, scoped, standing
from prellbock.history.marks import Mark
from prellbock.history.policy import DEFAULT
from prellbock.history.recipient import State

T0 = 1_767_600_000.0
"""2026-01-05T08:00:00Z."""
HOUR = 3600.0


def failure(
    days: float, event: int, message: int, category: str = "unknown_recipient", permanent: bool | None = True
) -> Failure:
    return Failure(time=T0 + days * DAY, event=event, message=message, category=category, permanent=permanent)


def state_of(*failures: tuple[float, str], permanent: bool = True, deferred: bool = False) -> State:
    """A state of failures of different messages, each (days after T0, category)."""
    state = State()
    for number, (days, category) in enumerate(failures):
        found = failure(days, number, number * 2, category, permanent)
        state.add_deferral(found) if deferred else state.add_failure(found)
    return state


def status_of(state: State, days: float) -> str:
    return standing(state, DEFAULT).at(T0 + days * DAY).status


def test_nothing_known_is_deliverable() -> None:
    assert standing(State(), DEFAULT) == Standing()


@pytest.mark.parametrize(
    "category",
    ["unknown_recipient", "inactive_recipient", "recipient_moved", "unknown_domain", "domain_refuses_mail"],
)
def test_one_permanent_failure_pauses_seven_days_a_second_suppresses(category: str) -> None:
    once = standing(state_of((0, category)), DEFAULT)
    assert (once.status, once.until, once.rule) == ("paused", T0 + 7 * DAY, "dead-once")
    assert once.at(T0 + 8 * DAY).status == "watched"

    twice = standing(state_of((0, category), (1, category)), DEFAULT)
    assert (twice.status, twice.until, twice.since) == ("suppressed", None, T0 + DAY)
    assert twice.evidence == (0, 1)


def test_two_failures_less_than_a_day_apart_are_not_enough() -> None:
    assert status_of(state_of((0, "unknown_recipient"), (0.9, "unknown_recipient")), 1) == "paused"


def test_two_failures_on_one_day_are_one() -> None:
    assert status_of(state_of((0.0, "unknown_recipient"), (0.1, "unknown_recipient")), 1) == "paused"


def test_a_message_reported_again_days_later_is_one_failure() -> None:
    state = State()
    for event, days in ((1, 0), (2, 3)):
        state.add_failure(failure(days, event, 42))
    assert standing(state, DEFAULT).status == "paused"


def test_without_message_id_sender_and_stream_make_one_message_for_72_hours() -> None:
    def reported(days: float) -> str:
        state = State()
        for event, at in ((1, 0.0), (2, days)):
            state.add_failure(failure(at, event, 43))
        return standing(state, DEFAULT).status

    assert reported(2.9) == "paused"
    assert reported(3.0) == "suppressed"


def test_a_delivery_between_clears() -> None:
    state = state_of((0, "unknown_recipient"), (3, "unknown_recipient"))
    state.add_delivery(T0 + 2 * DAY)
    assert status_of(state, 3) == "paused"
    state.add_delivery(T0 + 4 * DAY)
    assert status_of(state, 4) == "deliverable"


def test_a_failure_after_a_delivery_of_the_same_day_still_counts_when_others_come_at_another_hour() -> None:
    state = State()
    state.add_delivery(T0 + HOUR)
    state.add_failure(failure(2 / 24, 1, 2))
    assert status_of(state, 0.5) == "paused"
    state.add_failure(failure(0.7, 2, 4, category="mailbox_full", permanent=False))
    assert status_of(state, 0.8) == "paused"


def test_a_late_report_of_a_failure_before_the_delivery_does_not_count_again() -> None:
    state = State()
    state.add_failure(failure(0, 1, 42))
    state.add_delivery(T0 + DAY)
    state.add_failure(failure(2, 2, 42))
    assert standing(state, DEFAULT).status == "deliverable"


def test_not_permanent_death_counts_like_a_full_mailbox() -> None:
    state = state_of(*((day, "unknown_recipient") for day in range(4)), permanent=False)
    assert status_of(state, 4) == "watched"
    state = state_of(*((day, "unknown_recipient") for day in range(5)), permanent=False)
    assert status_of(state, 5) == "paused"


def test_full_mailbox_climbs_the_ladder() -> None:
    full = "mailbox_full"
    five = [(day, full) for day in (0, 5, 10, 15, 20)]
    assert status_of(state_of(*five[:4]), 15) == "watched"
    first = standing(state_of(*five), DEFAULT)
    assert (first.status, first.until) == ("paused", T0 + 50 * DAY)
    second = standing(state_of(*five, (51, full)), DEFAULT)
    assert (second.status, second.until) == ("paused", T0 + 81 * DAY)
    assert standing(state_of(*five, (51, full), (60, full)), DEFAULT).until == T0 + 81 * DAY
    assert standing(state_of(*five, (51, full), (82, full)), DEFAULT).status == "suppressed"


def test_the_evidence_of_a_step_is_that_of_the_whole_ladder() -> None:
    full = "mailbox_full"
    # What fails while a pause runs is not counted.
    days = [0, 1, 2, 3, 4, 20, 40, 75]
    found = standing(state_of(*((day, full) for day in days)), DEFAULT)
    assert (found.status, found.since, found.begin) == ("suppressed", T0 + 75 * DAY, T0)
    assert found.evidence == (0, 1, 2, 3, 4, 6, 7)
    assert found.pauses == ((T0 + 4 * DAY, T0 + 34 * DAY), (T0 + 40 * DAY, T0 + 70 * DAY))
    assert not (found.partial or found.forgotten)
    paused = standing(state_of(*((day, full) for day in days[:-1])), DEFAULT)
    assert (paused.status, paused.pauses) == ("paused", found.pauses[:1])
    assert paused.evidence == (0, 1, 2, 3, 4, 6)


def test_a_delivery_begins_the_ladder_anew() -> None:
    full = "mailbox_full"
    state = state_of(*((day, full) for day in (0, 1, 2, 3, 40, 75, 76, 77, 78, 79)))
    state.add_delivery(T0 + 50 * DAY)
    found = standing(state, DEFAULT)
    assert (found.rule, found.evidence, found.pauses) == ("full-5-days", (5, 6, 7, 8, 9), ())


def test_pauses_that_follow_each_other_are_all_remembered() -> None:
    found = standing(state_of(*((day, "recipient_refused") for day in range(300))), DEFAULT)
    assert (found.status, found.begin) == ("paused", T0)
    ends = [until for _, until in found.pauses]
    assert len(ends) == 8
    assert all(begin >= end for (begin, _), end in zip(found.pauses[1:], ends, strict=False))
    assert found.since is not None
    assert found.since >= ends[-1]


def test_a_mailbox_that_is_full_every_day_climbs_the_same_ladder() -> None:
    for days in (70, 150, 300):
        found = standing(state_of(*((day, "mailbox_full") for day in range(days))), DEFAULT)
        assert (found.status, found.since) == ("suppressed", T0 + 64 * DAY)


def test_the_beginning_of_a_long_history_stays_its_beginning() -> None:
    found = standing(state_of(*((day, "unknown_recipient") for day in range(200))), DEFAULT)
    assert (found.status, found.since, found.begin) == ("suppressed", T0 + DAY, T0)
    assert found.partial


def test_five_full_days_in_more_than_thirty_days_only_watch() -> None:
    assert status_of(state_of(*((day * 10, "mailbox_full") for day in range(5))), 41) == "watched"


def test_refused_is_watched_then_paused_thirty_days() -> None:
    assert status_of(state_of((0, "recipient_refused")), 1) == "watched"
    state = state_of(*((day, "recipient_refused") for day in range(5)))
    assert standing(state, DEFAULT).until == T0 + 34 * DAY


def test_deferrals_alone_only_watch() -> None:
    state = state_of(*((day, "mailbox_full") for day in range(20)), permanent=False, deferred=True)
    assert status_of(state, 21) == "watched"


@pytest.mark.parametrize(
    "category", ["reputation", "spam_content", "network", "policy", "greylisted", "unclassified", "auto_reply"]
)
def test_faults_of_others_touch_nobody(category: str) -> None:
    assert category not in TOUCHING


def test_a_domain_that_fails_in_transport_for_thirty_days_is_paused() -> None:
    def domain(days: list[int]) -> Standing:
        state = State()
        for number, day in enumerate(days):
            state.add_failure(failure(day, number, number * 2, "network", None))
        return standing(state, DEFAULT, domain=True)

    assert domain([0, 5, 10, 15, 20]).status == "watched"
    paused = domain([0, 8, 16, 24, 30])
    assert (paused.status, paused.until) == ("paused", T0 + 60 * DAY)
    assert domain([0, 10, 20, 30]).status == "watched"
    assert domain(list(range(100))).status == "paused"


def mark(days: float) -> Mark:
    return Mark(T0 + days * DAY, 7)


def test_a_complaint_holds_for_its_scope_and_never_for_critical_streams() -> None:
    state = State()
    state.add_mark(state.complaints, "newsletter", mark(0))
    marks = scoped(state, DEFAULT)
    assert [(m.status, m.scope) for m in marks] == [("complained", "marketing")]

    def may(stream: str | None) -> bool:
        return answer(Standing(), marks, Standing(), policy=DEFAULT, now=T0 + DAY, stream=stream).may_mail

    assert not may("newsletter")
    assert not may(None)
    assert may("password-reset")
    assert may("blog")


def test_not_spam_revokes_a_complaint_and_consent_an_unsubscribe() -> None:
    state = State()
    state.add_mark(state.complaints, None, mark(0))
    state.add_mark(state.unsubscribes, "blog", mark(0))
    assert [m.scope for m in scoped(state, DEFAULT)] == ["blog", "marketing"]
    state.add_mark(state.not_spam, "newsletter", mark(1))
    assert [m.scope for m in scoped(state, DEFAULT)] == ["blog"]
    state.add_mark(state.consents, None, mark(2))
    assert scoped(state, DEFAULT) == []


def test_consent_releases_a_suppressed_address() -> None:
    state = state_of((0, "unknown_recipient"), (2, "unknown_recipient"))
    state.add_mark(state.consents, None, mark(3))
    assert standing(state, DEFAULT).status == "deliverable"


def test_a_complaint_about_a_critical_stream_withholds_nothing() -> None:
    state = State()
    state.add_mark(state.complaints, "password-reset", mark(0))
    assert scoped(state, DEFAULT) == []


def test_critical_mail_reaches_paused_but_not_suppressed_unless_requested() -> None:
    paused = standing(state_of((0, "unknown_recipient")), DEFAULT)
    dead = standing(state_of((0, "unknown_recipient"), (1, "unknown_recipient")), DEFAULT)

    def may(of: Standing, stream: str | None, requested: bool = False) -> tuple[bool, float]:
        said = answer(
            of, [], Standing(), policy=DEFAULT, now=T0 + DAY, stream=stream,
            intent="requested" if requested else None,
        )  # fmt: skip
        return said.may_mail, said.lease

    assert may(paused, "newsletter") == (False, 0)
    assert may(paused, "order-confirmation") == (True, 0)
    assert may(dead, "order-confirmation") == (False, 0)
    assert may(dead, "password-reset", requested=True) == (True, 24 * HOUR)


def test_after_a_pause_one_probe_is_leased() -> None:
    paused = standing(state_of((0, "unknown_recipient")), DEFAULT)
    said = answer(paused, [], Standing(), policy=DEFAULT, now=T0 + 8 * DAY, stream="newsletter")
    assert (said.may_mail, said.status, said.lease) == (True, "watched", 48 * HOUR)


def test_a_paused_domain_withholds_mail_from_everybody_there() -> None:
    domain = Standing(status="paused", until=T0 + DAY, category="network", rule="domain-unreachable")
    said = answer(Standing(), [], domain, policy=DEFAULT, now=T0, stream="newsletter")
    assert not said.may_mail
    assert said.reason.startswith("domain: ")
