"""How good were the answers? Shares, costs, calibration and confusion, all on texts that were left out."""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.classify.model import FALSE_DEAD_COST, WRONG_COST, cost_of
from prellbock.learn.corpus import Labelled
from prellbock.learn.fit import LeftOut
from prellbock.learn.justify import false_dead, right
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


def figures(
    rows: Sequence[Labelled], classes: Sequence[str], shares: NDArray[np.float64], least: dict[str, float]
) -> Figures:
    """``least``: the thresholds of the categories. At least one text."""
    chosen, confidence = shares.argmax(axis=1), shares.max(axis=1)
    good, fatal = right(rows, classes, chosen), false_dead(rows, classes, chosen)
    dead_class = np.array([name in DEAD for name in classes])
    decides = confidence >= np.array([least.get(name, 2.0) for name in classes])[chosen]
    decides &= cost_of(shares, chosen, dead_class) < 1.0
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


def of_left_out(left_out: LeftOut, heat: float, least: dict[str, float]) -> Figures:
    """The figures of texts that were left out, at a temperature."""
    return figures(left_out.rows, left_out.classes, left_out.shares(heat), least)


def confusion(left_out: LeftOut) -> Counter[tuple[str, str]]:
    """How often a category was taken for another: (what it is, what was said), where that is not accepted."""
    chosen = left_out.scores.argmax(axis=1)
    return Counter(
        (row.category, left_out.classes[index])
        for row, index in zip(left_out.rows, chosen.tolist(), strict=True)
        if left_out.classes[index] not in row.accepted
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
