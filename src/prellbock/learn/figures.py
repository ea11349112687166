"""How good were the answers? Shares, costs, calibration and confusion, all on texts that were left out."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.classify.model import FALSE_DEAD_COST, NEVER, WRONG_COST, cost_of
from prellbock.learn.corpus import Labelled
from prellbock.learn.fit import LeftOut
from prellbock.learn.justify import Proof, false_dead, justified, right
from prellbock.taxonomy import DEAD, FAULT_OF

BINS = 10


class Bin(msgspec.Struct, frozen=True):
    """Answers of about the same confidence: how many, their mean confidence, the share that was right."""

    texts: int
    confidence: float
    right: float


class Figures(msgspec.Struct, frozen=True):
    """Shares are 0 to 1. *Decided* are the answers that are not withheld; cost is per text, in unclassified texts."""

    texts: int
    accuracy: float
    """At full coverage: the likeliest category of every text."""
    fault: float
    decided: float
    decided_accuracy: float | None
    false_dead: int
    """Living recipients called dead, at full coverage."""
    decided_false_dead: int
    accuracy_at_06: float
    """Of the 0.6 of texts with the greatest confidence."""
    cost: float
    """With abstention; 1.0 is what always abstaining costs."""
    calibration_error: float
    """Mean distance between confidence and share of right answers, weighted by texts (ECE, 10 bins)."""
    bins: tuple[Bin, ...]


class Answered(NamedTuple):
    """The answers on texts left out: one row a text, one column a class, and which the model would have decided."""

    rows: tuple[Labelled, ...]
    classes: tuple[str, ...]
    shares: NDArray[np.float64]
    decides: NDArray[np.bool_]
    tags: tuple[str, ...]

    def among(self, chosen: NDArray[np.bool_]) -> "Answered":
        kept = np.flatnonzero(chosen).tolist()
        return Answered(
            tuple(self.rows[at] for at in kept), self.classes, self.shares[kept], self.decides[kept],
            tuple(self.tags[at] for at in kept),
        )  # fmt: skip


def answered(left_out: LeftOut, proof: Proof) -> Answered:
    """By one temperature and one set of thresholds."""
    shares = left_out.shares(proof.temperature)
    chosen = shares.argmax(axis=1)
    dead_class = np.array([name in DEAD for name in left_out.classes])
    least = np.array([proof.thresholds.get(name, NEVER) for name in left_out.classes])
    decides = (shares.max(axis=1) >= least[chosen]) & (cost_of(shares, chosen, dead_class) < 1.0)
    return Answered(left_out.rows, left_out.classes, shares, decides, left_out.tags)


def together(parts: Sequence[Answered]) -> Answered:
    """Answers of several models that know the same classes; at least one."""
    return Answered(
        tuple(row for part in parts for row in part.rows), parts[0].classes,
        np.concatenate([part.shares for part in parts]), np.concatenate([part.decides for part in parts]),
        tuple(tag for part in parts for tag in part.tags),
    )  # fmt: skip


def nested(left_out: LeftOut) -> Answered:
    """Each fold decided by what the other folds justify, so that no threshold was chosen on what it is measured on."""
    tags = np.array(left_out.tags)
    parts = []
    for tag in sorted(set(left_out.tags)):
        others = left_out.among(tags != tag)
        parts.append(answered(left_out.among(tags == tag), justified(others if others.rows else left_out)))
    return together(parts)


def figures(answers: Answered) -> Figures:
    """At least one text."""
    rows, classes, shares, decides = answers.rows, answers.classes, answers.shares, answers.decides
    chosen, confidence = shares.argmax(axis=1), shares.max(axis=1)
    good, fatal = right(rows, classes, chosen), false_dead(rows, classes, chosen)
    faults = np.array([
        FAULT_OF[classes[index]] in {FAULT_OF[name] for name in row.accepted}
        for row, index in zip(rows, chosen.tolist(), strict=True)
    ])  # fmt: skip
    costs = np.where(decides, np.where(fatal, FALSE_DEAD_COST, np.where(good, 0.0, WRONG_COST)), 1.0)
    surest = np.argsort(-confidence, kind="stable")[: max(1, int(0.6 * len(rows)))]
    bins = _bins(confidence, good)
    return Figures(
        texts=len(rows),
        accuracy=_round(good.mean()),
        fault=_round(faults.mean()),
        decided=_round(decides.mean()),
        decided_accuracy=_round(good[decides].mean()) if decides.any() else None,
        false_dead=int(fatal.sum()),
        decided_false_dead=int((fatal & decides).sum()),
        accuracy_at_06=_round(good[surest].mean()),
        cost=_round(costs.mean()),
        calibration_error=_round(sum(abs(each.confidence - each.right) * each.texts for each in bins) / len(rows)),
        bins=bins,
    )


def confusion(answers: Answered) -> Counter[tuple[str, str]]:
    """How often a category was taken for another: (what it is, what was said), where that is not accepted."""
    chosen = answers.shares.argmax(axis=1)
    return Counter(
        (row.category, answers.classes[index])
        for row, index in zip(answers.rows, chosen.tolist(), strict=True)
        if answers.classes[index] not in row.accepted
    )


def _bins(confidence: NDArray[np.float64], good: NDArray[np.bool_]) -> tuple[Bin, ...]:
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(int(own.sum()), _round(confidence[own].mean()), _round(good[own].mean()))
        for number in range(BINS)
        if (own := place == number).any()
    )


def _round(value: float) -> float:
    return round(float(value), 4)
