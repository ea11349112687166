"""A store keeps the policy in force, judges everybody anew when it changes, and tells of a back-fill at its end."""

from collections.abc import Sequence

import pytest
from test_store import DAY, NOW, T0, MakeStore, bounced, classifier, delivered, make_store, put, seen  # noqa: F401

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.history.policy import DEFAULT, preset, preset_text, presets
from prellbock.history.replay import Replay
from prellbock.pipeline import prepare
from prellbock.rules.model import RuleError
from prellbock.sources.batch import digest_of
from prellbock.store.contract import Store


def fed(store: Store) -> list[tuple[object, ...]]:
    """What a reader of the change feed believes at its end."""
    latest = {(line.address, line.scope): line for line in store.changes(0)}
    return sorted(
        (line.address, line.status, line.scope, line.since, line.until, line.category, line.rule)
        for line in latest.values()
        if line.status not in ("deliverable", "watched")
    )


def test_a_new_store_has_the_default_policy(make_store: MakeStore) -> None:  # noqa: F811
    store = make_store()
    assert store.policy == DEFAULT
    assert store.policy_text is None


def test_another_policy_judges_everybody_anew(make_store: MakeStore, classifier: Classifier) -> None:  # noqa: F811
    store = make_store()
    put(store, classifier, [bounced(1, 0), bounced(2, 0, "v@example.com"), bounced(3, 2, "v@example.com")])
    paused, suppressed = fed(store)
    assert (paused[:2], suppressed[:2]) == (("u@example.com", "paused"), ("v@example.com", "suppressed"))

    told = store.use_policy(preset_text("suppress-at-first"), NOW, "me")
    assert told["judged"] >= 2 and told["decisions"] == 2
    assert store.policy == preset("suppress-at-first")
    assert [line[1] for line in fed(store)] == ["suppressed", "suppressed"]
    assert {line[6] for line in fed(store)} == {"hard-1"}
    story = store.story("u@example.com", store.policy)
    assert (story.ledger[-1].actor, story.ledger[-1].policy) == ("me", store.policy.version)

    assert store.use_policy(preset_text("csa-3"), NOW, "me")["decisions"] == 2
    assert fed(store) == []
    assert store.use_policy(preset_text("default"), NOW, "me")["decisions"] == 2
    assert fed(store) == [paused, suppressed]
    assert store.use_policy(preset_text("default"), NOW, "me")["decisions"] == 0


def test_a_policy_with_a_mistake_changes_nothing(make_store: MakeStore) -> None:  # noqa: F811
    store = make_store()
    with pytest.raises(RuleError):
        store.use_policy('name = "x"\n[[rule]]\nname = "r"\ncategory = "reputation"\n', NOW, "me")
    assert store.policy == DEFAULT


def test_later_events_are_judged_by_the_policy_in_force(make_store: MakeStore, classifier: Classifier) -> None:  # noqa: F811
    store = make_store()
    store.use_policy(preset_text("suppress-at-first"), NOW, "me")
    ingest(store, classifier, [bounced(1, 0)])
    assert [line[1] for line in fed(store)] == ["suppressed"]


def ingest(store: Store, classifier: Classifier, events: Sequence[DeliveryEvent], *, announce: bool = True) -> None:  # noqa: F811
    batch = prepare(events, store.identity)
    ids = "".join(f"{event.id}," for event in events)
    store.ingest(
        batch, digest=digest_of(ids.encode()), source="test", classifier=classifier, now=NOW, announce=announce
    )


def test_a_back_fill_tells_at_its_end_where_everybody_stands(
    make_store: MakeStore, classifier: Classifier  # noqa: F811
) -> None:  # fmt: skip
    years = [bounced(n, day) for n, day in enumerate(range(0, 1200, 50))]
    years.append(delivered(900, 700, "v@example.com"))
    years += [bounced(1000 + n, day, "v@example.com") for n, day in enumerate((0, 3, 800))]
    straight, filled = make_store(), make_store()
    ingest(straight, classifier, years)
    for begin in range(0, len(years), 5):
        ingest(filled, classifier, years[begin : begin + 5], announce=False)
        assert filled.cursor() == 0
        assert seen(filled) == []
    filled.maintain(NOW + 60)
    assert filled.cursor() == 0
    assert filled.announce(NOW)["decisions"] == 2
    assert fed(filled) == fed(straight) == seen(filled)
    assert filled.announce(NOW)["decisions"] == 0


