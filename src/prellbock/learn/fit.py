"""How is the model made? A linear support vector machine a category on hashed features, rounded to whole numbers.

Its coordinate descent (liblinear) runs through the texts in an order that a fixed seed gives, in plain scalar code, so
the same texts give the same weights; its scores become shares by the temperature that `justify` finds.

What is left out of a fold takes with it every text that is nearly the same (`families`), and every phrase of a rule
whose examples are left out: so a figure is about texts that the model has not seen in other words either.
"""

import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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
WEAKNESS = 1.5
"""Inverse of the strength of the L2 penalty."""
_ROUNDS = 200
_PRECISION = 1e-2
_MANY = 5000
"""Texts from which on it is worth the start of processes."""


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
    shown = [*rows, *bare]
    labels = np.array([row.category for row in shown])
    weights = np.array([weight(row) for row in rows] + [PHRASE_WEIGHT] * len(bare))
    # A bucket that one text alone fills says nothing about others.
    used = np.flatnonzero(np.bincount(table.indices, minlength=BUCKETS) > 1)
    seen = table[:, used].astype(np.float64)
    classes = tuple(sorted(set(map(str, labels))))
    full = np.zeros((BUCKETS + 1, len(classes)))
    for column, name in enumerate(classes):
        # A text of another category that this one is right for, too, speaks neither for nor against it.
        unsaid = np.array([name in row.alt and row.category != name for row in shown])
        model = LinearSVC(C=WEAKNESS, max_iter=_ROUNDS, tol=_PRECISION, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(seen, labels == name, sample_weight=np.where(unsaid, 0.0, weights))
        full[used, column], full[BUCKETS, column] = model.coef_[0], model.intercept_[0]
    return Weights(classes, full)


def fits(data: Prepared, chosen: Sequence[NDArray[np.bool_]]) -> Iterator[Weights]:
    """Trains on each choice of texts, on all processors; the models are the same as one after another."""
    processes = min(_processors(), len(chosen)) if len(data.rows) >= _MANY else 1
    if processes == 1:
        yield from (_fit_among(data, kept) for kept in chosen)
        return
    # Not forked: threads of numerical libraries may hold locks.
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_hold, initargs=(data,)) as pool:
        yield from pool.map(_fit_held, chosen)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_held: list[Prepared] = []


def _hold(data: Prepared) -> None:
    _held[:] = [data]


def _fit_held(kept: NDArray[np.bool_]) -> Weights:
    return _fit_among(_held[0], kept)


def _fit_among(data: Prepared, kept: NDArray[np.bool_]) -> Weights:
    return fit([row for row, keep in zip(data.rows, kept, strict=True) if keep], data.among(kept))


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

    def among(self, chosen: NDArray[np.bool_]) -> "LeftOut":
        """Of some of the texts."""
        kept = np.flatnonzero(chosen).tolist()
        return LeftOut(
            tuple(self.rows[at] for at in kept), self.classes, self.scores[kept], tuple(self.tags[at] for at in kept)
        )

    def shares(self, temperature: float = 1.0) -> NDArray[np.float64]:
        found: NDArray[np.float64] = softmax(self.scores / temperature)
        return found


class Split(NamedTuple):
    """Texts that are asked about by a model that knows none of them; one truth value a text."""

    tag: str
    asked: NDArray[np.bool_]
    barred: NDArray[np.bool_] | None = None
    """Texts that may not be trained on either, though nobody asks about them."""


def splits(tags: Sequence[str | None]) -> list[Split]:
    """One split a tag; texts tagged None are never asked about."""
    own = np.array(["" if tag is None else tag for tag in tags])
    return [Split(tag, own == tag) for tag in sorted({tag for tag in tags if tag is not None})]


def unseen(data: Prepared, split: Split) -> NDArray[np.bool_]:
    """Which texts may be trained on: no family of what is asked about, no phrase of a rule with an example in these."""
    barred = np.zeros(len(data.rows), dtype=bool) if split.barred is None else split.barred
    rules = quoting(data, split)
    told = np.array([row.origin == "phrase" and row.group in rules for row in data.rows])
    kept: NDArray[np.bool_] = ~(split.asked | barred | _near(data, split) | told)
    return kept


def quoting(data: Prepared, split: Split) -> frozenset[str]:
    """Names of the rules with an example that is nearly the same as a text that is asked about."""
    near = _near(data, split)
    return frozenset(row.group for row, close in zip(data.rows, near, strict=True) if close and row.origin == "example")


def _near(data: Prepared, split: Split) -> NDArray[np.bool_]:
    families = {family for family, asked in zip(data.families, split.asked, strict=True) if asked}
    return np.array([family in families for family in data.families])


def leave_out(data: Prepared, parts: Sequence[Split]) -> LeftOut:
    """For each split: what a model says of the texts asked about, trained on those that it leaves. At least one."""
    return asked_of(data, parts, fits(data, [unseen(data, split) for split in parts]))


def asked_of(data: Prepared, parts: Sequence[Split], models: Iterable[Weights]) -> LeftOut:
    """What each model says of the texts of its split."""
    classes = tuple(sorted({row.category for row in data.rows}))
    rows: list[Labelled] = []
    scores: list[NDArray[np.float64]] = []
    marks: list[str] = []
    for split, weights in zip(parts, models, strict=True):
        model = weights.rounded()
        said = np.full((int(split.asked.sum()), len(classes)), -30.0)
        said[:, [classes.index(name) for name in model.classes]] = model.scores(data.among(split.asked))
        rows += [row for row, asked in zip(data.rows, split.asked, strict=True) if asked]
        scores.append(said)
        marks += [split.tag] * len(said)
    return LeftOut(tuple(rows), classes, np.concatenate(scores), tuple(marks))
