"""Which texts are nearly the same? Families: texts that share most of their letters, and the texts that share those.

Words that no labelled reply holds are taken for names and left out, as masks are. Two texts are then alike if their
sets of five successive letters (digits and blanks left out) overlap by a Jaccard index of at least `ALIKE`; families
are the connected components of that. So the families of a set of texts do not depend on the order in which the texts
came, on restarts, or on which of them came twice. Candidates are found by MinHash in bands (Broder 1997), so the time
grows with the number of texts and not with its square.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from random import Random
from zlib import crc32

import numpy as np

from prellbock.classify.features import words_of
from prellbock.classify.normalise import normalise_many
from prellbock.identity import template_key
from prellbock.learn import corpus

ALIKE = 0.6
_LENGTH = 5
_BANDS, _ROWS = 20, 4
_LETTERS = re.compile(r"[\W\d_]+")

Shingles = frozenset[int]


def shingles_of(templates: Sequence[str]) -> list[Shingles]:
    """Hashes of the runs of letters of each template; one at least."""
    found = []
    for line in normalise_many(templates) if templates else []:
        words = [word for word in words_of(line.decode("utf-8", "replace")) if not word.startswith("{")]
        known = [word for word in words if word in known_words()]
        # A text of unknown words is one of another language, not a list of names.
        words = known if 3 * len(known) >= 2 * len(words) else words
        letters = _LETTERS.sub("", "".join(words))
        runs = {letters[at : at + _LENGTH] for at in range(max(1, len(letters) - _LENGTH + 1))}
        found.append(frozenset(crc32(run.encode()) for run in runs))
    return found


def jaccard(one: Shingles, other: Shingles) -> float:
    """Share of runs that both have, 0 to 1."""
    common = len(one & other)
    return common / (len(one) + len(other) - common)


class Families:
    """Families of templates, grown one batch after another; the outcome is the same for any order and cutting."""

    def __init__(self, alike: float = ALIKE) -> None:
        self._alike = alike
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._shingles: list[Shingles] = []
        self._parents: list[int] = []
        self._bands: dict[tuple[int, int], list[int]] = {}
        self._hashes = _hashes(_BANDS * _ROWS)

    def add(self, templates: Iterable[str]) -> None:
        """Takes templates in; those known already change nothing."""
        fresh = [text for text in dict.fromkeys(templates) if text not in self._numbers]
        shingles = shingles_of(fresh)
        for text, own, bands in zip(fresh, shingles, self._bands_of(shingles), strict=True):
            number = len(self._texts)
            self._numbers[text] = number
            self._texts.append(text)
            self._shingles.append(own)
            self._parents.append(number)
            candidates: set[int] = set()
            for band in enumerate(bands):
                members = self._bands.setdefault(band, [])
                candidates.update(members)
                members.append(number)
            for other in sorted(candidates):
                root, its = self._root(number), self._root(other)
                if root != its and jaccard(own, self._shingles[other]) >= self._alike:
                    self._parents[max(root, its)] = min(root, its)

    def of(self, template: str) -> str:
        """The name of a template's family: the member whose digest is least, so that it does not hang on the order."""
        return self.named()[template]

    def named(self) -> dict[str, str]:
        """Every template and the name of its family, 16 hexadecimal digits."""
        names: dict[int, str] = {}
        for number, text in enumerate(self._texts):
            root = self._root(number)
            own = template_id(text)
            names[root] = min(own, names.get(root, own))
        return {text: names[self._root(number)] for number, text in enumerate(self._texts)}

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def _bands_of(self, shingles: list[Shingles]) -> list[list[int]]:
        if not shingles:
            return []
        begins = np.cumsum([0, *(len(own) for own in shingles[:-1])])
        values = np.fromiter((run for own in shingles for run in own), dtype=np.uint64)
        least = np.stack([
            np.minimum.reduceat((values * np.uint64(factor) + np.uint64(offset)) >> np.uint64(24), begins)
            for factor, offset in self._hashes
        ])  # fmt: skip
        rows = least.reshape(_BANDS, _ROWS, -1)
        mixed = rows[:, 0]
        for row in range(1, _ROWS):
            mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + rows[:, row]
        bands: list[list[int]] = mixed.T.tolist()
        return bands


@cache
def known_words() -> frozenset[str]:
    """The words of at least two of the labelled replies that the package holds."""
    counts = Counter(
        word for row in corpus.read(corpus.FOLDER / "replies.jsonl") for word in set(words_of(row.text.lower()))
    )
    return frozenset(word for word, count in counts.items() if count > 1)


def _hashes(count: int) -> list[tuple[int, int]]:
    """Multipliers (odd) and summands of multiply-shift hashing, the same everywhere."""
    chance = Random(2_718_281)
    return [(chance.getrandbits(63) * 2 + 1, chance.getrandbits(63)) for _ in range(count)]


def template_id(template: str) -> str:
    """16 hexadecimal digits that are the same wherever and whenever a template is met; the key of ``/v1/templates``."""
    return f"{template_key(template) & 0xFFFF_FFFF_FFFF_FFFF:016x}"
