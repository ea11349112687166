"""The state of a recipient does not depend on the order, the repetition or the grouping of what it learns."""

from hypothesis import given
from hypothesis import strategies as st

from prellbock.history.failures import DAYS_KEPT, RECENT_KEPT, Failure, decode
from prellbock.history.judge import scoped, standing
from prellbock.history.marks import Mark
from prellbock.history.policy import DEFAULT
from prellbock.history.recipient import State, decode_state, encode_state, merge

times = st.integers(1, 60 * 24).map(lambda hours: 1_767_600_000.0 + hours * 3600.0)
failures = st.tuples(
    st.just("failure"),
    st.sampled_from([None, None, "deferred"]),
    st.builds(
        Failure,
        time=times,
        event=st.integers(-50, 50),
        message=st.integers(-6, 6),
        category=st.sampled_from(["unknown_recipient", "inactive_recipient", "mailbox_full", "recipient_refused"]),
        permanent=st.sampled_from([True, True, False, None]),
        stream=st.sampled_from([None, "newsletter"]),
        provider=st.sampled_from([None, None, "google"]),
    ),
)
deliveries = st.tuples(st.just("delivery"), st.none(), times)
marks = st.tuples(
    st.sampled_from(["complaints", "unsubscribes", "not_spam", "consents"]),
    st.sampled_from([None, "newsletter", "order", "blog"]),
    st.builds(Mark, time=times, event=st.integers(0, 9)),
)
events = st.lists(failures | deliveries | marks, max_size=60)


def learn(state: State, items: list[tuple[str, str | None, object]]) -> State:
    for kind, where, what in items:
        if kind == "failure":
            assert isinstance(what, Failure)
            state.add_deferral(what) if where else state.add_failure(what)
        elif kind == "delivery":
            assert isinstance(what, float)
            state.add_delivery(what)
        else:
            assert isinstance(what, Mark)
            state.add_mark(getattr(state, kind), where, what)
    return state


def distinct(items: list[tuple[str, str | None, object]]) -> list[tuple[str, str | None, object]]:
    """One fact per event key: the same event never says two things."""
    seen: dict[int, tuple[str, str | None, object]] = {}
    rest = []
    for item in items:
        if isinstance(item[2], Failure):
            seen.setdefault(item[2].event, item)
        else:
            rest.append(item)
    return [*seen.values(), *rest]


@given(events, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(items: list[tuple[str, str | None, object]], random: object) -> None:
    items = distinct(items)
    shuffled = items + items[: len(items) // 2]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = learn(State(), items), learn(State(), shuffled)
    assert standing(one, DEFAULT) == standing(other, DEFAULT)
    assert scoped(one, DEFAULT) == scoped(other, DEFAULT)
    assert one.is_open == other.is_open


@given(events, st.integers(0, 60))
def test_merging_two_parts_is_the_same_as_learning_all(items: list[tuple[str, str | None, object]], cut: int) -> None:
    items = distinct(items)
    whole = learn(State(), items)
    merged = merge(learn(State(), items[cut:]), learn(State(), items[:cut]))
    assert standing(merged, DEFAULT) == standing(whole, DEFAULT)
    assert scoped(merged, DEFAULT) == scoped(whole, DEFAULT)


@given(events)
def test_the_state_stays_small(items: list[tuple[str, str | None, object]]) -> None:
    state = learn(State(), items * 3)
    assert sum(bits.bit_count() for bits in state.failures.days.values()) <= DAYS_KEPT
    assert len(state.failures.latest) <= RECENT_KEPT


@given(events)
def test_what_is_stored_is_what_was_known(items: list[tuple[str, str | None, object]]) -> None:
    state = learn(State(), items)
    again = decode_state(encode_state(state))
    assert again == state
    assert decode(state.failures.encode()) == state.failures
    assert standing(again, DEFAULT) == standing(state, DEFAULT)
