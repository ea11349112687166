"""One message is one failure, whoever reports it, however often and in whatever order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.history.failures import DAY, Failure
from prellbock.history.judge import standing
from prellbock.history.messages import messages
from prellbock.history.policy import DEFAULT
from prellbock.history.recipient import State
from prellbock.identity import WINDOWED, Identity, agree

T0 = 1_767_600_000.0
HOUR = 3600.0
IDENTITY = Identity(bytes(32))


def report(
    hours: float, message_id: str | None = None, sender: str | None = "news@shop.example", stream: str | None = None
) -> Failure:
    event = DeliveryEvent(
        time=T0 + hours * HOUR, recipient="u@example.com", outcome="bounced", message_id=message_id, sender=sender,
        stream=stream,
    )  # fmt: skip
    key = IDENTITY.of_event(event)
    message, origin = IDENTITY.of_message(event, key), IDENTITY.of_origin(event)
    return Failure(
        time=T0 + hours * HOUR, event=key, message=message, category="unknown_recipient", permanent=True, origin=origin,
        stream=stream,
    )  # fmt: skip


def count(*reports: Failure) -> int:
    return len(messages(report.report() for report in reports))


def test_a_log_line_without_an_id_joins_the_dsn_that_has_one() -> None:
    assert count(report(0), report(1, "m1")) == 1
    assert count(report(0, "m1"), report(40)) == 1
    assert count(report(0), report(30, "m1"), report(71)) == 1


def test_on_two_days_they_are_still_one_failure() -> None:
    state = State()
    for failure in (report(0), report(30, "m1")):
        state.add_failure(failure)
    assert standing(state, DEFAULT).rule == "dead-once"
    state.add_failure(report(30.5, "m2"))
    assert standing(state, DEFAULT).rule == "dead-twice"


def test_a_late_report_of_a_message_that_failed_before_a_delivery_counts_no_more() -> None:
    state = State()
    state.add_failure(report(0))
    state.add_delivery(T0 + 10 * HOUR)
    state.add_failure(report(20, "m1"))
    assert standing(state, DEFAULT).status == "deliverable"


@pytest.mark.parametrize(
    "other",
    [
        report(73, "m1"),
        report(1, "m1", sender="orders@shop.example"),
        report(1, "m1", sender=None),
    ],
)
def test_what_is_far_away_or_of_another_sender_is_another_message(other: Failure) -> None:
    assert count(report(0), other) == 2


def test_a_stream_that_is_not_known_contradicts_none() -> None:
    assert count(report(0), report(1, "m1", stream="newsletter")) == 1
    assert count(report(0, stream="order"), report(1, "m1", stream="newsletter")) == 2
    assert count(report(0, sender=None, stream="order"), report(1, "m1", sender=None, stream="order")) == 1


def test_of_two_messages_the_nearest_is_meant() -> None:
    first, second = messages(each.report() for each in (report(0, "m1"), report(24, "m2"), report(25), report(1)))
    assert [failure.time for failure in first] == [T0, T0 + HOUR]
    assert [failure.time for failure in second] == [T0 + 24 * HOUR, T0 + 25 * HOUR]


def test_without_ids_sender_and_stream_make_one_message_for_72_hours() -> None:
    assert count(report(0), report(71), report(72)) == 2


reports = st.builds(
    report,
    hours=st.integers(0, 400).map(float),
    message_id=st.sampled_from([None, None, "m1", "m2", "m3"]),
    sender=st.sampled_from([None, "news@shop.example", "orders@shop.example"]),
    stream=st.sampled_from([None, "newsletter", "order"]),
)


@given(st.lists(reports, max_size=25, unique_by=lambda f: f.event), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(found: list[Failure], rng: object) -> None:
    shuffled = found + found[: len(found) // 2]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = State(), State()
    for failure in found:
        one.add_failure(failure)
    for failure in shuffled:
        other.add_failure(failure)
    assert standing(one, DEFAULT) == standing(other, DEFAULT)


@given(st.lists(reports, max_size=25, unique_by=lambda f: f.event))
def test_every_report_belongs_to_one_message_and_no_message_to_two_ids(found: list[Failure]) -> None:
    groups = messages(failure.report() for failure in found)
    assert sorted(f.event for group in groups for f in group) == sorted(f.event for f in found)
    for group in groups:
        assert len({f.message for f in group if not f.message & WINDOWED}) <= 1
        assert group == sorted(group)


@given(st.lists(reports, max_size=12, unique_by=lambda f: f.event), st.floats(0, 60))
def test_a_report_without_id_never_makes_a_failure_more_of_a_message_reported_near_it(
    found: list[Failure], hours: float
) -> None:
    named = [f for f in found if not f.message & WINDOWED and f.origin]
    extra = [
        Failure(
            time=f.time + hours * HOUR, event=f.event ^ 5, category=f.category, permanent=True, origin=f.origin,
            message=IDENTITY.of_message(DeliveryEvent(sender="x@example.com"), 0),
        )
        for f in named
    ]  # fmt: skip
    assert count(*named, *extra) == count(*named)


def test_origins() -> None:
    def origin(sender: str | None, stream: str | None) -> int:
        return IDENTITY.of_origin(DeliveryEvent(sender=sender, stream=stream))

    assert 0 < origin("a@x.example", "s") < 1 << 32
    assert origin(None, None) == 0
    assert not agree(0, 0)
    assert agree(origin("<A@x.example>", None), origin("a@x.example", "s"))
    assert not agree(origin("a@x.example", None), origin(None, "s"))
    assert not agree(origin("a@x.example", "t"), origin("a@x.example", "s"))


def test_from_events_to_one_failure() -> None:
    """Through the pipeline: the origin reaches the state."""
    from prellbock.pipeline.reports import report as judge_reports

    event = DeliveryEvent(
        time=T0 + DAY, recipient="u@example.com", outcome="bounced", sender="a@x.example", response="550"
    )
    (found,) = judge_reports({1: event}, IDENTITY, Classifier.default())
    assert found.origin == IDENTITY.of_origin(event)
