"""What people do holds against every order of events; run against each store."""

import random
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_store import (
    DAY,
    NOW,
    RECIPIENTS,
    T0,
    MakeStore,
    bounced,
    classifier,
    delivered,
    histories,
    make_store,
    put,
    seen,
    told,
)

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.history.actions import Kind
from prellbock.history.policy import DEFAULT
from prellbock.store.contract import Acted, Chosen, Store

__all__ = ["classifier", "make_store"]

U = "u@example.com"


def act(store: Store, kind: Kind, *addresses: str, at: float = NOW, scope: str = "") -> list[Acted]:
    return store.act(
        addresses or (U,), kind=kind, scope=scope, actor="ann", reason="because", policy=DEFAULT, now=at
    )  # fmt: skip


def undo(store: Store, dry_run: bool = False, at: float = NOW, **chosen: object) -> tuple[int | None, list[Acted]]:
    meant = msgspec.convert(chosen, Chosen)
    return store.undo(meant, actor="ann", reason="outage", policy=DEFAULT, now=at, dry_run=dry_run)


def redo(store: Store, operation: int | None = None, **chosen: object) -> tuple[int | None, list[Acted]]:
    meant = msgspec.convert(chosen, Chosen)
    return store.redo(meant, actor="bob", reason="real", policy=DEFAULT, now=NOW, operation=operation)


def statuses(store: Store, as_of: float | None = None) -> list[str]:
    return [str(line[1]) for line in seen(store, as_of)]


