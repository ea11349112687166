"""Proposals are computed anew where somebody has said something, and not with every response that comes in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from prellbock.classify.model import shipped_model
from prellbock.drafting import rules
from prellbock.events import DeliveryEvent
from prellbock.learn import proposals
from prellbock.learn.proposals import Proposing
from prellbock.learn.queue import queue
from prellbock.pipeline import prepare
from prellbock.rules.model import Example, Rule
from prellbock.sources.batch import digest_of
from prellbock.store.sqlite import SqliteStore
from prellbock.store.templates import Wanted

NOW = 1_767_225_600.0


class Clock:
    """Each look at it takes a second."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(proposals, "monotonic", clock)
    return clock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "data", create=True)
    respond(store, "today", "here", "again")
    yield store
    store.close()


def respond(store: SqliteStore, *words: str, text: str = "553 5.7.1 Sensitive words detected") -> None:
    events = [
        DeliveryEvent(
            id=f"e-{word}", time=NOW + number, recipient=f"{word}@example.com", outcome="bounced",
            response=f"{text} {word}",
        )
        for number, word in enumerate(words)
    ]  # fmt: skip
    store.ingest(prepare(events, store.identity), digest=digest_of(repr(words).encode()), source="test", now=NOW)


def supports(proposing: Proposing, store: SqliteStore) -> int:
    return sum(each.support for each in proposing.candidates(store))


def test_more_responses_are_counted_when_what_was_found_has_held_long_enough(store: SqliteStore, clock: Clock) -> None:
    proposing = Proposing()
    assert supports(proposing, store) == 3
    respond(store, "tomorrow")
    assert supports(proposing, store) == 3
    clock.now += 100.0
    assert supports(proposing, store) == 4


def test_what_somebody_says_of_the_rules_counts_at_once(store: SqliteStore, clock: Clock) -> None:
    proposing = Proposing()
    (shown, *_) = proposing.open(store)
    proposals.accept(store, shown, "ada", NOW)
    (draft,) = store.drafts("rules")
    assert clock.now < 20.0
    rules.publish(store, draft.id, "grace", NOW)
    assert rules.in_force(store).ruleset.named(shown.rule.name) is not None
    assert shown.key not in {each.key for each in proposing.candidates(store)}


def test_what_people_keep_is_neither_proposed_nor_asked_again(store: SqliteStore, clock: Clock) -> None:
    words = ("sehr", "kaum", "immer")
    respond(store, *words, text="550 das Gehäuse des Empfängers zwickt")
    proposing, text = Proposing(), "das gehäuse"
    assert any(text in each.rule.match[0] for each in proposing.open(store))
    for _, each in store.template_queue(Wanted(), after=None, most=100):
        if text in each.text.lower():
            store.set_template_work(each.key, "keep", "ada", "", NOW)
    assert not any(text in each.rule.match[0] for each in proposing.open(store))
    asked = queue(rules.classifier_of(rules.in_force(store)), shipped_model(), proposals.seen(store))
    assert asked and not any(text in each.text.lower() for each in asked)


def test_labels_of_people_are_collisions_of_what_they_contradict(store: SqliteStore, clock: Clock) -> None:
    (before, *_) = Proposing().open(store)
    examples = tuple(Example(f"553 5.7.1 Sensitive words detected again now {word}") for word in "abc")
    own = Rule("own", "greylisted", ("detected again now",), source="https://docs.example/words", examples=examples)
    draft = rules.begin(store, "own", "ada", NOW)
    rules.edit(store, draft.id, {"own": own}, "ada", NOW)
    rules.publish(store, draft.id, "ada", NOW)
    found = {each.rule.match: each for each in Proposing().open(store)}
    after = found.get(before.rule.match)
    assert after is None or (after.precision < before.precision and after.labelled > before.labelled)


def test_what_was_shown_last_is_what_is_judged(store: SqliteStore, clock: Clock) -> None:
    proposing = Proposing()
    (shown, *_) = proposing.open(store)
    respond(store, "tomorrow")
    clock.now += 100.0
    assert proposing.candidate(store, shown.key) is shown
