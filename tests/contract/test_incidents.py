"""Outages: found by what happened and when, whatever the order in which it comes in; undone where nothing was wrong."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_order import fed, listed, without_times
from test_store import DAY, NOW, T0, MakeStore, classifier, make_store, subjects  # noqa: F401

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.history.languages import ENGLISH
from prellbock.history.policy import preset_text
from prellbock.pipeline import prepare
from prellbock.sources.batch import digest_of
from prellbock.store.contract import Store
from prellbock.store.incidents import Incident, NothingSaidError
from prellbock.telling import sentences

HOUR = 3600.0
OUTAGE = T0 // DAY * DAY + 9 * DAY + 10 * HOUR
"""Begin of the outage: 10:00 UTC on the tenth day; it lasts three hours."""
NAMES = [f"r{n}@gmail.com" for n in range(60)]
GONE = [f"gone{n}@gmail.com" for n in range(40)]
"""Addresses of an old list that really is bad: nothing was ever delivered to them."""


def mail(number: int, time: float, recipient: str, *, refused: bool = False) -> DeliveryEvent:
    return DeliveryEvent(
        id=f"e{number}", time=round(time, 3), recipient=recipient, message_id=f"m{number}", stream="newsletter",
        mx="gmail-smtp-in.l.google.com", outcome="bounced" if refused else "delivered",
        response="550-5.1.1 The email account that you tried to reach does not exist." if refused else None,
        status="5.1.1" if refused else None,
    )  # fmt: skip


def world(*, outage: bool = True, bad_list: bool = True) -> list[DeliveryEvent]:
    """Two weeks in which everybody is mailed twice a day, in the order of time."""
    dice = random.Random(7)
    events: list[DeliveryEvent] = []
    for day in range(14):
        for name in NAMES:
            for _ in range(2):
                time = T0 // DAY * DAY + day * DAY + 8 * HOUR + dice.random() * 8 * HOUR
                refused = outage and OUTAGE <= time < OUTAGE + 3 * HOUR
                events.append(mail(len(events), time, name, refused=refused))
    if bad_list:
        for name in GONE:
            time = T0 // DAY * DAY + 5 * DAY + 12 * HOUR + dice.random() * HOUR
            events.append(mail(len(events), time, name, refused=True))
    return sorted(events, key=lambda event: event.time or 0.0)


def put(
    store: Store, judge: Classifier, events: Sequence[DeliveryEvent], part: object, *, now: float = NOW,
    settled: bool = True, announce: bool = True,
) -> None:  # fmt: skip
    store.ingest(
        prepare(events, store.identity), digest=digest_of(str(part).encode()), source="test", classifier=judge,
        now=now, settled=settled, announce=announce,
    )  # fmt: skip


@pytest.fixture
def strict(make_store: MakeStore) -> Store:  # noqa: F811
    """A store that suppresses at the first failure: nothing but the shield saves anybody."""
    store = make_store()
    store.use_policy(preset_text("suppress-at-first"), NOW, "test")
    return store


def statuses(store: Store, names: Sequence[str] = NAMES) -> set[str]:
    return {found[0].status for found in store.standings_of(subjects(store, *names), store.policy)}


def test_an_outage_suppresses_nobody_and_is_told(strict: Store, classifier: Classifier) -> None:  # noqa: F811
    events = world()
    for begin in range(0, len(events), 50):
        put(strict, classifier, events[begin : begin + 50], begin, settled=False)
    strict.settle(NOW)
    assert statuses(strict) == {"deliverable"}
    assert statuses(strict, GONE) == {"suppressed"}, "what really is bad is found"
    (found,) = strict.incidents()
    assert (found.provider, found.category, found.verdict, found.by_hand) == (
        "google", "unknown_recipient", "outage", False
    )  # fmt: skip
    assert found.begin <= OUTAGE < found.noticed <= OUTAGE + 2 * HOUR
    assert found.end is not None
    assert 0 <= found.end - (OUTAGE + 3 * HOUR) <= 1200
    assert found.failed >= found.alive > found.failed / 2, "where fewer than three failed nobody asked"
    assert found.recipients == found.revived > 20
    assert {line.status for line in strict.changes(0) if line.address in NAMES} <= {"deliverable"}


def test_the_curve_shows_before_and_after(strict: Store, classifier: Classifier) -> None:  # noqa: F811
    put(strict, classifier, world(), "all")
    (found,) = strict.incidents()
    shown = strict.incident(found.name)
    assert shown is not None
    assert shown.curve[0].time < shown.begin
    assert sum(point.failed for point in shown.curve if point.surge) > 20
    assert strict.incident("google.unknown_recipient.20200101T0000Z") is None


def test_what_the_other_verdict_would_change_is_known_before(strict: Store, classifier: Classifier) -> None:  # noqa: F811
    """Exactly what then happens, in both directions; some had another failure before, some got mail after."""
    put(strict, classifier, [event for event in world() if (event.time or 0) < OUTAGE + 5 * HOUR], "all")
    (found,) = strict.incidents()
    for verdict in ("real", "outage"):
        held = strict.held(found.name, after=-1, most=1000)
        assert len(held) == found.recipients > 20
        assert sum(each.failures for each in held) == found.failed
        assert any(each.now.status != each.otherwise.status for each in held)
        strict.judge_incident(found.name, verdict, actor="anna", reason="to see", now=NOW)
        then = strict.held(found.name, after=-1, most=1000)
        assert [each.now for each in then] == [each.otherwise for each in held]
        assert [each.otherwise for each in then] == [each.now for each in held]
    pages = [each for start in (-1, held[9].number) for each in strict.held(found.name, after=start, most=10)]
    assert [each.number for each in pages] == [each.number for each in held[:20]]
    assert strict.held("nobody.knows.it", after=-1, most=10) == []


def test_no_outage_no_incident(strict: Store, classifier: Classifier) -> None:  # noqa: F811
    put(strict, classifier, world(outage=False), "all")
    assert strict.incidents() == []
    assert statuses(strict, GONE) == {"suppressed"}


def test_a_person_knows_better_and_can_be_wrong(strict: Store, classifier: Classifier) -> None:  # noqa: F811
    """Before anything arrives again after the outage, so that nothing else clears the failures."""
    put(strict, classifier, [event for event in world() if (event.time or 0) < OUTAGE + 3 * HOUR], "all")
    (found,) = strict.incidents()
    assert found.end is None
    assert statuses(strict) == {"deliverable"}
    hit = next(event.recipient for event in world() if event.outcome == "bounced" and event.recipient in NAMES)
    assert {event.incident for event in strict.story(hit, strict.policy).events} == {found.name}

    judged = strict.judge_incident(found.name, "real", actor="anna", reason="they closed the accounts", now=NOW)
    assert judged is not None
    assert (judged.verdict, judged.by_hand, judged.judgements[0].actor) == ("real", True, "anna")
    suppressed = {line.address for line in strict.withheld(NOW, strict.policy) if line.status == "suppressed"}
    assert len(suppressed & {*NAMES}) == found.recipients
    ledger = strict.story(next(name for name in NAMES if name in suppressed), strict.policy).ledger
    assert ledger[-1].actor == "anna"
    assert {event.incident for event in strict.story(hit, strict.policy).events} == {None}, "it counts"
    again = strict.judge_incident(found.name, "real", actor="anna", reason="pressed twice", now=NOW)
    assert again is not None
    assert len(again.judgements) == 1, "one undo takes it back"

    undone = strict.undo_judgement(found.name, actor="ben", reason="they did not", now=NOW + 60)
    assert undone is not None
    assert (undone.verdict, undone.by_hand, undone.judgements[0].undone_by) == ("outage", False, "ben")
    assert statuses(strict) == {"deliverable"}
    assert {line.address for line in strict.withheld(NOW, strict.policy)}.isdisjoint(NAMES)
    with pytest.raises(NothingSaidError):
        strict.undo_judgement(found.name, actor="ben", reason="again", now=NOW)
    assert strict.judge_incident("nobody.knows.it", "real", actor="a", reason="b", now=NOW) is None


def test_what_never_ends_is_real(strict: Store, classifier: Classifier) -> None:  # noqa: F811
    """A provider that closes for good: after three days the failures count."""
    closed = OUTAGE
    events = [
        mail(n, event.time or 0.0, event.recipient or "", refused=(event.time or 0.0) >= closed)
        for n, event in enumerate(world(outage=False, bad_list=False))
    ]
    put(strict, classifier, [event for event in events if (event.time or 0) < closed + DAY], "first")
    assert statuses(strict) == {"deliverable"}
    put(strict, classifier, [event for event in events if (event.time or 0) >= closed + DAY], "rest")
    assert "suppressed" in statuses(strict)


def test_a_decision_waits_until_its_bucket_is_judged(strict: Store, classifier: Classifier) -> None:  # noqa: F811
    time = T0 // 600 * 600 + 60
    put(strict, classifier, [mail(1, time, "a@gmail.com", refused=True)], "one", now=time + 5)
    assert statuses(strict, ["a@gmail.com"]) == {"deliverable"}
    assert list(strict.changes(0)) == list(strict.withheld(time + 10, strict.policy)) == []
    story = strict.story("a@gmail.com", strict.policy)
    assert (story.standing.status, story.waiting and story.waiting.status) == ("deliverable", "suppressed")
    assert any(ENGLISH.sentences["waiting"] == said for said in sentences(story, time + 10, ENGLISH))
    assert strict.settle(time + 600) == 0
    assert strict.settle(time + 1155) == 1
    assert statuses(strict, ["a@gmail.com"]) == {"suppressed"}
    assert strict.story("a@gmail.com", strict.policy).waiting is None
    assert [line.status for line in strict.changes(0)] == ["suppressed"]


def test_a_delivery_while_it_waits_leaves_nothing_to_announce(strict: Store, classifier: Classifier) -> None:  # noqa: F811
    time = T0 // 600 * 600 + 60
    put(strict, classifier, [mail(1, time, "a@gmail.com", refused=True)], "one", now=time + 5)
    put(strict, classifier, [mail(2, time + 60, "a@gmail.com")], "two", now=time + 65)
    strict.maintain(time + 3600)
    assert list(strict.changes(0)) == []
    assert statuses(strict, ["a@gmail.com"]) == {"deliverable"}


def figures(store: Store) -> list[tuple[object, ...]]:
    return [_figures(each) for each in store.incidents()]


def _figures(each: Incident) -> tuple[object, ...]:
    return (each.name, each.begin, each.end, each.noticed, each.verdict, each.delivered, each.failed, each.alive,
            each.recipients, each.revived)  # fmt: skip


@pytest.mark.parametrize("examples", [8, pytest.param(300, marks=pytest.mark.long)])
@pytest.mark.parametrize("policy", ["default", "suppress-at-first"])
def test_every_way_leads_to_the_same_incidents(
    make_store: MakeStore,  # noqa: F811
    classifier: Classifier,  # noqa: F811
    examples: int,
    policy: str,
) -> None:
    events = world()
    straight = make_store()
    straight.use_policy(preset_text(policy), NOW, "test")
    for begin in range(0, len(events), 40):
        put(straight, classifier, events[begin : begin + 40], begin, settled=False)
    straight.settle(NOW)
    assert len(figures(straight)) == 1

    @settings(max_examples=examples, deadline=None, suppress_health_check=[*HealthCheck])
    @given(data=st.data())
    def tangled(data: st.DataObject) -> None:
        store = make_store()
        store.use_policy(preset_text(policy), NOW, "test")
        dice = random.Random(data.draw(st.integers(0, 1 << 30), label="seed"))
        # From nearly in order to not at all.
        spread = data.draw(st.sampled_from([0.0, HOUR, DAY, 30 * DAY]), label="spread")
        mixed = sorted(events, key=lambda event: (event.time or 0.0) + dice.random() * spread)
        size = data.draw(st.sampled_from([25, 100, 400, 2000]), label="size")
        for begin in range(0, len(mixed), size):
            part = mixed[begin : begin + size]
            again = dice.sample(mixed[: begin + 1], min(5, begin + 1))
            put(store, classifier, [*part, *again], begin, settled=dice.random() < 0.5, announce=dice.random() < 0.8)
            if dice.random() < 0.2:
                store.maintain(NOW)
        store.announce(NOW)
        store.settle(NOW)
        assert figures(store) == figures(straight)
        assert statuses(store) == statuses(straight)
        assert listed(store) == listed(straight)
        assert fed(store) == sorted(map(without_times, listed(store)))

    tangled()
