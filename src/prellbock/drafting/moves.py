"""What becomes of stored verdicts and statuses: the figures of a replay, from judgements and histories."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.history.check import deciding
from prellbock.history.judge import Standing
from prellbock.history.outcomes import wilson
from prellbock.store.contract import Store
from prellbock.store.judgements import Become, Judged, Touched
from prellbock.store.moving import moves_of
from prellbock.taxonomy import FAULT_OF
from prellbock.times import rfc3339

MOST_SAMPLES = 5
"""Samples of one flow."""
MOST_EXACT = 50_000
"""Recipients up to which all are judged anew before the first answer."""
SAMPLE = 5_000
"""Of more recipients so many are judged for the first answer."""


class MovedTemplate(msgspec.Struct, frozen=True):
    """A template whose verdict moves."""

    template: str
    provider: str | None
    count: int
    old_rule: str | None
    new_rule: str | None


class Flow(msgspec.Struct, frozen=True):
    """So many stored events would count as ``new`` and not as ``old`` (categories); the largest templates of it."""

    old: str
    new: str
    old_fault: str
    new_fault: str
    count: int
    templates: int
    samples: list[MovedTemplate]


class VerdictMoves(msgspec.Struct, frozen=True):
    """Exact figures. ``moved`` events change their category; ``rule_only``: just the rule that decides."""

    judged: int
    moved: int
    rule_only: int
    flows: list[Flow]
    by_provider: dict[str, int]
    """Provider (empty: not known) to events moved."""


class MovedRecipient(msgspec.Struct, frozen=True):
    """A recipient whose status changes."""

    address: str | None
    hash: str
    before: str
    after: str
    until: str | None
    rule: str | None


class StatusFlow(msgspec.Struct, frozen=True):
    """So many recipients would have another status; from ``low`` to ``high`` with 95 % certainty where it is a
    sample."""

    before: str
    after: str
    count: int
    low: int
    high: int
    samples: list[MovedRecipient]


class StatusMoves(msgspec.Struct, frozen=True):
    """Of ``touched`` recipients ``looked_at`` were judged anew; where that is all of them the figures are exact."""

    touched: int
    looked_at: int
    exact: bool
    flows: list[StatusFlow]
    by_provider: dict[str, int]
    """Recipients whose status changes, by provider (empty: not known); of a sample projected to all."""


def verdict_moves(judgements: Sequence[Judged], moves: Mapping[int, Become]) -> VerdictMoves:
    """The figures of moved judgements."""
    flows: dict[tuple[str, str], list[tuple[Judged, Become]]] = defaultdict(list)
    by_provider: Counter[str] = Counter()
    rule_only = 0
    for each in judgements:
        become = moves.get(each.key)
        if become is None:
            continue
        if become.category == each.category:
            rule_only += each.count
        else:
            flows[each.category, become.category].append((each, become))
            by_provider[each.provider or ""] += each.count
    told = [_flow(old, new, moved) for (old, new), moved in flows.items()]
    told.sort(key=lambda flow: (-flow.count, flow.old, flow.new))
    judged = sum(each.count for each in judgements)
    return VerdictMoves(judged, sum(flow.count for flow in told), rule_only, told, dict(by_provider.most_common()))


def _flow(old: str, new: str, moved: list[tuple[Judged, Become]]) -> Flow:
    templates: Counter[tuple[str, str | None, str | None, str | None]] = Counter()
    for each, become in moved:
        templates[each.text, each.provider, each.rule, become.rule] += each.count
    samples = [
        MovedTemplate(text, provider, count, old_rule, new_rule)
        for (text, provider, old_rule, new_rule), count in templates.most_common(MOST_SAMPLES)
    ]
    distinct = len({each.text for each, _ in moved})
    return Flow(old, new, FAULT_OF[old], FAULT_OF[new], sum(e.count for e, _ in moved), distinct, samples)


def moving_recipients(store: Store, judgements: Sequence[Judged], moves: Mapping[int, Become]) -> list[int]:
    """The numbers of the recipients whose history another category enters."""
    moved = [each.key for each in judgements if each.key in moves and moves[each.key].category != each.category]
    return store.touched_by(moved)


def some_of(numbers: Sequence[int]) -> Sequence[int]:
    """All of these recipients, or of very many a sample: always the same one, so that asking again changes nothing."""
    if len(numbers) <= MOST_EXACT:
        return numbers
    return sorted(random.Random(len(numbers)).sample(numbers, SAMPLE))  # noqa: S311 -- statistics, no secret


def status_moves(touched: int, looked_at: int, found: Iterable[Touched], now: float) -> StatusMoves:
    """The figures of recipients judged anew: ``looked_at`` of the ``touched`` ones."""
    counts: Counter[tuple[str, str]] = Counter()
    by_provider: Counter[str] = Counter()
    samples: dict[tuple[str, str], list[MovedRecipient]] = defaultdict(list)
    for each in found:
        before, after = _decides(each.before, each.marks_before, now), _decides(each.after, each.marks_after, now)
        if before.status == after.status:
            continue
        flow = before.status, after.status
        counts[flow] += 1
        by_provider[each.provider or ""] += 1
        if len(samples[flow]) < MOST_SAMPLES:
            samples[flow].append(
                MovedRecipient(each.address, each.hash, *flow, rfc3339(after.until), after.rule)
            )  # fmt: skip
    exact = looked_at == touched
    flows = []
    for (old, new), count in counts.most_common():
        low, high = (count, count) if exact else (round(bound * touched) for bound in wilson(count, looked_at))
        told = count if exact else round(count * touched / looked_at)
        flows.append(StatusFlow(old, new, told, low, high, samples[old, new]))
    factor = 1.0 if exact or not looked_at else touched / looked_at
    projected = {name: round(count * factor) for name, count in by_provider.most_common()}
    return StatusMoves(touched, looked_at, exact, flows, projected)


def _decides(standing: Standing, marks: list[Standing], now: float) -> Standing:
    return deciding(standing, marks, Standing(), now=now)


def rule_moves(store: Store, after: Classifier) -> tuple[list[Judged], dict[int, Become]]:
    """All judgements, and what ``after`` makes of them in place of what is in force."""
    judgements = store.judgements()
    return judgements, moves_of(judgements, store.classifier, after)
