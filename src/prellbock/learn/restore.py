"""Do proposals restore what was lost? Half of the rules are taken away, and what is recommended is accepted unattended.

The rules that are taken are drawn with a fixed seed; their examples and phrases leave the training of the model with
them, and so do all gathered texts. Of these texts and of the lost rules' examples some are shown without labels, and
others measure, in three ways:

- *families*: whole families of near-duplicates are on one side, so what measures is worded otherwise;
- *texts*: parted at random, no template on both sides;
- *stream*: as they come to a sender, some wordings often and most of them seldom (the nth by 1 over the root of n). The
  first half of the responses is shown, the second measures, so most wordings that measure have come before.
"""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Literal, NamedTuple
from zlib import crc32

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import TextModel
from prellbock.events import Verdict
from prellbock.learn.candidate import Candidate
from prellbock.learn.corpus import Labelled
from prellbock.learn.evidence import LeftOver
from prellbock.learn.families import Families
from prellbock.learn.pool import Pooled, Seen, pool
from prellbock.learn.propose import propose_from
from prellbock.learn.score import score
from prellbock.learn.train import train
from prellbock.rules.model import RuleSet

Way = Literal["families", "texts", "stream"]
WAYS: tuple[Way, ...] = ("families", "texts", "stream")
PRECISIONS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)
_RESPONSES = 8_000
"""Of a stream, both halves together."""


class Lost(msgspec.Struct, frozen=True):
    """What limits it: texts that all rules judge rightly and half of them does not, in counts."""

    texts: int
    wrong_rule: int
    """A rule that is left, and none of last resort, decides them: nothing of lower priority can restore them."""
    known_to_model: int
    """The model names the right category, however unsure: the most that its votes could ever restore."""
    sure_and_right: int
    """It does so with a confidence of at least one half."""
    found: int
    """An accepted rule decides them."""
    found_rightly: int


class Point(msgspec.Struct, frozen=True):
    """What accepting everything from a precision on does, recommended or not."""

    precision: float
    """Estimated, 0 to 1."""
    accepted: int
    restored: float
    """Share of what was lost, 0 to 1, without the model; below 0 where it does harm."""
    false_dead: int


class Restored(msgspec.Struct, frozen=True):
    """Accuracy on texts that were not used: all rules, half of them, half with what was proposed."""

    way: Way
    seed: int
    unlabelled: int
    texts: int
    all_rules: float
    half: float
    with_proposals: float
    restored: float
    """Share of what was lost, 0 to 1, without the model."""
    ceiling: float
    """The same where the true labels of the shown texts are told and everything is accepted: what such rules can do."""
    half_and_model: float
    with_proposals_and_model: float
    """The same where the model (trained without what was lost) decides what no rule does."""
    restored_and_model: float
    """Share of what half of the rules lost that proposals and model give back together."""
    proposals: int
    accepted: int
    decided: int
    """Texts that measure and that an accepted rule decides."""
    precision_estimated: float | None
    """Mean estimate of the rules that decide these texts."""
    precision_true: float | None
    false_dead_half: int
    false_dead_with_proposals: int
    lost: Lost
    curve: tuple[Point, ...] = ()
    """By the precision above which everything is accepted."""


class Summary(msgspec.Struct, frozen=True):
    """Several seeds: means, and the range of what was restored."""

    way: Way
    seeds: tuple[int, ...]
    restored: float
    restored_least: float
    restored_most: float
    ceiling: float
    restored_and_model: float
    precision_estimated: float
    precision_true: float
    false_dead_half: int
    """Of all seeds together."""
    false_dead_with_proposals: int


class _Halved(NamedTuple):
    whole: Classifier
    half: RuleSet
    before: Classifier
    model: TextModel
    kept: list[Labelled]
    aside: list[Labelled]


