"""Do proposals restore what was lost? Half of the rules are taken away, and what is proposed is accepted unattended.

The rules that are taken are drawn with a fixed seed; their examples and phrases leave the training of the model with
them, and so do all gathered texts. Half of the families of these texts and of the lost rules' examples are shown
without labels; the other half, near-duplicates with it, which nothing has seen, measures.
"""

from collections.abc import Sequence
from random import Random
from zlib import crc32

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import TextModel
from prellbock.events import Verdict
from prellbock.learn.corpus import Labelled
from prellbock.learn.families import Families
from prellbock.learn.propose import Candidate, Seen, propose
from prellbock.learn.score import score
from prellbock.learn.train import train
from prellbock.rules.model import RuleSet


class Lost(msgspec.Struct, frozen=True):
    """What limits it: texts that all rules judge rightly and half of them does not, in counts."""

    texts: int
    wrong_rule: int
    """A rule that is left decides them: nothing of lower priority can restore them."""
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

    unlabelled: int
    texts: int
    all_rules: float
    half: float
    with_proposals: float
    restored: float
    """Share of what was lost, 0 to 1, without the model."""
    half_and_model: float
    with_proposals_and_model: float
    """The same where the model (trained without what was lost) decides what no rule does."""
    restored_and_model: float
    """Share of what half of the rules lost that proposals and model give back together."""
    proposals: int
    accepted: int
    false_dead_half: int
    false_dead_with_proposals: int
    lost: Lost
    curve: tuple[Point, ...] = ()
    """By the precision above which everything is accepted."""


PRECISIONS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)


def restore(ruleset: RuleSet, rows: Sequence[Labelled], seed: int = 1) -> Restored:
    """``rows``: the labelled texts of the package."""
    names = sorted(rule.name for rule in ruleset.rules)
    taken = set(Random(seed).sample(names, len(names) // 2))
    half = RuleSet(tuple(rule for rule in ruleset.rules if rule.name not in taken))
    kept = [row for row in rows if row.group not in taken and row.origin in ("example", "counterexample", "phrase")]
    kept += [row for row in rows if row.group == "empty"]
    aside = [row for row in rows if row.origin == "gathered" and row.group != "empty"]
    aside += [row for row in rows if row.group in taken and row.origin == "example"]
    unlabelled, unseen = halves(aside)
    model = train(kept, half.version)
    before = Classifier(half)
    found = propose(before, model, [Seen(row.text, mx=row.mx) for row in unlabelled], kept)
    accepted = [candidate for candidate in found if candidate.recommended]
    more = with_rules(half, accepted)
    whole, after = Classifier(ruleset), Classifier(more)
    one, two, three = score(whole, unseen), score(before, unseen), score(after, unseen)
    lost = max(one.category - two.category, 1e-9)
    aided = [score(Classifier(rules, model=lambda: model), unseen).category for rules in (half, more)]
    return Restored(
        unlabelled=len(unlabelled), texts=len(unseen), all_rules=one.category, half=two.category,
        with_proposals=three.category, restored=round((three.category - two.category) / lost, 4),
        half_and_model=aided[0], with_proposals_and_model=aided[1],
        restored_and_model=round((aided[1] - two.category) / lost, 4), proposals=len(found), accepted=len(accepted),
        false_dead_half=two.false_dead, false_dead_with_proposals=three.false_dead,
        lost=_limits(unseen, _said(whole, unseen), _said(before, unseen), _said(after, unseen), model),
        curve=tuple(_point(half, found, unseen, least, two.category, lost) for least in PRECISIONS),
    )  # fmt: skip


def _point(
    half: RuleSet, found: Sequence[Candidate], unseen: Sequence[Labelled], least: float, before: float, lost: float
) -> Point:
    accepted = [candidate for candidate in found if candidate.precision >= least]
    said = score(Classifier(with_rules(half, accepted)), unseen)
    return Point(least, len(accepted), round((said.category - before) / lost, 4), said.false_dead)


def halves(rows: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Texts that are shown, and texts that measure: whole families of near-duplicates on one side."""
    families = Families()
    families.add(row.template for row in rows)
    named = families.named()
    sides: tuple[list[Labelled], list[Labelled]] = ([], [])
    for row in rows:
        sides[crc32(named[row.template].encode()) % 2 == 0].append(row)
    return sides


def with_rules(ruleset: RuleSet, accepted: Sequence[Candidate]) -> RuleSet:
    """The rules, and behind them those of the candidates."""
    return RuleSet((*ruleset.rules, *(candidate.rule for candidate in accepted)))


def _said(classifier: Classifier, rows: Sequence[Labelled]) -> list[Verdict]:
    return classifier.classify_many([row.event for row in rows], templates=False)


def _limits(
    rows: Sequence[Labelled], whole: Sequence[Verdict], before: Sequence[Verdict], after: Sequence[Verdict],
    model: TextModel,
) -> Lost:  # fmt: skip
    lost = [
        (row, earlier, later)
        for row, best, earlier, later in zip(rows, whole, before, after, strict=True)
        if best.category in row.accepted and earlier.category not in row.accepted
    ]
    answers = model.answers([row.template for row, _, _ in lost], [row.context for row, _, _ in lost], 0.0)
    known = [answer for (row, _, _), answer in zip(lost, answers, strict=True) if answer.category in row.accepted]
    found = [(row, later) for row, earlier, later in lost if later.decided_by == "rule" and later.rule != earlier.rule]
    return Lost(
        texts=len(lost), wrong_rule=sum(earlier.decided_by == "rule" for _, earlier, _ in lost),
        known_to_model=len(known), sure_and_right=sum(answer.confidence >= 0.5 for answer in known),
        found=len(found), found_rightly=sum(later.category in row.accepted for row, later in found),
    )  # fmt: skip
