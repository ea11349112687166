"""What does the text model see of a reply? Its words, parts of words, its codes, who answered, and to which command.

Every feature is hashed (CRC-32) to one of `BUCKETS` numbers, so there is no vocabulary to ship and a word that nobody
has seen is no error. Three blocks, each of which weighs as much in a short text as in a long one: runs of one to three
*words*, runs of two to five *characters* within a word, and the *context*. The codes of the reply are no words: they
stand in the context alone, where they can be weighed against the text.
"""

import re
from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from prellbock.classify.bounded import BoundedCache
from prellbock.classify.matcher import Context
from prellbock.classify.normalise import normalise_many
from prellbock.classify.placeholders import SAMPLES

BUCKETS = 1 << 17
CONTEXT_WEIGHT = 0.5
"""What the codes count beside the words: half, because they lie (docs/explanation/codes-that-lie.md)."""

_LONGEST_RUN = 3
_PARTS = (2, 3, 4, 5)
_LONGEST_WORD = 40
_MOST_WORDS = 250
_CODE = re.compile(r"(?<![\w.])(?:[245][0-5]\d|[245]\.\d{1,3}\.\d{1,3})(?![\w.])")
_WORD = re.compile(r"\{[a-z]+\}|[^\W_]+")
_SHOWN = tuple((sample, f" {name} ") for name, sample in SAMPLES.items())

_BEFORE_WORDS = crc32(b"w")

_Block = tuple[list[int], float]
"""Buckets in ascending order, and the weight of each."""


class Features:
    """The features of many replies: ``values[begins[n]:begins[n + 1]]`` belong to the ``buckets`` of reply n."""

    def __init__(
        self,
        buckets: NDArray[np.int32],
        values: NDArray[np.float32],
        begins: NDArray[np.int64],
        worded: Sequence[bool] = (),
    ) -> None:
        """``worded``: which replies hold any word besides codes and masks."""
        self.buckets, self.values, self.begins, self.worded = buckets, values, begins, worded

    def __len__(self) -> int:
        return len(self.begins) - 1


def features_of(templates: list[str], contexts: Iterable[Context]) -> Features:
    """The features of templates (see `masking`) in their contexts; at least one."""
    buckets: list[int] = []
    weights: list[float] = []
    counts: list[int] = []
    begins = [0]
    worded: list[bool] = []
    # The same text comes from many providers, and the same context with many texts.
    of_line, of_context = _OfLine(len(templates)), _OfContext(len(templates))
    for line, context in zip(normalise_many(templates), contexts, strict=True):
        blocks, has_words = of_line[line]
        for block, weight in (*blocks, of_context[context]):
            if block:
                buckets += block
                weights.append(weight)
                counts.append(len(block))
        begins.append(len(buckets))
        worded.append(has_words)
    values = np.repeat(np.array(weights, dtype=np.float32), counts)
    return Features(np.array(buckets, dtype=np.int32), values, np.array(begins, dtype=np.int64), worded)


class _OfLine(BoundedCache[bytes, tuple[tuple[_Block, _Block], bool]]):
    """Runs of words and parts of words of a normalised line, and whether it holds any word."""

    def make(self, key: bytes) -> tuple[tuple[_Block, _Block], bool]:
        words = words_of(key.decode("utf-8", "replace"))
        blocks = _block(set(_runs(words)), 1.0), _block(set().union(*map(_parts.__getitem__, words)), 1.0)
        return blocks, any(word[0].isalpha() for word in words)


class _OfContext(BoundedCache[Context, _Block]):
    def make(self, key: Context) -> _Block:
        return _block({_bucket(name) for name in _context_names(key)}, CONTEXT_WEIGHT)


def _block(buckets: set[int], weight: float) -> _Block:
    return sorted(buckets), weight / max(len(buckets), 1) ** 0.5


def words_of(text: str) -> list[str]:
    """The words of a normalised text without its codes; what was masked is a word such as ``{address}``."""
    for sample, name in _SHOWN:
        if sample in text:
            text = text.replace(sample, name)
    return [word[:_LONGEST_WORD] for word in _WORD.findall(_CODE.sub(" ", text)[:4000])][:_MOST_WORDS]


def named_features(template: str, context: Context) -> dict[str, list[int]]:
    """For people: each run of words and each fact of the context, with the buckets it fills (a word: its parts too)."""
    words = words_of(normalise_many([template])[0].decode("utf-8", "replace"))
    named: dict[str, list[int]] = {}
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST_RUN, len(words)) + 1):
            run = " ".join(words[start:end])
            named[run] = [_bucket(f"w {run}"), *(sorted(_parts[run]) if end == start + 1 else ())]
    for name in _context_names(context):
        named[name.replace("=", " ")] = [_bucket(name)]
    return named


def _runs(words: list[str]) -> Iterable[int]:
    # CRC-32 goes on from the value of what stands before, so no run is put together.
    coded = [f" {word}".encode("utf-8", "replace") for word in words]
    for start in range(len(coded)):
        value = _BEFORE_WORDS
        for word in coded[start : start + _LONGEST_RUN]:
            value = crc32(word, value)
            yield value % BUCKETS


def _context_names(context: Context) -> Iterable[str]:
    if context.smtp_code is not None:
        yield f"code={context.smtp_code}"
        yield f"class={context.smtp_code // 100}"
    if context.status is not None:
        yield f"status={context.status}"
        yield f"detail={context.status[2:]}"
    if context.provider is not None:
        yield f"provider={context.provider}"
    if context.stage is not None:
        yield f"stage={context.stage}"


def _bucket(name: str) -> int:
    return crc32(name.encode("utf-8", "replace")) % BUCKETS


class _Parts(BoundedCache[str, frozenset[int]]):
    """The parts of a word; its first and last characters know that they are."""

    def make(self, key: str) -> frozenset[int]:
        if key.startswith("{"):
            return frozenset()
        padded = f" {key} "
        return frozenset(
            _bucket(f"c {padded[at : at + length]}") for length in _PARTS for at in range(len(padded) - length + 1)
        )


_parts = _Parts(50_000)
