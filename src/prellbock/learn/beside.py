"""Does the model help beside rules? On texts that neither has seen.

Rules were written while looking at the labelled texts, so all of them together leave the model nothing to do there. So
every rule that quotes a text that is asked about, or something nearly the same, is taken away first; the model has not
seen these texts either, nor phrases of such rules (`fit.unseen`).
"""

from collections.abc import Sequence
from functools import partial

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import TextModel
from prellbock.events import Verdict
from prellbock.learn.corpus import Labelled
from prellbock.learn.fit import Prepared, Split, Weights, quoting, unseen
from prellbock.learn.justify import Proof
from prellbock.learn.score import Score, scored
from prellbock.learn.train import model_of
from prellbock.rules.model import RuleSet


class Beside(msgspec.Struct, frozen=True):
    """Rules alone and rules with model, on the same texts."""

    way: str
    rules_taken: int
    """Rules that were taken away, of all splits together."""
    rules: Score
    rules_and_model: Score


Asked = tuple[Split, Weights, Proof]
"""Texts to ask about, a model that was trained without them, and what justifies its answers."""


def beside(way: str, data: Prepared, parts: Sequence[Asked], among: NDArray[np.bool_], ruleset: RuleSet) -> Beside:
    """Of the texts ``among`` those that the parts ask about, one at least."""
    rows: list[Labelled] = []
    alone: list[Verdict] = []
    aided: list[Verdict] = []
    rules_taken = 0
    for split, weights, proof in parts:
        asked = split.asked & among
        taken = quoting(data, Split(split.tag, asked))
        left = RuleSet(tuple(rule for rule in ruleset.rules if rule.name not in taken), proved=ruleset.proved)
        known = [row for row, kept in zip(data.rows, unseen(data, split), strict=True) if kept]
        model = model_of(weights, proof, known, ruleset.version, {})
        own = [row for row, chosen in zip(data.rows, asked, strict=True) if chosen]
        events = [row.event for row in own]
        rows += own
        alone += Classifier(left, base=ruleset).classify_many(events, templates=False)
        aided += Classifier(left, base=ruleset, model=partial(_itself, model)).classify_many(events, templates=False)
        rules_taken += len(ruleset.rules) - len(left.rules)
    return Beside(way, rules_taken, scored(rows, alone), scored(rows, aided))


def _itself(model: TextModel) -> TextModel:
    return model
