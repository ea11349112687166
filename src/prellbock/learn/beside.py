"""Does the model help beside rules? On texts that neither has seen.

Rules were written while looking at the labelled texts, so all of them together leave the model nothing to do there. So
every rule that quotes a text that is asked about, or something nearly the same, is taken away first; the model has not
seen these texts either, nor phrases of such rules (`fit.unseen`).
"""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.classify.classifier import Classifier
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


def beside(
    way: str, data: Prepared, parts: Sequence[Asked], among: NDArray[np.bool_], ruleset: RuleSet
) -> Beside | None:
    """Of the texts ``among`` those that the parts ask about; None where there is none."""
    rows: list[Labelled] = []
    alone: list[Verdict] = []
    aided: list[Verdict] = []
    taken = 0
    for own, without, with_model, names in _judged(data, parts, among, ruleset):
        rows += own
        alone += without
        aided += with_model
        taken += names
    return Beside(way, taken, scored(rows, alone), scored(rows, aided)) if rows else None


def _judged(
    data: Prepared, parts: Sequence[Asked], among: NDArray[np.bool_], ruleset: RuleSet
) -> Iterator[tuple[list[Labelled], list[Verdict], list[Verdict], int]]:
    for split, weights, proof in parts:
        asked = split.asked & among
        own = [row for row, chosen in zip(data.rows, asked, strict=True) if chosen]
        if not own:
            continue
        taken = quoting(data, Split(split.tag, asked))
        left = RuleSet(tuple(rule for rule in ruleset.rules if rule.name not in taken), proved=ruleset.proved)
        known = [row for row, kept in zip(data.rows, unseen(data, split), strict=True) if kept]
        model = model_of(weights, proof, known, ruleset.version, {})
        events = [row.event for row in own]
        without = Classifier(left, base=ruleset)
        aided = Classifier(left, base=ruleset, model=lambda model=model: model)  # type: ignore[misc]
        yield (
            own,
            without.classify_many(events, templates=False),
            aided.classify_many(events, templates=False),
            sum(rule.name in taken for rule in ruleset.rules),
        )
