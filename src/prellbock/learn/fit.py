"""How is the model made? A linear support vector machine a category on hashed features, rounded to whole numbers.

Its coordinate descent (liblinear) runs through the texts in an order that a fixed seed gives, in plain scalar code, so
the same texts give the same weights; its scores become shares by the temperature that `justify` finds.

What is left out of a fold takes with it every text that is nearly the same (`families`), and every phrase of a rule
whose examples are left out: so a figure is about texts that the model has not seen in other words either.
"""

import warnings
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from prellbock.classify.features import BUCKETS, Features, features_of
from prellbock.classify.model import quantised, softmax
from prellbock.learn.corpus import Labelled
from prellbock.learn.families import Families

PHRASE_WEIGHT = 0.3
"""What a phrase of a pattern counts beside a reply that somebody has seen."""
EMPTY_WEIGHT = 3.0
"""What a text that says nothing counts: there are few of them, and answering one is the worst guess."""
LABEL_WEIGHT = 4.0
"""What a text counts that somebody of the installation has labelled: it is one that really comes there."""
WEAKNESS = 2.0
"""Inverse of the strength of the L2 penalty."""
_ROUNDS = 200
_PRECISION = 1e-2


class Weights(NamedTuple):
    """One row a bucket and a last one for the bias, one column a class."""

    classes: tuple[str, ...]
    table: NDArray[np.float64]

    def scores(self, features: Features) -> NDArray[np.float64]:
        from scipy.sparse import csr_matrix

        sparse = csr_matrix((features.values, features.buckets, features.begins), shape=(len(features), BUCKETS))
        found: NDArray[np.float64] = sparse @ self.table[:BUCKETS] + self.table[BUCKETS]
        return found

    def rounded(self) -> "Weights":
        """As they are stored."""
        whole, scales = quantised(self.table)
        return Weights(self.classes, whole.astype(np.float64) * scales)


class Prepared(NamedTuple):
    """Labelled texts with their features and families, so that folds need not work them out again."""

    rows: tuple[Labelled, ...]
    features: Features
    families: tuple[str, ...]

    def among(self, chosen: NDArray[np.bool_]) -> Features:
        return taken(self.features, np.flatnonzero(chosen))


def prepared(rows: Sequence[Labelled]) -> Prepared:
    """At least one text."""
    templates = [row.template for row in rows]
    families = Families()
    families.add(templates)
    named = families.named()
    features = features_of(templates, [row.context for row in rows])
    return Prepared(tuple(rows), features, tuple(named[template] for template in templates))


def taken(features: Features, chosen: NDArray[np.intp]) -> Features:
    """The features of some of the replies."""
    lengths = np.diff(features.begins)[chosen]
    begins = np.concatenate([[0], np.cumsum(lengths)])
    at = np.repeat(features.begins[chosen] - begins[:-1], lengths) + np.arange(begins[-1])
    return Features(features.buckets[at], features.values[at], begins)


def fit(rows: Sequence[Labelled], features: Features) -> Weights:
    """Trains on texts and their features. A reply is shown once more without its codes, because codes lie."""
    from scipy.sparse import csr_matrix, vstack
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    bare = [row for row in rows if row.origin != "phrase"]
    blocks = [csr_matrix((features.values, features.buckets, features.begins), shape=(len(rows), BUCKETS))]
    if bare:
        contexts = [row.context._replace(smtp_code=None, status=None) for row in bare]
        without = features_of([row.template for row in bare], contexts)
        blocks.append(csr_matrix((without.values, without.buckets, without.begins), shape=(len(bare), BUCKETS)))
    table = vstack(blocks).tocsr()
    labels = [row.category for row in rows] + [row.category for row in bare]
    weights = [weight(row) for row in rows] + [PHRASE_WEIGHT] * len(bare)
    # A bucket that one text alone fills says nothing about others.
    used = np.flatnonzero(np.bincount(table.indices, minlength=BUCKETS) > 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LinearSVC(C=WEAKNESS, max_iter=_ROUNDS, tol=_PRECISION, random_state=0)
        model.fit(table[:, used].astype(np.float64), labels, sample_weight=weights)
    full = np.zeros((BUCKETS + 1, len(model.classes_)))
    coefficients, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients, bias = np.vstack([-coefficients, coefficients]), np.concatenate([-bias, bias])
    full[used] = coefficients.T
    full[BUCKETS] = bias
    return Weights(tuple(map(str, model.classes_)), full)


def weight(row: Labelled) -> float:
    if row.origin in ("phrase", "outcome"):
        return PHRASE_WEIGHT
    if row.origin == "label":
        return LABEL_WEIGHT
    return EMPTY_WEIGHT if row.category == "unclassified" else 1.0


class LeftOut(NamedTuple):
    """What a model said of texts that it had not seen: one row a text, one column a class."""

    rows: tuple[Labelled, ...]
    classes: tuple[str, ...]
    scores: NDArray[np.float64]
    tags: tuple[str, ...]
    """The fold of each text."""

    def shares(self, temperature: float = 1.0) -> NDArray[np.float64]:
        found: NDArray[np.float64] = softmax(self.scores / temperature)
        return found


def unseen(data: Prepared, out: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which texts may be trained on where others are left out: none of their families, no phrase of their rules."""
    families = {family for family, left in zip(data.families, out, strict=True) if left}
    rules = {row.group for row, left in zip(data.rows, out, strict=True) if left and row.origin == "example"}
    return np.array([
        not left and family not in families and not (row.origin == "phrase" and row.group in rules)
        for row, family, left in zip(data.rows, data.families, out, strict=True)
    ])  # fmt: skip


def leave_out(data: Prepared, tags: Sequence[str | None], *, only: Iterable[str] | None = None) -> LeftOut:
    """For each tag: a model without the texts that have it, asked about them. Texts tagged None are always trained on.

    Texts of the family of one that is left out, and phrases of its rule, are not trained on either.
    """
    chosen = sorted({tag for tag in tags if tag is not None} if only is None else set(only))
    classes = tuple(sorted({row.category for row in data.rows}))
    rows: list[Labelled] = []
    scores: list[NDArray[np.float64]] = []
    marks: list[str] = []
    for tag in chosen:
        out = np.array([own == tag for own in tags])
        kept = unseen(data, out)
        model = fit([row for row, keep in zip(data.rows, kept, strict=True) if keep], data.among(kept)).rounded()
        said = np.full((int(out.sum()), len(classes)), -30.0)
        said[:, [classes.index(name) for name in model.classes]] = model.scores(data.among(out))
        rows += [row for row, left in zip(data.rows, out, strict=True) if left]
        scores.append(said)
        marks += [tag] * len(said)
    return LeftOut(tuple(rows), classes, np.concatenate(scores), tuple(marks))
