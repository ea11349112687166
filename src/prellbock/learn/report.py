"""How good is the model on what it has not seen? By several ways of leaving out (`ways`), a new model for each.

No threshold is measured on texts that it was chosen by: a fold is decided by what the other folds justify, any other
text by what the folds justify without its near-duplicates.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.learn import ways
from prellbock.learn.beside import Beside, beside
from prellbock.learn.corpus import Labelled
from prellbock.learn.figures import Answered, Figures, answered, confusion, figures, nested
from prellbock.learn.fit import LeftOut, Prepared, Split, asked_of, fits, leave_out, prepared, unseen
from prellbock.learn.justify import Proof, justified
from prellbock.rules.model import RuleSet

WAYS = ("folds", "folds, found", "provider", "language", "time", "unseen", "unseen provider")
"""Names of the parts, in their order; the last two are of labelled files."""


class Group(msgspec.Struct, frozen=True):
    """The figures of one provider or language."""

    name: str
    texts: int
    accuracy: float
    decided: float
    decided_accuracy: float | None
    decided_false_dead: int


class Part(NamedTuple):
    """One way of leaving out."""

    way: str
    figures: Figures
    groups: tuple[Group, ...]
    """Of the ways `provider`, `language` and `unseen provider`, the largest first."""
    confusion: tuple[tuple[str, str, int], ...]
    """What it is, what was said, how often; the most frequent first."""
    answers: Answered


def report(
    shipped: Sequence[Labelled], files: Sequence[Labelled] = (), ruleset: RuleSet | None = None
) -> Iterator[Part | Beside]:
    """The parts, one after another; some minutes for all.

    ``files``: labelled texts that are measured besides. ``ruleset``: the rules whose examples are among ``shipped``;
    without them nothing is said of the model beside rules.
    """
    data = prepared(shipped)
    folds = ways.by_fold(data)
    models = list(fits(data, [unseen(data, split) for split in folds]))
    whole = asked_of(data, folds, models)
    answers = nested(whole)
    yield _part("folds", answers)
    typical = np.array([row.is_typical for row in answers.rows])
    if typical.any():
        yield _part("folds, found", answers.among(typical))
    if typical.any() and ruleset is not None:
        tags = np.array(whole.tags)
        proofs = [justified(whole.among(tags != split.tag)) for split in folds]
        found = np.array([row.is_typical for row in data.rows])
        yield beside("found", data, list(zip(folds, models, proofs, strict=True)), found, ruleset)
    known = np.array([row.origin != "phrase" and row.mx is not None for row in data.rows])
    for way, splits in (
        ("provider", ways.by_provider(data, known)),
        ("language", ways.by_language(data)),
        ("time", ways.by_time(data)),
    ):
        if splits:
            yield _grouped(way, data, splits, whole)
    if files:
        asked = prepared([*shipped, *files])
        own = np.arange(len(asked.rows)) >= len(shipped)
        split = Split("file", own)
        (weights,) = fits(asked, [unseen(asked, split)])
        proof = _proof(asked, own, whole)
        yield _part("unseen", answered(asked_of(asked, [split], [weights]), proof))
        if ruleset is not None:
            yield beside("unseen", asked, [(split, weights, proof)], own, ruleset)
        yield _grouped("unseen provider", asked, ways.by_provider(asked, own), whole)


def _grouped(way: str, data: Prepared, splits: Sequence[Split], whole: LeftOut) -> Part:
    asked = np.any([split.asked for split in splits], axis=0)
    return _part(way, answered(leave_out(data, splits), _proof(data, asked, whole)), groups=len(splits) > 1)


def _proof(data: Prepared, asked: NDArray[np.bool_], whole: LeftOut) -> Proof:
    """What the folds justify without the families of what is asked about."""
    left = {family for family, own in zip(data.families, asked, strict=True) if own}
    named = {row.template: family for row, family in zip(data.rows, data.families, strict=True)}
    others = whole.among(np.array([named[row.template] not in left for row in whole.rows]))
    return justified(others if others.rows else whole)


def _part(way: str, answers: Answered, *, groups: bool = False) -> Part:
    wrong = tuple((is_, said, count) for (is_, said), count in confusion(answers).most_common(20))
    return Part(way, figures(answers), tuple(_groups(answers)) if groups else (), wrong, answers)


def _groups(answers: Answered) -> list[Group]:
    tags = np.array(answers.tags)
    found = []
    for tag in sorted(set(answers.tags)):
        told = figures(answers.among(tags == tag))
        found.append(
            Group(tag, told.texts, told.accuracy, told.decided, told.decided_accuracy, told.decided_false_dead)
        )
    return sorted(found, key=lambda group: (-group.texts, group.name))
