"""Which kind of model is best? One table: accuracy, calibration, cost, size and speed on the same unseen texts.

Texts are parted by family into five: three are trained on, one finds the temperature and the thresholds, one is
measured. Only texts that somebody has seen take part, without the phrases of patterns, so that the slow ones end.
"""

from collections.abc import Iterator
from time import process_time

import msgspec
import numpy as np

from prellbock.learn.figures import Figures, answered, figures
from prellbock.learn.fit import LeftOut, Prepared, Split, unseen
from prellbock.learn.justify import justified
from prellbock.learn.rivals import RIVALS, Rival
from prellbock.learn.train import fold_of


class Compared(msgspec.Struct, frozen=True):
    """One kind of model, or why it could not take part."""

    name: str
    missing: str | None = None
    figures: Figures | None = None
    octets: int = 0
    training_seconds: float = 0.0
    """Of processor time."""
    texts_per_second: float = 0.0
    """Answers a second of processor time, features included."""


def compare(data: Prepared, names: tuple[str, ...] = ()) -> Iterator[Compared]:
    """One row a kind, all of them or those named, in the order of `RIVALS`."""
    for name, rival in RIVALS.items():
        if names and name not in names:
            continue
        try:
            yield measured(name, rival, data)
        except ImportError as error:
            yield Compared(name, missing=f"left out, {error.name or error} is not installed")


def measured(name: str, rival: Rival, data: Prepared) -> Compared:
    """Trains and measures one kind. Raises ImportError where what it needs is not installed."""
    folds = np.array(fold_of(data))
    kept = unseen(data, Split(name, np.isin(folds, ("0", "1")))) & np.array([fold is not None for fold in folds])
    begin = process_time()
    trained = rival([row for row, keep in zip(data.rows, kept, strict=True) if keep])
    training = process_time() - begin
    classes = tuple(sorted({row.category for row in data.rows}))
    parts = []
    for fold in ("0", "1"):
        rows = tuple(row for row, own in zip(data.rows, folds, strict=True) if own == fold)
        scores = np.full((len(rows), len(classes)), -30.0)
        begin = process_time()
        scores[:, [classes.index(each) for each in trained.classes]] = trained.answers(rows)
        speed = len(rows) / max(process_time() - begin, 1e-9)
        parts.append(LeftOut(rows, classes, scores, (fold,) * len(rows)))
    told = figures(answered(parts[1], justified(parts[0])))
    return Compared(name, None, told, trained.octets, round(training, 1), round(speed))
