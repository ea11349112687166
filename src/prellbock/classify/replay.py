"""What would another rule set change? The same responses judged by both, counted by what they were and would be."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent

_BATCH = 4096


class Change(msgspec.Struct, frozen=True):
    """Responses of one template whose category or deciding rule differs between two rule sets."""

    template: str
    count: int
    old_category: str
    old_rule: str | None
    new_category: str
    new_rule: str | None


class Replay(msgspec.Struct, frozen=True):
    """``old`` and ``new`` count verdicts by category; ``changes`` stand with the most frequent first."""

    responses: int
    changed: int
    """Responses whose category changes."""
    old: dict[str, int]
    new: dict[str, int]
    changes: tuple[Change, ...]


def replay(old: Classifier, new: Classifier, events: Iterable[DeliveryEvent]) -> Replay:
    """Judges every event by both rule sets; ``changes`` also names those where only the deciding rule differs."""
    counts_old: Counter[str] = Counter()
    counts_new: Counter[str] = Counter()
    moved: Counter[tuple[str, str, str | None, str, str | None]] = Counter()
    for batch in _batches(events):
        before, templates = old.judge_many(batch)
        after, _ = new.judge_many(batch)
        for one, other, template in zip(before, after, templates, strict=True):
            counts_old[one.category] += 1
            counts_new[other.category] += 1
            if one.category != other.category or one.rule != other.rule:
                moved[template, one.category, one.rule, other.category, other.rule] += 1
    changes = tuple(Change(key[0], count, *key[1:]) for key, count in moved.most_common())
    changed = sum(change.count for change in changes if change.old_category != change.new_category)
    return Replay(counts_old.total(), changed, dict(counts_old), dict(counts_new), changes)


def _batches(events: Iterable[DeliveryEvent]) -> Iterable[Sequence[DeliveryEvent]]:
    iterator = iter(events)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
