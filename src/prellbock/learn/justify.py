"""When may the model decide? Where texts that it had not seen show that it is right often enough.

`temperature` makes confidence mean a share of right answers. `thresholds` finds the least confidence above which
enough of all answers were right; it holds for every category, because hundreds of texts prove a share of nine in ten
and the dozen that a category has do not. A category that is worse than the others, or that withholds mail, needs
more.

Typical texts prove it: replies found somewhere and labelled before a rule saw them. Examples of rules, and texts that
were written to mislead, are harder than what servers answer; they count where a living recipient could be called
dead.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from prellbock.classify.model import cost_of
from prellbock.history.outcomes import wilson
from prellbock.learn.corpus import Labelled
from prellbock.learn.fit import LeftOut
from prellbock.taxonomy import DEAD, FAULT_OF

PRECISION = 0.93
"""Least share of right answers above the threshold, of all categories together."""
DEAD_PRECISION = 0.99
"""The same for categories that call a recipient dead: living recipients called so count, and nothing else."""
_LEAST = 12
"""Texts above a threshold that prove it; fewer prove nothing."""
_FLOOR = 0.5
_DEAD_FLOOR = 0.8
"""Least thresholds, whatever the evaluation says: of harmless categories and of those that withhold mail."""


def right(rows: Sequence[Labelled], classes: Sequence[str], chosen: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the chosen category is an accepted one."""
    return np.array([classes[index] in row.accepted for row, index in zip(rows, chosen.tolist(), strict=True)])


def false_dead(rows: Sequence[Labelled], classes: Sequence[str], chosen: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether a living recipient is called dead."""
    return np.array([
        classes[index] in DEAD and not row.accepted & DEAD for row, index in zip(rows, chosen.tolist(), strict=True)
    ])  # fmt: skip


class Proof(NamedTuple):
    """What texts left out justify: what scores are divided by, and the least confidence of each category."""

    temperature: float
    thresholds: dict[str, float]


def justified(left_out: LeftOut) -> Proof:
    """Proved by the typical texts where there are any, and by all where a living recipient could be called dead."""
    typical = left_out.among(np.array([row.is_typical for row in left_out.rows]))
    typical = typical if typical.rows else left_out
    heat = temperature(typical)
    return Proof(heat, thresholds(typical, left_out, heat))


def temperature(left_out: LeftOut) -> float:
    """What scores must be divided by so that the log loss over texts left out is least; 0.05 to 3."""
    accepted = np.array([[name in row.accepted for name in left_out.classes] for row in left_out.rows])
    known = accepted.any(axis=1)

    def loss(candidate: float) -> float:
        shares = (left_out.shares(candidate) * accepted).sum(axis=1)[known]
        return float(-np.log(np.maximum(shares, 1e-9)).mean())

    return min((round(float(value), 3) for value in np.geomspace(0.05, 3, 83)), key=loss)


def thresholds(typical: LeftOut, every: LeftOut, heat: float) -> dict[str, float]:
    """Category: least confidence. A category that calls dead and never proved itself has none, and is never decided."""
    answers, all_answers = _answers(typical, heat), _answers(every, heat)
    common = _least(answers.confidence[answers.worth], answers.good[answers.worth], PRECISION)
    if common is None:
        return {}
    found = {}
    for index, name in enumerate(typical.classes):
        if name == "unclassified":
            continue
        own = (answers.chosen == index) & answers.worth
        withholds = FAULT_OF[name] in ("recipient", "domain")
        floor = max(common, _DEAD_FLOOR if withholds else _FLOOR)
        above = own & (answers.confidence >= floor)
        least: float | None = floor
        if wilson(int(answers.good[above].sum()), int(above.sum()))[1] < PRECISION:
            least = _least(answers.confidence[own], answers.good[own], PRECISION)
        if name in DEAD:
            said = (all_answers.chosen == index) & all_answers.worth
            deadly = _least(all_answers.confidence[said], ~all_answers.fatal[said], DEAD_PRECISION)
            least = max(least, deadly) if least is not None and deadly is not None else None
        if least is not None:
            found[name] = round(max(least, floor), 4)
    return found


class _Answers(NamedTuple):
    """Of each text: the likeliest class, its confidence, whether saying it pays, is right, calls a living one dead."""

    chosen: NDArray[np.intp]
    confidence: NDArray[np.float64]
    worth: NDArray[np.bool_]
    good: NDArray[np.bool_]
    fatal: NDArray[np.bool_]


def _answers(left_out: LeftOut, heat: float) -> _Answers:
    shares = left_out.shares(heat)
    chosen = shares.argmax(axis=1)
    dead_class = np.array([name in DEAD for name in left_out.classes])
    # To say that a text says nothing is to abstain.
    worth = (cost_of(shares, chosen, dead_class) < 1.0) & (np.array(left_out.classes)[chosen] != "unclassified")
    return _Answers(
        chosen, shares.max(axis=1), worth, right(left_out.rows, left_out.classes, chosen),
        false_dead(left_out.rows, left_out.classes, chosen),
    )  # fmt: skip


def _least(confidence: NDArray[np.float64], good: NDArray[np.bool_], precision: float) -> float | None:
    """The least confidence from which on at least that share is right, and enough texts say so."""
    order = np.argsort(-confidence, kind="stable")
    sorted_, counts = confidence[order], np.arange(1, len(order) + 1)
    shares = np.cumsum(good[order]) / counts
    # Texts of the same confidence are decided together.
    last = np.append(sorted_[1:] < sorted_[:-1], True)[: len(order)]
    enough = np.flatnonzero((shares >= precision) & (counts >= _LEAST) & last)
    return float(sorted_[enough[-1]]) if len(enough) else None
