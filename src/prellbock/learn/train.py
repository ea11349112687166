"""Labelled texts become a model: temperature and thresholds from texts left out, weights from all of them."""

from collections.abc import Sequence
from importlib.metadata import version
from zlib import crc32

import msgspec
import numpy as np

from prellbock.classify.model import About, TextModel, quantised
from prellbock.learn import corpus
from prellbock.learn.corpus import Labelled
from prellbock.learn.figures import figures, nested
from prellbock.learn.fit import Prepared, Weights, asked_of, fits, prepared, splits, unseen
from prellbock.learn.justify import Proof, justified

FOLDS = 5


def train(rows: Sequence[Labelled], rules: str) -> TextModel:
    """The model of these texts; the same texts give the same model (with the same versions of the libraries).

    ``rules``: version of the rules that are among them. Raises ValueError where there are too few texts.
    """
    if len({row.category for row in rows if row.origin != "phrase"}) < 2:
        raise ValueError("labelled texts of at least two categories are needed")
    data = prepared(rows)
    parts = splits(fold_of(data))
    weights, *of_folds = fits(data, [np.ones(len(rows), dtype=bool), *(unseen(data, part) for part in parts)])
    left_out = asked_of(data, parts, of_folds)
    shown = msgspec.to_builtins(figures(nested(left_out)))
    evaluation = {name: float(shown[name]) for name in shown if name != "bins" and shown[name] is not None}
    return model_of(weights, justified(left_out), rows, rules, evaluation)


def model_of(
    weights: Weights, proof: Proof, rows: Sequence[Labelled], rules: str, evaluation: dict[str, float]
) -> TextModel:
    """Weights as a model that decides by ``proof``. ``rows``: what it was trained on."""
    whole, scales = quantised(weights.table)
    about = About(
        classes=weights.classes,
        thresholds=proof.thresholds,
        temperature=proof.temperature,
        data=corpus.digest(rows),
        texts=len(rows),
        rules=rules,
        evaluation=evaluation,
        trained_with=", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "scikit-learn")),
    )
    return TextModel(about, whole, scales)


def fold_of(data: Prepared, folds: int = FOLDS) -> list[str | None]:
    """The fold of every real text, whole families together; phrases have none."""
    return [
        None if row.origin == "phrase" else str(crc32(family.encode()) % folds)
        for row, family in zip(data.rows, data.families, strict=True)
    ]
