"""Which labelled texts hold a phrase, and what do these mean? Sets of texts as whole numbers, a bit for each text.

A labelled text counts if none but the rule that decides it knows it: were that rule missing, as some rule is wherever a
text stays undecided, this is what would be left over. Texts that several rules know say nothing about what none knows.
"""

import re
from collections.abc import Callable, Iterable, Sequence, Set
from functools import cached_property

from prellbock.classify.classifier import Classifier, context_of_key, key_of
from prellbock.classify.matcher import Context
from prellbock.learn.corpus import Labelled
from prellbock.learn.fit import PHRASE_WEIGHT
from prellbock.learn.pool import searched
from prellbock.learn.wordings import phrases_of


class LeftOver:
    """The labelled texts that count beside the rules of a classifier; worked out when they are first asked for."""

    def __init__(self, classifier: Classifier, labelled: Iterable[Labelled]) -> None:
        self.classifier = classifier
        self._labelled = labelled

    @cached_property
    def rows(self) -> list[Labelled]:
        return _left_over(self.classifier, list(self._labelled))

    def beside(self, more: Sequence[Labelled]) -> "LeftOver":
        """With more texts; those that it has are not looked through again."""
        both = LeftOver(self.classifier, ())
        added = _left_over(self.classifier, more)
        both.rows = [*self.rows, *added]
        both.searched = [*self.searched, *(searched(row.text) for row in added)]
        return both

    @cached_property
    def searched(self) -> list[str]:
        """What patterns see of each."""
        return [searched(row.text) for row in self.rows]


class Evidence:
    """Labelled texts, found by the phrases that are asked about."""

    def __init__(self, left_over: LeftOver, phrases: Set[str]) -> None:
        self.rows = left_over.rows
        self._lines = left_over.searched
        self._holding: dict[str, int] = dict.fromkeys(phrases, 0)
        self._meaning: dict[str, int] = {}
        self._seen = 0
        for at, (row, line) in enumerate(zip(self.rows, self._lines, strict=True)):
            for phrase in phrases_of(line) & phrases:
                self._holding[phrase] |= 1 << at
            for name in row.accepted:
                self._meaning[name] = self._meaning.get(name, 0) | 1 << at
            if row.origin != "phrase":
                self._seen |= 1 << at

    def holding(self, phrase: str) -> int:
        """The texts in which a phrase stands."""
        return self._holding[phrase]

    def matching(self, pattern: str) -> int:
        """The texts in which a pattern is found."""
        expression = re.compile(pattern)
        return sum(1 << at for at, line in enumerate(self._lines) if expression.search(line))

    def within(self, texts: int, fits: Callable[[Context], bool]) -> int:
        """Those of the texts whose context fits."""
        return sum(1 << at for at in numbers(texts) if fits(self.rows[at].context))

    def meaning(self, texts: int, category: str) -> int:
        """Those of the texts that mean the category."""
        return texts & self._meaning.get(category, 0)

    def weight(self, texts: int) -> float:
        """How much they count: what a pattern can match less than what somebody has seen."""
        seen = (texts & self._seen).bit_count()
        return seen + PHRASE_WEIGHT * (texts.bit_count() - seen)

    def categories(self, texts: int) -> list[str]:
        """What any of them means."""
        return [name for name, meant in self._meaning.items() if texts & meant]

    def texts(self, chosen: int) -> list[Labelled]:
        return [self.rows[at] for at in numbers(chosen)]


def numbers(texts: int) -> Sequence[int]:
    """Which bits are set, ascending."""
    found = []
    while texts:
        lowest = texts & -texts
        found.append(lowest.bit_length() - 1)
        texts ^= lowest
    return found


def _left_over(classifier: Classifier, rows: Sequence[Labelled]) -> list[Labelled]:
    """Without the texts that a second rule knows. A rule of last resort is none."""
    matcher = classifier.matcher
    keys = [key_of(row.event) for row in rows]
    found = []
    for row, key, numbers_ in zip(rows, keys, matcher.found([key[0] for key in keys]), strict=True):
        order = [matcher.rules[index] for index in matcher.candidates(numbers_, context_of_key(key))]
        if sum(not rule.is_last_resort for rule in order) < 2:
            found.append(row)
    return found