def restore(ruleset: RuleSet, rows: Sequence[Labelled], seed: int = 1) -> list[Restored]:
    """One a way. ``rows``: the labelled texts of the package."""
    names = sorted(rule.name for rule in ruleset.rules)
    taken = set(Random(seed).sample(names, len(names) // 2))
    half = RuleSet(tuple(rule for rule in ruleset.rules if rule.name not in taken), proved=ruleset.proved)
    kept = [row for row in rows if row.group not in taken and row.origin in ("example", "counterexample", "phrase")]
    kept += [row for row in rows if row.group == "empty"]
    aside = [row for row in rows if row.origin == "gathered" and row.group != "empty"]
    aside += [row for row in rows if row.group in taken and row.origin == "example"]
    halved = _Halved(Classifier(ruleset), half, Classifier(half), train(kept, half.version), kept, aside)
    return [_restored(halved, way, seed) for way in WAYS]


def summary(found: Sequence[Restored]) -> Summary:
    """Of one way and several seeds, one at least."""
    restored = [each.restored for each in found]

    def mean(values: Sequence[float]) -> float:
        return round(sum(values) / max(1, len(values)), 4)

    return Summary(
        way=found[0].way, seeds=tuple(each.seed for each in found), restored=mean(restored),
        restored_least=min(restored), restored_most=max(restored), ceiling=mean([each.ceiling for each in found]),
        restored_and_model=mean([each.restored_and_model for each in found]),
        precision_estimated=mean([each.precision_estimated for each in found if each.precision_estimated is not None]),
        precision_true=mean([each.precision_true for each in found if each.precision_true is not None]),
        false_dead_half=sum(each.false_dead_half for each in found),
        false_dead_with_proposals=sum(each.false_dead_with_proposals for each in found),
    )  # fmt: skip


def _restored(halved: _Halved, way: Way, seed: int) -> Restored:
    shown, unseen = parted(halved.aside, way, seed)
    half, before, model = halved.half, halved.before, halved.model
    counts = Counter((row.text, row.mx) for row in shown)
    texts = pool(before, model, [Seen(text, count, mx=mx) for (text, mx), count in counts.items()])
    labelled = LeftOver(before, halved.kept)
    found = propose_from(texts, labelled)
    told = propose_from(_told(texts, shown), labelled)
    accepted = [candidate for candidate in found if candidate.recommended]
    more = with_rules(half, accepted)
    after = Classifier(more, base=half)
    one, two, three = score(halved.whole, unseen), score(before, unseen), score(after, unseen)
    best = score(Classifier(with_rules(half, told), base=half), unseen).category
    lost = max(one.category - two.category, 1e-9)
    aided = [score(Classifier(rules, base=half, model=lambda: model), unseen).category for rules in (half, more)]
    said = _said(after, unseen)
    estimates = {candidate.rule.name: candidate.precision for candidate in accepted}
    decided = [(row, each) for row, each in zip(unseen, said, strict=True) if each.rule in estimates]
    right = sum(each.category in row.accepted for row, each in decided)
    return Restored(
        way=way, seed=seed, unlabelled=len(shown), texts=len(unseen), all_rules=one.category, half=two.category,
        with_proposals=three.category, restored=round((three.category - two.category) / lost, 4),
        ceiling=round((best - two.category) / lost, 4),
        half_and_model=aided[0], with_proposals_and_model=aided[1],
        restored_and_model=round((aided[1] - two.category) / lost, 4), proposals=len(found), accepted=len(accepted),
        decided=len(decided),
        precision_estimated=(
            round(sum(estimates[each.rule or ""] for _, each in decided) / len(decided), 4) if decided else None
        ),
        precision_true=round(right / len(decided), 4) if decided else None,
        false_dead_half=two.false_dead, false_dead_with_proposals=three.false_dead,
        lost=_limits(unseen, _said(halved.whole, unseen), _said(before, unseen), said, model, half),
        curve=tuple(_point(half, found, unseen, least, two.category, lost) for least in PRECISIONS),
    )  # fmt: skip


def _told(texts: Sequence[Pooled], shown: Sequence[Labelled]) -> list[Pooled]:
    """The pool with its labels in place of what the model expects."""
    accepted = {(row.text, row.mx): row.accepted for row in shown}
    found = []
    for each in texts:
        own = accepted[each.seen.text, each.seen.mx]
        found.append(msgspec.structs.replace(each, shares=dict.fromkeys(sorted(own), 1.0 / len(own))))
    return found


def _point(
    half: RuleSet, found: Sequence[Candidate], unseen: Sequence[Labelled], least: float, before: float, lost: float
) -> Point:
    accepted = [candidate for candidate in found if candidate.precision >= least]
    said = score(Classifier(with_rules(half, accepted), base=half), unseen)
    return Point(least, len(accepted), round((said.category - before) / lost, 4), said.false_dead)


def parted(rows: Sequence[Labelled], way: Way, seed: int) -> tuple[list[Labelled], list[Labelled]]:
    """Texts that are shown, and texts that measure."""
    if way == "stream":
        chance = Random(seed)
        order = chance.sample(list(rows), len(rows))
        drawn = chance.choices(order, [rank**-0.5 for rank in range(1, len(order) + 1)], k=_RESPONSES)
        return drawn[: _RESPONSES // 2], drawn[_RESPONSES // 2 :]
    families = Families()
    families.add(row.template for row in rows)
    named = families.named()
    sides: tuple[list[Labelled], list[Labelled]] = ([], [])
    for row in rows:
        name = named[row.template] if way == "families" else f"{seed} {row.template}"
        sides[crc32(name.encode()) % 2 == 0].append(row)
    return sides


def with_rules(ruleset: RuleSet, accepted: Sequence[Candidate]) -> RuleSet:
    """The rules, and behind them those of the candidates, whose patterns are words and gaps."""
    return RuleSet((*ruleset.rules, *(candidate.rule for candidate in accepted)), proved=ruleset.proved)


def _said(classifier: Classifier, rows: Sequence[Labelled]) -> list[Verdict]:
    return classifier.classify_many([row.event for row in rows], templates=False)


def _limits(
    rows: Sequence[Labelled], whole: Sequence[Verdict], before: Sequence[Verdict], after: Sequence[Verdict],
    model: TextModel, half: RuleSet,
) -> Lost:  # fmt: skip
    last = {rule.name for rule in half.rules if rule.is_last_resort}
    lost = [
        (row, earlier, later)
        for row, best, earlier, later in zip(rows, whole, before, after, strict=True)
        if best.category in row.accepted and earlier.category not in row.accepted
    ]
    answers = model.answers([row.template for row, _, _ in lost], [row.context for row, _, _ in lost], 0.0)
    known = [answer for (row, _, _), answer in zip(lost, answers, strict=True) if answer.category in row.accepted]
    found = [(row, later) for row, earlier, later in lost if later.decided_by == "rule" and later.rule != earlier.rule]
    return Lost(
        texts=len(lost),
        wrong_rule=sum(earlier.decided_by == "rule" and earlier.rule not in last for _, earlier, _ in lost),
        known_to_model=len(known), sure_and_right=sum(answer.confidence >= 0.5 for answer in known),
        found=len(found), found_rightly=sum(later.category in row.accepted for row, later in found),
    )  # fmt: skip
