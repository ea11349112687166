"""Proposals are computed anew where somebody has said something, and not with every response that comes in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from prellbock.drafting import rules
from prellbock.events import DeliveryEvent
from prellbock.learn import proposals
from prellbock.learn.proposals import Proposing
from prellbock.pipeline import prepare
from prellbock.sources.batch import digest_of
from prellbock.store.sqlite import SqliteStore

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


def respond(store: SqliteStore, *words: str) -> None:
    events = [
        DeliveryEvent(
            id=f"e-{word}", time=NOW + number, recipient=f"{word}@example.com", outcome="bounced",
            response=f"553 5.7.1 Sensitive words detected {word}",
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


def test_what_was_shown_last_is_what_is_judged(store: SqliteStore, clock: Clock) -> None:
    proposing = Proposing()
    (shown, *_) = proposing.open(store)
    respond(store, "tomorrow")
    clock.now += 100.0
    assert proposing.candidate(store, shown.key) is shown
