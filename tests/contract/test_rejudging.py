"""Other rules judge what is stored as if they had always held; a replay says before what will come of it."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from test_store import DAY, NOW, T0, MakeStore, delivered, make_store, seen  # noqa: F401

from prellbock.drafting import drafts, rules
from prellbock.drafting.errors import DraftError
from prellbock.drafting.replay import replay
from prellbock.events import DeliveryEvent
from prellbock.history.check import deciding
from prellbock.history.judge import Standing, scoped, standing
from prellbock.pipeline import prepare
from prellbock.rules.model import Example, Rule
from prellbock.sources.batch import digest_of
from prellbock.store.contract import Store
from prellbock.store.sqlite import SqliteStore

TEXTS = (
    "550 5.1.1 User unknown",
    "552 5.2.2 Mailbox full",
    "550 The gremlins of the wurzel have spoken",
    "550 5.7.1 Message rejected as spam",
    "450 4.2.1 greylisted, please try again",
)
WURZEL = Rule(
    "wurzel",
    "unknown_recipient",
    ("gremlins of the wurzel",),
    examples=(Example(TEXTS[2]),),
    source="a test",
    priority=9,
)
NOT_DEAD = Rule(
    "not-dead", "policy", ("user unknown",), examples=(Example("550 5.1.1 User unknown"),), source="a test", priority=90
)


def world(seed: int, size: int = 300) -> list[DeliveryEvent]:
    chance = random.Random(seed)
    events = []
    for number in range(size):
        recipient, day = f"u{chance.randrange(25)}@example.com", chance.random() * 60
        if chance.random() < 0.1:
            events.append(delivered(number, day, recipient))
            continue
        text = chance.choice(TEXTS)
        events.append(
            DeliveryEvent(
                id=f"e{number}",
                time=T0 + day * DAY,
                recipient=recipient,
                outcome="deferred" if text.startswith("4") else "bounced",
                response=text,
                message_id=f"m{number}",
                stream=chance.choice(("news", None)),
                sender=chance.choice(("a@example.org", None)),
                mx=chance.choice(("mx.example.com", None)),
            )
        )
    return events


def put(store: Store, events: Sequence[DeliveryEvent], name: str = "") -> None:
    store.ingest(prepare(events, store.identity), digest=digest_of(name.encode()), source="test", now=NOW)


def statuses(store: Store) -> Counter[str]:
    """Everybody but those who may be mailed, of whom a store need not remember anything."""
    policy = store.policy
    found: Counter[str] = Counter(
        deciding(standing(each.state, policy), scoped(each.state, policy), Standing(), now=NOW).status
        for each in store.states()
        if not each.is_domain
    )
    del found["deliverable"]
    return found


def drafted(store: Store, *changes: Rule) -> str:
    draft = rules.begin(store, "a try", "me", NOW)
    rules.edit(store, draft.id, {rule.name: rule for rule in changes}, "me", NOW)
    return draft.id


def without_examples(store: Store) -> dict[str, Rule | None]:
    """Those shipped rules out of the way whose own examples a changed rule would take."""
    return {
        rule.name: None
        for rule in rules.in_force(store).ruleset.rules
        if any("user unknown" in example.text.lower() for example in (*rule.examples, *rule.counterexamples))
    }


def tallies(store: Store) -> Counter[tuple[str, str | None]]:
    """The roll-ups without the hours."""
    found = store.counts(since=0, until=2e9, by=("category", "rule"), seconds=None)
    return Counter({(each.category or "", each.rule): each.count for each in found})


@pytest.mark.parametrize("seed", range(4))
def test_what_was_foretold_comes_true(make_store: MakeStore, seed: int) -> None:  # noqa: F811
    store, other = make_store(), make_store()
    events = world(seed)
    # Of some nothing is known but a reply that says nothing yet.
    events += [
        DeliveryEvent(id=f"n{n}", time=T0 + n * DAY, recipient="n@example.com", outcome="bounced", response=TEXTS[2])
        for n in range(3)
    ]
    put(store, events)
    before, list_before, tally_before = statuses(store), seen(store), tallies(store)
    identity = drafted(store, WURZEL, NOT_DEAD)
    rules.edit(store, identity, without_examples(store), "me", NOW)
    foretold = replay(store, drafts.draft_of(store, identity), NOW)
    assert foretold.verdicts is not None and foretold.statuses is not None
    assert foretold.statuses.exact
    assert {(flow.old, flow.new) for flow in foretold.verdicts.flows} == {
        ("unclassified", "unknown_recipient"), ("unknown_recipient", "policy"),
    }  # fmt: skip
    assert (statuses(store), seen(store)) == (before, list_before)

    rules.publish(store, identity, "me", NOW)
    expected = Counter(before)
    for flow in foretold.statuses.flows:
        expected[flow.before] -= flow.count
        expected[flow.after] += flow.count
    del expected["deliverable"]
    assert statuses(store) == +expected
    # As if these rules had always held.
    rules.edit(other, again := drafted(other, WURZEL, NOT_DEAD), without_examples(other), "me", NOW)
    rules.publish(other, again, "me", NOW)
    put(other, events)
    assert (seen(store), tallies(store)) == (seen(other), tallies(other))
    told = {(line.address, line.status) for line in store.changes(0)}
    assert {(w.address, w.status) for w in store.withheld(T0, store.policy)} <= told

    rules.restore(store, 0, "me", NOW)
    assert (seen(store), tallies(store), statuses(store)) == (list_before, tally_before, before)


def test_what_comes_in_afterwards_is_judged_by_what_is_in_force(make_store: MakeStore) -> None:  # noqa: F811
    store = make_store()
    put(store, world(7))
    rules.publish(store, drafted(store, WURZEL), "me", NOW)
    late = [DeliveryEvent(id="l", time=T0, recipient="l@example.com", outcome="bounced", response=TEXTS[2])]
    put(store, late, "late")
    assert tallies(store)["unknown_recipient", "wurzel"] == sum(e.response == TEXTS[2] for e in (*world(7), *late))
    assert {each.ruleset for each in store.judgements()} == {store.classifier.version}


def test_hashed_mode_and_another_process(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, create=True, addresses="hashed") as store, SqliteStore(tmp_path) as beside:
        put(store, world(3))
        before = seen(store)
        identity = drafted(beside, WURZEL)
        foretold = replay(beside, drafts.draft_of(beside, identity), NOW)
        assert foretold.statuses is not None and foretold.statuses.flows
        rules.publish(beside, identity, "me", NOW)
        assert store.classifier.ruleset.named("wurzel") is not None
        assert seen(store) != before
        rules.restore(store, 0, "me", NOW)
        assert seen(beside) == before


def test_a_draft_that_is_gone_cannot_be_published_twice(make_store: MakeStore) -> None:  # noqa: F811
    store = make_store()
    identity = drafted(store, WURZEL)
    rules.publish(store, identity, "me", NOW)
    with pytest.raises(DraftError):
        rules.publish(store, identity, "me", NOW)
