"""Do proposals restore what was lost? Half of the rules are taken away, and what is proposed is accepted unattended.

The rules that are taken are drawn with a fixed seed; their examples and phrases leave the training of the model with
them, and so do all gathered texts. Half of these texts and of the lost rules' examples are shown without labels; the
other half, which nothing has seen, measures.
"""

from collections.abc import Sequence
from random import Random
from zlib import crc32

import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.learn.corpus import Labelled
from prellbock.learn.propose import Candidate, Seen, propose
from prellbock.learn.score import score
from prellbock.learn.train import train
from prellbock.rules.model import RuleSet


class Restored(msgspec.Struct, frozen=True):
    """Accuracy on texts that were not used: all rules, half of them, half with what was proposed; without the model."""

    unlabelled: int
    texts: int
    all_rules: float
    half: float
    with_proposals: float
    restored: float
    """Share of what was lost, 0 to 1."""
    proposals: int
    accepted: int
    false_dead_half: int
    false_dead_with_proposals: int


def restore(ruleset: RuleSet, rows: Sequence[Labelled], seed: int = 1) -> Restored:
    """``rows``: the labelled texts of the package."""
    names = sorted(rule.name for rule in ruleset.rules)
    lost = set(Random(seed).sample(names, len(names) // 2))
    half = RuleSet(tuple(rule for rule in ruleset.rules if rule.name not in lost))
    kept = [row for row in rows if row.group not in lost and row.origin in ("example", "counterexample", "phrase")]
    kept += [row for row in rows if row.group == "empty"]
    aside = [row for row in rows if row.origin == "gathered" and row.group != "empty"]
    aside += [row for row in rows if row.group in lost and row.origin == "example"]
    unlabelled = [row for row in aside if crc32(row.text.encode()) % 2]
    unseen = [row for row in aside if not crc32(row.text.encode()) % 2]
    model = train(kept, half.version)
    before = Classifier(half)
    found = propose(before, model, [Seen(row.text, mx=row.mx) for row in unlabelled], kept)
    accepted = [candidate for candidate in found if candidate.recommended]
    after = Classifier(with_rules(half, accepted))
    one, two, three = score(Classifier(ruleset), unseen), score(before, unseen), score(after, unseen)
    return Restored(
        unlabelled=len(unlabelled), texts=len(unseen), all_rules=one.category, half=two.category,
        with_proposals=three.category,
        restored=round((three.category - two.category) / max(one.category - two.category, 1e-9), 4),
        proposals=len(found), accepted=len(accepted), false_dead_half=two.false_dead,
        false_dead_with_proposals=three.false_dead,
    )  # fmt: skip


def with_rules(ruleset: RuleSet, accepted: Sequence[Candidate]) -> RuleSet:
    """The rules, and behind them those of the candidates."""
    return RuleSet((*ruleset.rules, *(candidate.rule for candidate in accepted)))
