"""What does a reply mean that no rule knows? A linear model over hashed features, trained by `prellbock learn train`.

A probability for each category, calibrated on texts that the model had not seen, and a decision that weighs costs: a
living recipient called dead costs a hundred unanswered texts, any other wrong category three. Where the least expected
cost is that of saying nothing, or the category is not sure enough by what evaluation has shown for it, the model
abstains. Inference needs numpy alone.
"""

import json
from collections.abc import Sequence
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.classify.features import BUCKETS, Features, features_of, named_features
from prellbock.classify.matcher import Context
from prellbock.taxonomy import CATEGORIES, DEAD

FALSE_DEAD_COST = 100.0
"""What it costs to call a living recipient dead, in texts left unclassified."""
WRONG_COST = 3.0
"""What any other wrong category costs."""
_TOGETHER = 256
NEVER = 2.0
"""A least confidence that no answer reaches."""


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known about a model besides its weights; written by training."""

    classes: tuple[str, ...]
    thresholds: dict[str, float]
    """Category: the least confidence at which the model may decide; categories that never proved right are left out."""
    temperature: float
    """Scores are divided by it, so that confidence is the share of right answers."""
    data: str
    """Digest of the labelled texts it was trained on."""
    texts: int
    rules: str
    """Version of the rules whose patterns and examples are among the texts."""
    evaluation: dict[str, float]
    """Figures on texts that were left out of training, near-duplicates with them."""
    trained_with: str
    """Versions of what trained it; other versions may give other last bits."""


class Answer(msgspec.Struct, frozen=True):
    """What the model says of one reply. ``category`` is the likeliest one, decided or not."""

    category: str
    confidence: float
    """0 to 1."""
    decides: bool
    """Sure enough to be a verdict."""
    dead: float
    """Share of the categories that call a recipient or a domain dead, 0 to 1."""
    worded: bool
    """Does the text hold any word besides codes and masks?"""


class Reason(msgspec.Struct, frozen=True):
    """A run of words (or a fact of the context) and how much it speaks for the category; negative: against it."""

    words: str
    weight: float


class ModelError(ValueError):
    """A file that is no model, or one of another version."""


class TextModel:
    """Weights and what is known about them. Safe to share between threads."""

    def __init__(self, about: About, weights: NDArray[np.int8], scales: NDArray[np.float32]) -> None:
        """``weights``: one row a bucket and a last one for the bias, one column a class; ``scales``: of each class."""
        if weights.shape != (BUCKETS + 1, len(about.classes)) or not set(about.classes) <= CATEGORIES.keys():
            raise ModelError("the model was made for other features or categories; train it anew")
        if weights.dtype != np.int8 or not np.isfinite(scales).all() or not 0 < about.temperature < np.inf:
            raise ModelError("the model holds numbers that no training gives; train it anew")
        self.about = about
        self._quantised, self._scales = weights, scales
        self._weights = weights.astype(np.float32) * scales
        self._dead = np.array([name in DEAD for name in about.classes])
        self._least = np.array([about.thresholds.get(name, NEVER) for name in about.classes])

    @cached_property
    def version(self) -> str:
        """12 hexadecimal digits that change with any weight or threshold."""
        digest = blake2b(msgspec.json.encode(self.about), digest_size=6)
        digest.update(self._quantised.tobytes())
        digest.update(self._scales.tobytes())
        return digest.hexdigest()

    @property
    def octets(self) -> int:
        """What the weights take."""
        return self._quantised.nbytes

    def probabilities(self, features: Features) -> NDArray[np.float32]:
        """One row a reply, one column a class."""
        scores = np.empty((len(features), len(self.about.classes)), dtype=np.float32)
        for start in range(0, len(features), _TOGETHER):
            begins = features.begins[start : start + _TOGETHER + 1]
            # A zero behind the last one, so that a reply without features has a place to begin.
            buckets = np.append(features.buckets[begins[0] : begins[-1]], 0)
            values = np.append(features.values[begins[0] : begins[-1]], np.float32(0))
            terms = self._weights[buckets] * values[:, None]
            sums = np.add.reduceat(terms, begins[:-1] - begins[0], axis=0)
            sums[np.diff(begins) == 0] = 0
            scores[start : start + len(begins) - 1] = sums + self._weights[BUCKETS]
        return softmax(scores / np.float32(self.about.temperature))

    def answers(self, templates: list[str], contexts: Sequence[Context], least: float | None = None) -> list[Answer]:
        """One answer a template; ``least`` (0 to 1) replaces thresholds and costs: 0 decides everything."""
        if not templates:
            return []
        features = features_of(templates, contexts)
        shares = self.probabilities(features)
        chosen = shares.argmax(axis=1)
        confidence = shares[np.arange(len(shares)), chosen]
        if least is None:
            decides = (confidence >= self._least[chosen]) & (cost_of(shares, chosen, self._dead) < 1.0)
            decides &= np.array(features.worded)
        else:
            decides = confidence >= least
        names = self.about.classes
        dead = shares[:, self._dead].sum(axis=1)
        return [
            Answer(names[index], round(share, 4), sure, round(lost, 4), words)
            for index, share, sure, lost, words in zip(
                chosen.tolist(), confidence.tolist(), decides.tolist(), dead.tolist(), features.worded, strict=True
            )
        ]

    def reasons(self, template: str, context: Context, category: str, most: int = 8) -> list[Reason]:
        """The runs of words that speak most for a category, against the mean of all categories."""
        column = self.about.classes.index(category)
        lead = self._weights[:, column] - self._weights.mean(axis=1)
        named = named_features(template, context)
        told = [Reason(name, round(float(lead[buckets].sum()), 2)) for name, buckets in named.items()]
        return sorted(told, key=lambda reason: (-abs(reason.weight), reason.words))[:most]

    def save(self, file: Path) -> None:
        """The same model gives the same bytes: nothing is compressed and no time stands in the file."""
        about = np.frombuffer(msgspec.json.encode(self.about), dtype=np.uint8)
        with file.open("wb") as out:
            np.savez(out, about=about, weights=self._quantised, scales=self._scales)

    @classmethod
    def load(cls, file: Path) -> "TextModel":
        """Raises `ModelError` where the file is no model of this version."""
        try:
            with file.open("rb") as octets, np.load(octets, allow_pickle=False) as stored:
                about = msgspec.json.decode(stored["about"].tobytes(), type=About)
                return cls(about, stored["weights"], stored["scales"])
        # TypeError: a single array, which is no archive.
        except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile) as error:
            if isinstance(error, ModelError):
                raise
            raise ModelError(f"{file} is no text model: {error}; make one with `prellbock learn train`") from error


@cache
def shipped_model() -> TextModel:
    """The model that stands in the package."""
    return TextModel.load(Path(__file__).parent / "model.npz")


def softmax(scores: NDArray[Any]) -> NDArray[Any]:
    """Scores as shares that add up to 1, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[Any] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def cost_of(shares: NDArray[Any], chosen: NDArray[np.intp], dead: NDArray[np.bool_]) -> NDArray[Any]:
    """Expected cost of saying the chosen class, in texts left unclassified (which cost 1 each)."""
    wrong = 1.0 - shares[np.arange(len(shares)), chosen]
    living = shares[:, ~dead].sum(axis=1)
    costs: NDArray[Any] = np.where(
        dead[chosen], FALSE_DEAD_COST * living + WRONG_COST * np.maximum(wrong - living, 0.0), WRONG_COST * wrong
    )
    return costs


def quantised(weights: NDArray[np.float64]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights as whole numbers from -127 to 127, and the scale of each column."""
    scales = (np.abs(weights).max(axis=0) / 127).astype(np.float32)
    scales[scales == 0] = 1
    return np.round(weights / scales).astype(np.int8), scales


def describe(model: TextModel) -> dict[str, object]:
    """What `prellbock learn show` prints of a model."""
    return {"version": model.version, **json.loads(msgspec.json.encode(model.about))}