def test_suppressed_by_hand_holds_until_released(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    (acted,) = act(store, "suppress", at=T0)
    assert (acted.before.status, acted.after.status, acted.after.rule) == ("deliverable", "suppressed", "by-hand")
    put(store, classifier, [delivered(1, 5)])
    assert statuses(store) == ["suppressed"]
    act(store, "release", at=T0 + 10 * DAY)
    assert statuses(store) == []
    assert statuses(store, T0 + 9 * DAY) == ["suppressed"]
    act(store, "suppress", at=T0 + 10 * DAY)
    assert statuses(store) == ["suppressed"]
    put(store, classifier, [DeliveryEvent(id="c", time=T0 + 20 * DAY, recipient=U, outcome="consent")])
    assert statuses(store) == []


def test_a_release_clears_what_is_not_after_it_whenever_that_comes_in(
    make_store: MakeStore, classifier: Classifier
) -> None:
    store = make_store()
    put(store, classifier, [bounced(1, 0), bounced(2, 2)])
    act(store, "release", at=T0 + 3 * DAY)
    assert statuses(store) == []
    put(store, classifier, [bounced(3, 1), bounced(4, 2.9)], "late")
    assert statuses(store) == []
    put(store, classifier, [bounced(5, 4)], "after")
    assert statuses(store) == ["paused"]


def test_a_release_leaves_wishes_alone_unless_their_scope_is_named(
    make_store: MakeStore, classifier: Classifier
) -> None:
    store = make_store()
    put(store, classifier, [DeliveryEvent(id="x", time=T0, recipient=U, outcome="unsubscribe", stream="newsletter")])
    act(store, "release", at=T0 + DAY)
    assert statuses(store) == ["unsubscribed"]
    act(store, "release", at=T0 + DAY, scope="blog")
    assert statuses(store) == ["unsubscribed"]
    act(store, "release", at=T0 + DAY, scope="marketing")
    assert statuses(store) == []


def test_the_ledger_says_who_and_why_and_a_note_decides_nothing(make_store: MakeStore) -> None:
    store = make_store()
    act(store, "suppress")
    act(store, "note")
    story = store.story(U, DEFAULT)
    assert [(e.actor, e.action, e.reason, e.status) for e in story.ledger] == [
        ("ann", "suppress", "because", "suppressed")
    ]
    assert [(a.kind, a.actor, a.reason) for a in story.actions] == [
        ("suppress", "ann", "because"), ("note", "ann", "because"),
    ]  # fmt: skip
    (line,) = store.withheld(NOW, DEFAULT)
    assert (line.rule, line.source, line.category) == ("by-hand", "ann", None)


def test_a_domain_is_released_as_a_whole(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    lost = [
        msgspec.structs.replace(bounced(n, day), response="421 4.4.2 Connection timed out", status=None)
        for n, day in enumerate((0, 8, 16, 24, 31))
    ]
    put(store, classifier, lost)
    assert [(line[0], line[1]) for line in seen(store)] == [("@example.com", "paused")]
    assert undo(store, since=T0) == (None, [])
    act(store, "release", "@example.com", at=T0 + 32 * DAY)
    assert seen(store) == []


def test_a_message_that_was_undone_by_its_log_line_stays_so_when_its_dsn_comes(
    make_store: MakeStore, classifier: Classifier
) -> None:
    store = make_store()
    line = msgspec.structs.replace(bounced(1, 0), message_id=None, sender="news@shop.example")
    put(store, classifier, [line])
    undo(store, since=T0)
    report = msgspec.structs.replace(bounced(2, 1.5), sender="news@shop.example", stream="newsletter")
    put(store, classifier, [report])
    assert statuses(store) == []
    put(store, classifier, [msgspec.structs.replace(bounced(3, 4), sender="news@shop.example")])
    assert statuses(store) == ["paused"]


OUTAGE = [bounced(1, 0), bounced(2, 7), bounced(3, 7.1, "v@example.com")]


def test_undoing_takes_back_the_bad_hour_and_nothing_else(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, OUTAGE)
    assert sorted(statuses(store)) == ["paused", "suppressed"]
    assert len(undo(store, dry_run=True, since=T0 + 7 * DAY)[1]) == 2
    assert sorted(statuses(store)) == ["paused", "suppressed"]
    operation, done = undo(store, since=T0 + 7 * DAY)
    assert operation is not None
    # The failure a week before was no part of it: the first pause is what is left.
    assert {a.address: (a.before.status, a.after.rule) for a in done} == {
        U: ("suppressed", "dead-once"), "v@example.com": ("paused", None),
    }  # fmt: skip
    assert statuses(store, T0 + 7.2 * DAY) == ["suppressed", "paused"]
    assert undo(store, since=T0 + 7 * DAY) == (None, [])
    undo(store, since=T0)
    assert statuses(store) == []
    feed = {w.address: w.status for w in store.changes(0)}
    assert feed["v@example.com"] == "deliverable"


def test_what_was_undone_stays_undone_until_something_new_happens(
    make_store: MakeStore, classifier: Classifier
) -> None:
    store = make_store()
    put(store, classifier, OUTAGE)
    undo(store, since=T0)
    assert statuses(store) == []
    put(store, classifier, OUTAGE, "the same once more")
    again = [msgspec.structs.replace(event, id=f"dsn {event.id}", time=(event.time or 0) + DAY) for event in OUTAGE]
    put(store, classifier, again, "the same messages, reported by another source")
    assert statuses(store) == []
    put(store, classifier, [bounced(9, 30)], "another message")
    assert statuses(store) == ["paused"]


def test_redoing_is_the_reverse(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, OUTAGE)
    before = seen(store)
    operation, _ = undo(store, since=T0)
    assert redo(store, since=T0 + 300 * DAY) == (None, [])
    redone, done = redo(store, operation)
    assert redone is not None
    assert len(done) == 2
    assert seen(store) == before
    assert redo(store, operation) == (None, [])
    again, _ = undo(store, since=T0)
    assert again is not None
    assert statuses(store) == []


def test_wishes_are_undone_only_by_name_and_an_older_one_holds_again(
    make_store: MakeStore, classifier: Classifier
) -> None:
    store = make_store()
    wish = DeliveryEvent(id="a", time=T0, recipient=U, outcome="unsubscribe", stream="newsletter")
    put(store, classifier, [wish])
    put(store, classifier, [msgspec.structs.replace(wish, id="b", time=T0 + 9 * DAY)], "a wrong list")
    assert undo(store, since=T0 + 8 * DAY) == (None, [])
    operation, _ = undo(store, since=T0 + 8 * DAY, rule="unsubscribe")
    assert seen(store) == [(U, "unsubscribed", "marketing", T0, None, "unsubscribe", "unsubscribe")]
    redo(store, operation)
    assert [line[3] for line in seen(store)] == [T0 + 9 * DAY]


def test_imports_and_what_people_did_are_undone_by_their_rule(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [DeliveryEvent(id="i", time=T0, recipient=U, outcome="imported", reporting_mta="list.csv")])
    assert statuses(store) == ["suppressed"]
    undo(store, rule="imported")
    assert statuses(store) == []
    act(store, "suppress", at=T0 + DAY)
    assert undo(store, since=T0) == (None, [])
    undo(store, rule="by-hand")
    assert statuses(store) == []


def test_a_rule_that_was_wrong_takes_only_its_own_with_it(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    full = msgspec.structs.replace(bounced(2, 2), response="550 5.1.1 zzz", id="other")
    put(store, classifier, [bounced(1, 0), full])
    rules = {event.key: event.rule for event in store.story(U, DEFAULT).events}
    assert len({*rules.values()}) == 2
    undo(store, rule="user-unknown")
    assert [(line[1], line[3]) for line in seen(store)] == [("paused", T0 + 2 * DAY)]


FULL = [
    msgspec.structs.replace(bounced(n, day), response="552 5.2.2 mailbox full", status="5.2.2")
    for n, day in enumerate((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 40, 75))
]


def fed_day_by_day_and_at_once(
    make_store: MakeStore, classifier: Classifier, events: Sequence[DeliveryEvent]
) -> tuple[Store, Store]:
    daily, at_once = make_store(), make_store()
    for number, event in enumerate(sorted(events, key=lambda event: event.time or 0.0)):
        put(daily, classifier, [event], f"part {number}")
    put(at_once, classifier, events)
    return daily, at_once


def test_a_ladder_s_evidence_is_that_of_all_its_steps(make_store: MakeStore, classifier: Classifier) -> None:
    for store in fed_day_by_day_and_at_once(make_store, classifier, FULL):
        story = store.story(U, DEFAULT)
        assert (story.standing.status, len(story.standing.pauses)) == ("suppressed", 2)
        # The history itself knows the eight latest; those of days 5 to 9 fell into the pause.
        counted = sorted(event.time for event in story.events if event.key in story.standing.evidence)
        assert counted == [T0 + day * DAY for day in (0, 1, 2, 3, 4, 40, 75)]
        assert set(story.ledger[-1].evidence) == set(story.standing.evidence)


def test_undoing_reaches_what_rests_on_the_bad_days_however_it_came_in(
    make_store: MakeStore, classifier: Classifier
) -> None:
    ends = []
    for store in fed_day_by_day_and_at_once(make_store, classifier, FULL):
        operation, done = undo(store, since=T0, until=T0 + 9 * DAY, category="mailbox_full")
        assert operation is not None
        assert [(a.before.status, a.after.status) for a in done] == [("suppressed", "watched")]
        assert undo(store, since=T0, until=T0 + 9 * DAY, category="mailbox_full") == (None, [])
        ends.append((seen(store), told(store)))
        redo(store, operation)
        assert statuses(store) == ["suppressed"]
    assert ends[0] == ends[1]


def test_a_decision_that_rests_on_enough_without_the_bad_hour_stands(
    make_store: MakeStore, classifier: Classifier
) -> None:
    store = make_store()
    put(store, classifier, [bounced(1, 0), bounced(2, 0.2)])
    undo(store, since=T0, until=T0 + 3600)
    assert statuses(store) == ["paused"]
    undo(store, since=T0, until=T0 + DAY)
    assert statuses(store) == []


def test_decisions_are_found_by_what_they_are_about(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [bounced(1, 0), bounced(2, 2), bounced(3, 2, "v@gmail.com")])
    act(store, "suppress", "w@example.com")

    def found(**chosen: object) -> list[str | None]:
        return [decided.address for decided in store.decisions(msgspec.convert(chosen, Chosen))]

    assert len(found()) == 3
    assert found(provider="google") == ["v@gmail.com"]
    assert found(rule="dead-twice") == [U]
    assert found(rule="user-unknown") == [U, "v@gmail.com"]
    assert found(actor="ann") == ["w@example.com"]
    assert found(status="paused") == ["v@gmail.com"]
    assert found(since=T0 + 3 * DAY) == ["w@example.com"]
    assert len(found(since=NOW, recorded=True)) == 3


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=histories(),
    done=st.lists(
        st.tuples(
            st.sampled_from(["suppress", "release", "note"]), st.sampled_from(RECIPIENTS), st.sampled_from(["", "blog"])
        ),
        max_size=4,
    ),
    seed=st.integers(0, 2**32),
)
@pytest.mark.parametrize("days", [60])
def test_actions_hold_in_any_order_of_events(
    make_store: MakeStore,
    classifier: Classifier,
    events: list[DeliveryEvent],
    done: Sequence[tuple[Kind, str, str]],
    seed: int,
    days: int,
) -> None:
    """The same events before and after the same actions: the same end, now and as of any time."""
    rng = random.Random(seed)
    first, last = make_store(), make_store()

    def carry_out(store: Store) -> None:
        for number, (kind, address, scope) in enumerate(done):
            act(store, kind, address, at=T0 + (days + number) * DAY, scope=scope if kind == "release" else "")

    put(last, classifier, events)
    carry_out(last)
    carry_out(first)
    shuffled = events[:]
    rng.shuffle(shuffled)
    for number, event in enumerate(shuffled):
        put(first, classifier, [event], f"part {number}")
    for as_of in (None, T0 + 20 * DAY, T0 + (days + 1.5) * DAY, NOW):
        assert seen(first, as_of) == seen(last, as_of)
    assert told(first) == told(last)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), day=st.integers(0, 50), seed=st.integers(0, 2**32))
def test_undoing_and_redoing_leaves_everything_as_it_was(
    make_store: MakeStore, classifier: Classifier, events: list[DeliveryEvent], day: int, seed: int
) -> None:
    store = make_store()
    put(store, classifier, events)
    before, stories = seen(store), told(store)
    operation, _ = undo(store, since=T0 + day * DAY)
    random.Random(seed).shuffle(events)
    put(store, classifier, events, "once more")
    assert undo(store, since=T0 + day * DAY)[0] is None
    if operation is not None:
        redo(store, operation)
    assert (seen(store), told(store)) == (before, stories)