def test_a_back_fill_that_was_given_up_is_told_an_hour_later(
    make_store: MakeStore, classifier: Classifier  # noqa: F811
) -> None:  # fmt: skip
    store = make_store()
    ingest(store, classifier, [bounced(1, 0)], announce=False)
    # Meanwhile ordinary input about the same recipient waits as well, and about others does not.
    ingest(store, classifier, [bounced(2, 2), bounced(3, 0, "v@example.com")])
    assert [line[0] for line in fed(store)] == ["v@example.com"]
    store.maintain(NOW + 3601)
    assert [line[1] for line in fed(store)] == ["suppressed", "paused"]
    assert len(store.story("u@example.com", DEFAULT).ledger) == 1


@pytest.mark.parametrize("name", presets())
def test_replay_says_what_use_would_do(make_store: MakeStore, classifier: Classifier, name: str) -> None:  # noqa: F811
    store = make_store()
    events = [
        bounced(100 * who + n, day, f"r{who}@example.com")
        for who, days in enumerate(((0,), (0, 2), (0, 7, 15), range(0, 40, 5)))
        for n, day in enumerate(days)
    ]
    ingest(store, classifier, events)
    at = T0 + 41 * DAY
    before = {address: said for address, said, *_ in now_withheld(store, at)}
    replay = Replay(store.states(), store.policy, preset(name), at)
    expected = {d.address: d.after.status for d in replay}
    assert sum(replay.changes.values()) == len(expected)
    store.use_policy(preset_text(name), NOW, "me")
    after = {address: said for address, said, *_ in now_withheld(store, at)}
    changed = {a for a in before.keys() | after.keys() if before.get(a) != after.get(a)}
    assert {a: s for a, s in expected.items() if s in ("paused", "suppressed")} == {
        a: after[a] for a in changed if a in after
    }


def now_withheld(store: Store, at: float) -> list[tuple[str | None, str]]:
    return [(line.address, line.status) for line in store.withheld(at, store.policy)]


def test_evidence_that_a_long_history_no_longer_knows_is_found_in_the_store(
    make_store: MakeStore, classifier: Classifier  # noqa: F811
) -> None:  # fmt: skip
    store = make_store()
    put(store, classifier, [bounced(n, n) for n in range(40)])
    story = store.story("u@example.com", DEFAULT)
    assert (story.standing.status, story.standing.since) == ("suppressed", T0 + DAY)
    first = sorted(story.events, key=lambda event: event.time)[:2]
    assert story.standing.evidence == tuple(event.key for event in first)
    assert tuple(story.ledger[-1].evidence) == story.standing.evidence


def test_deliveries_that_bounced_later_stay_void_in_a_long_history(
    make_store: MakeStore, classifier: Classifier  # noqa: F811
) -> None:  # fmt: skip
    """A host that accepts everything and reports afterwards, daily for two months."""
    story = []
    for day in range(30):
        message = f"m{day}"
        story.append(
            DeliveryEvent(id=f"a{day}", time=T0 + day * DAY, recipient="u@example.com", outcome="delivered",
                          message_id=message)
        )  # fmt: skip
        story.append(bounced(day, day + 0.1, message=message))
    for order in (story, story[::-1], story[::2] + story[1::2], story[1::2] + story[::2]):
        store = make_store()
        for begin in range(0, len(order), 7):
            put(store, classifier, order[begin : begin + 7], f"part {begin}")
        assert [line[1] for line in seen(store)] == ["suppressed"]
        assert [line[1] for line in seen(store, T0 + 29.5 * DAY)] == ["suppressed"]
        assert store.story("u@example.com", DEFAULT).last_delivery is None
