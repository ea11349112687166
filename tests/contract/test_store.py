"""What every store must do; run against each implementation."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.history.judge import Standing
from prellbock.history.policy import DEFAULT
from prellbock.identity import new_secret
from prellbock.pipeline import prepare
from prellbock.sources.batch import digest_of
from prellbock.store.contract import Part, Store
from prellbock.store.dynamodb.memory import MemoryDynamoDB, MemoryS3
from prellbock.store.dynamodb.store import DynamoStore, Place
from prellbock.store.sqlite import SqliteStore

T0 = 1_767_600_000.0
DAY = 86400.0
NOW = T0 + 400 * DAY

MakeStore = Callable[[], Store]


class Folding(DynamoStore):
    """Recipients in objects of S3: some of them in shards, some in the logs of the latest commits."""

    def ingest(self, *args: Any, **kwargs: Any) -> dict[str, int]:
        counts = super().ingest(*args, **kwargs)
        # Rarer and rarer, as each moves everybody.
        if self._objects.manifest.commit.bit_count() == 1:
            self.fold(least=1)
        return counts


@pytest.fixture(params=["sqlite", "dynamodb", "dynamodb-objects"])
def make_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeStore]:
    opened: list[Store] = []

    def make() -> Store:
        store: Store
        if request.param == "sqlite":
            store = SqliteStore(Path(tmp_path_factory.mktemp("store")), create=True)
        else:
            place = Place(s3=MemoryS3(), dynamodb=MemoryDynamoDB(), bucket="b", table="t")
            if request.param == "dynamodb-objects":
                store = Folding(msgspec.structs.replace(place, histories="objects"), new_secret())
            else:
                store = DynamoStore(place, new_secret())
        opened.append(store)
        return store

    yield make
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.default()


def put(store: Store, classifier: Classifier, events: Sequence[DeliveryEvent], name: str = "") -> dict[str, int]:
    ids = "".join(f"{event.id}," for event in events)
    return store.ingest(
        prepare(events, store.identity),
        digest=digest_of(name.encode(), ids.encode()),
        source="test",
        classifier=classifier,
        policy=DEFAULT,
        now=NOW,
    )


def subjects(store: Store, *addresses: str) -> list[tuple[bytes, str | None]]:
    return [(store.identity.of_address(address), address.rpartition("@")[2]) for address in addresses]


def bounced(number: int, days: float, recipient: str = "u@example.com", message: str | None = None) -> DeliveryEvent:
    return DeliveryEvent(
        id=f"e{number}",
        time=T0 + days * DAY,
        recipient=recipient,
        outcome="bounced",
        response="550 5.1.1 User unknown",
        status="5.1.1",
        message_id=message or f"m{number}",
    )


def delivered(number: int, days: float, recipient: str = "u@example.com", message: str | None = None) -> DeliveryEvent:
    return DeliveryEvent(
        id=f"e{number}", time=T0 + days * DAY, recipient=recipient, outcome="delivered", message_id=message
    )


def seen(store: Store, as_of: float | None = None) -> list[tuple[object, ...]]:
    """The suppression list without what may differ between two ways to it."""
    lines = store.withheld(T0 if as_of is None else as_of, DEFAULT, as_of=as_of)
    return sorted((w.address, w.status, w.scope, w.since, w.until, w.category, w.rule) for w in lines)


def test_counts_and_duplicates(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    events = [bounced(1, 0), delivered(2, 1), delivered(3, 1, "v@example.com")]
    first = put(store, classifier, events)
    assert (first["read"], first["new"], first["failed"], first["delivered"]) == (3, 3, 1, 2)
    assert put(store, classifier, events)["duplicate"] == 3
    again = put(store, classifier, [*events, delivered(4, 2)], "another batch")
    assert (again["new"], again["duplicate"], again["delivered"]) == (1, 3, 1)


def test_the_same_event_twice_in_one_batch_counts_once(make_store: MakeStore, classifier: Classifier) -> None:
    counts = put(make_store(), classifier, [bounced(1, 0), bounced(1, 0), delivered(2, 0), delivered(2, 0)])
    assert (counts["new"], counts["duplicate"]) == (2, 2)


def test_several_batches_at_once_count_as_they_would_one_by_one(make_store: MakeStore, classifier: Classifier) -> None:
    batches = [
        [bounced(1, 0), delivered(2, 1), bounced(8, 2)],
        [delivered(2, 1), bounced(1, 0), delivered(3, 1, "v@example.com"), bounced(4, 1, "v@example.com")],
        [],
        [delivered(5, 2, "w@example.com")],
        [bounced(1, 0), delivered(2, 1), bounced(8, 2)],
        [bounced(0, 0)],
    ]
    batches[3][0] = msgspec.structs.replace(batches[3][0], campaign="spring", stream="news", mx="mx.example.com")
    one_by_one, together = make_store(), make_store()
    put(together, classifier, batches[-1])

    def parts(store: Store) -> list[Part]:
        return [
            Part(
                prepare(events, store.identity), digest_of(b"", "".join(f"{e.id}," for e in events).encode()), f"s{at}"
            )
            for at, events in enumerate(batches)
        ]

    put(one_by_one, classifier, batches[-1])
    expected = [one_by_one.ingest_together([part], now=NOW)[0] for part in parts(one_by_one)]
    assert together.ingest_together(parts(together), now=NOW) == expected
    assert [counts["new"] for counts in expected] == [3, 2, 0, 1, 0, 0]
    assert together.totals() == {**one_by_one.totals(), "cursor": together.totals()["cursor"]}
    assert seen(together) == seen(one_by_one)
    found = together.story("v@example.com", DEFAULT).events
    assert [event.source for event in found] == [e.source for e in one_by_one.story("v@example.com", DEFAULT).events]


def test_a_decision_names_its_evidence(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [bounced(1, 0), bounced(2, 2)])
    story = store.story("u@example.com", DEFAULT)
    assert story.standing.status == "suppressed"
    assert {event.key for event in story.events} == {*story.standing.evidence}
    assert [(entry.before, entry.status) for entry in story.ledger] == [("deliverable", "suppressed")]
    assert set(story.ledger[0].evidence) == set(story.standing.evidence)
    assert story.ledger[0].policy == DEFAULT.version
    assert story.ledger[0].ruleset == classifier.version


def test_the_last_delivery_is_remembered_without_a_row(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [delivered(n, n) for n in range(60)])
    store.maintain(NOW)
    story = store.story("u@example.com", DEFAULT)
    assert story.last_delivery == T0 + 59 * DAY
    assert story.events == []


def test_a_delivery_that_came_in_before_an_older_failure_clears_it(
    make_store: MakeStore, classifier: Classifier
) -> None:
    store = make_store()
    put(store, classifier, [delivered(1, 50)])
    store.maintain(NOW)
    put(store, classifier, [bounced(2, 1), bounced(3, 3)])
    assert seen(store) == []
    assert store.story("u@example.com", DEFAULT).standing.status == "deliverable"


def test_a_delivery_older_than_what_is_kept_by_day_still_clears(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [delivered(1, 5), delivered(2, 90, "other@example.com")])
    store.maintain(NOW)
    put(store, classifier, [bounced(3, 2), bounced(4, 4.5)])
    assert seen(store) == []
    put(store, classifier, [bounced(5, 6)])
    assert [line[1] for line in seen(store)] == ["paused"]


def test_a_back_fill_does_not_hide_a_later_delivery_that_was_thinned(
    make_store: MakeStore, classifier: Classifier
) -> None:
    store = make_store()
    put(store, classifier, [delivered(1, 12), delivered(2, 62, "other@example.com")])
    store.maintain(NOW)
    put(store, classifier, [delivered(3, 2)])
    put(store, classifier, [bounced(4, 0), bounced(5, 3), bounced(6, 5)])
    assert seen(store) == []


def test_a_message_accepted_first_and_bounced_later_was_no_delivery(
    make_store: MakeStore, classifier: Classifier
) -> None:
    """Hosts that accept everything and report afterwards: the acceptance of a message clears nothing."""
    story = []
    for number, day in enumerate((0, 7, 14)):
        accepted = DeliveryEvent(
            id=f"a{number}",
            time=T0 + day * DAY,
            recipient="u@example.com",
            outcome="delivered",
            message_id=f"m{number}",
        )
        story += [accepted, bounced(number, day + 0.1, message=f"m{number}")]
    for order in (story, story[::-1], story[::2] + story[1::2], story[1::2] + story[::2]):
        store = make_store()
        for number, event in enumerate(order):
            put(store, classifier, [event], f"part {number}")
        assert [line[1:5] for line in seen(store)] == [("suppressed", "all", T0 + 7.1 * DAY, None)]
        put(store, classifier, [delivered(9, 20)], "another message arrives")
        assert seen(store) == []


def test_feedback_that_blames_the_sender_touches_nobody_at_any_time(
    make_store: MakeStore, classifier: Classifier
) -> None:
    store = make_store()
    events = [
        DeliveryEvent(id="a", time=T0, recipient="u@example.com", outcome="complaint"),
        DeliveryEvent(id="b", time=T0 + DAY, recipient="u@example.com", outcome="feedback", feedback_type="virus"),
        DeliveryEvent(id="c", time=T0 + 5 * DAY, recipient="u@example.com", outcome="unsubscribe"),
    ]
    put(store, classifier, events)
    assert [line[1] for line in seen(store, as_of=T0 + 2 * DAY)] == ["complained"]


def test_the_evidence_is_told_however_much_came_later(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    replies = [
        DeliveryEvent(id=f"r{n}", time=T0 + (3 + n) * DAY, recipient="u@example.com", outcome="auto_reply")
        for n in range(60)
    ]
    put(store, classifier, [bounced(1, 0), bounced(2, 2), *replies])
    story = store.story("u@example.com", DEFAULT)
    assert len(story.events) == 52
    assert {*story.standing.evidence} <= {event.key for event in story.events}


def test_as_of_judges_as_if_it_were_then(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    put(store, classifier, [bounced(1, 0), bounced(2, 2), delivered(3, 10)])
    assert seen(store) == []
    assert [line[1] for line in seen(store, as_of=T0 + 1 * DAY)] == ["paused"]
    assert [line[1] for line in seen(store, as_of=T0 + 3 * DAY)] == ["suppressed"]
    assert seen(store, as_of=T0 + 11 * DAY) == []
    ((standing, _, _),) = store.standings_of(subjects(store, "u@example.com"), DEFAULT, as_of=T0 + 3 * DAY)
    assert standing.status == "suppressed"


def test_complaint_holds_in_its_scope(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    complaint = DeliveryEvent(id="c", time=T0, recipient="u@example.com", outcome="complaint", stream="newsletter")
    put(store, classifier, [complaint])
    assert seen(store) == [("u@example.com", "complained", "marketing", T0, None, "complaint", "complaint")]


def test_an_unnamed_report_is_counted_and_touches_nobody(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    counts = put(store, classifier, [DeliveryEvent(id="x", time=T0, outcome="complaint")])
    assert (counts["new"], counts["complaint"]) == (1, 1)
    assert seen(store) == []


def test_a_provider_s_suppression_is_mirrored_until_a_delivery(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    imported = DeliveryEvent(
        id="i", time=T0, recipient="u@example.com", outcome="imported", reporting_mta="old-list.csv"
    )
    put(store, classifier, [imported])
    (line,) = store.withheld(T0, DEFAULT)
    assert (line.status, line.source) == ("suppressed", "old-list.csv")
    put(store, classifier, [DeliveryEvent(id="k", time=T0 + DAY, recipient="u@example.com", outcome="consent")])
    assert seen(store) == []


def test_a_probe_is_leased_to_one(make_store: MakeStore) -> None:
    store = make_store()
    wanted = {store.identity.of_address("u@example.com"): 100.0}
    assert store.lease(wanted, NOW, "kw01") == {}
    assert store.lease(wanted, NOW + 1, "kw02") == dict.fromkeys(wanted, NOW + 100)
    assert store.lease(wanted, NOW + 1, "kw01") == {}
    assert store.lease(wanted, NOW + 101, "kw02") == {}


RECIPIENTS = ["a@example.com", "b@example.com", "c@example.org"]
ANSWERS = [
    ("bounced", "550 5.1.1 User unknown", "5.1.1"),
    ("bounced", "552 5.2.2 Mailbox full", "5.2.2"),
    ("deferred", "452 4.2.2 Mailbox full", "4.2.2"),
    ("bounced", "421 4.4.2 Connection timed out", "4.4.2"),
    ("bounced", "550 5.7.1 blocked", "5.7.1"),
    ("delivered", None, None),
    ("delivered", None, None),
    ("complaint", None, None),
    ("unsubscribe", None, None),
    ("consent", None, None),
    ("feedback", None, None),
    ("bounced", "Amazon SES has suppressed sending to this address because it has a recent history of bouncing", None),
]


@st.composite
def histories(draw: st.DrawFn) -> list[DeliveryEvent]:
    """Some weeks of a few recipients, on a coarse grid so that hours, days and messages collide."""
    events = []
    for number in range(draw(st.integers(1, 40))):
        outcome, response, status = draw(st.sampled_from(ANSWERS))
        events.append(
            DeliveryEvent(
                id=f"e{number}",
                time=T0 + draw(st.integers(0, 50 * 8)) * DAY / 8,
                recipient=draw(st.sampled_from(RECIPIENTS)),
                outcome=outcome,  # type: ignore[arg-type]
                response=response,
                status=status,
                message_id=draw(st.sampled_from([None, "m1", "m2", f"own{number}", f"own{number}"])),
                stream=draw(st.sampled_from([None, "newsletter", "order"])),
            )
        )
    return events


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), seed=st.integers(0, 2**32))
def test_order_duplication_and_cutting_do_not_matter_for_the_end(
    make_store: MakeStore, classifier: Classifier, events: list[DeliveryEvent], seed: int
) -> None:
    rng = random.Random(seed)
    straight, tangled = make_store(), make_store()
    put(straight, classifier, sorted(events, key=lambda e: e.time or 0))
    shuffled = events + rng.sample(events, len(events) // 2)
    rng.shuffle(shuffled)
    number = 0
    while shuffled:
        size = rng.randint(1, 9)
        part, shuffled = shuffled[:size], shuffled[size:]
        put(tangled, classifier, part, f"part {number}")
        if rng.random() < 0.2:
            tangled.maintain(NOW)
        number += 1
    for as_of in (None, T0 + 20 * DAY, NOW):
        assert seen(tangled, as_of) == seen(straight, as_of)
    assert told(tangled) == told(straight)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), days=st.integers(0, 50))
def test_as_of_is_what_a_store_would_say_that_knew_nothing_later(
    make_store: MakeStore, classifier: Classifier, events: list[DeliveryEvent], days: int
) -> None:
    then = T0 + days * DAY + DAY / 3
    whole, earlier = make_store(), make_store()
    put(whole, classifier, events)
    put(earlier, classifier, [event for event in events if (event.time or 0) <= then])
    assert seen(whole, then) == seen(earlier, then)
    assert told(whole, then) == told(earlier, then)


def told(store: Store, as_of: float | None = None) -> list[tuple[Standing, list[Standing], Standing]]:
    """The standings without evidence: event keys differ from installation to installation."""

    def bare(standing: Standing) -> Standing:
        return msgspec.structs.replace(standing, evidence=())

    return [
        (bare(personal), [bare(mark) for mark in marks], bare(domain))
        for personal, marks, domain in store.standings_of(subjects(store, *RECIPIENTS), DEFAULT, as_of=as_of)
    ]


def test_noted_are_those_with_a_history_and_their_domains_apart(make_store: MakeStore, classifier: Classifier) -> None:
    store = make_store()
    identity = store.identity
    both = identity.of_addresses(["u@example.com", "v@example.com"])
    assert store.noted(both).tolist() == [False, False]
    put(store, classifier, [bounced(1, 0)])
    assert store.noted(both).tolist() == [True, False]
    put(store, classifier, [bounced(2, 0, "v@example.com")], "second")
    assert store.noted(both).tolist() == [True, True]
    assert store.noted(b"").tolist() == []
    assert store.noted(identity.of_address("w@example.com")).tolist() == [False]


def test_the_mark_of_an_entry_of_the_ledger_is_its_own(make_store: MakeStore, classifier: Classifier) -> None:
    one, other = make_store(), make_store()
    for store, recipient in ((one, "u@example.com"), (other, "v@example.com")):
        put(store, classifier, [bounced(1, 0, recipient), bounced(2, 3, recipient)])
    assert one.mark_of(1) == one.mark_of(1) != other.mark_of(1)
    assert one.mark_of(one.cursor() + 1) is None
    assert len(one.mark_of(1) or b"") == 8


def test_a_delivery_that_bounced_late_leaves_the_one_before_it_even_when_all_is_thinned(
    make_store: MakeStore, classifier: Classifier
) -> None:
    deliveries = [delivered(1, 5, message="m1"), delivered(2, 15, message="m2"), delivered(3, 75, "v@example.net")]
    failures = [bounced(4, 0, message="m0"), bounced(5, 15.1, message="m2")]
    together, apart = make_store(), make_store()
    put(together, classifier, [*deliveries, *failures])
    for part in (deliveries, failures):
        put(apart, classifier, part, part[0].id or "")
        apart.maintain(NOW)
    for as_of in (None, T0 + 16 * DAY, T0 + 400 * DAY):
        assert seen(together, as_of) == seen(apart, as_of)
    assert seen(apart, T0 + 16 * DAY) and not seen(apart, T0 + 400 * DAY)
    assert together.deliveries_since == 0.0
    assert apart.deliveries_since == T0 // DAY * DAY + 41 * DAY
