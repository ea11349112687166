"""Which words must stand in a text for a pattern to be found there? Looked for first, all at once, they spare patterns.

A notice is asked by many dialects whether it is theirs, each with a pattern. The words that such a pattern cannot do
without are read off it (`signs_of`); one scan over the text tells which of all these words occur (`Signs`), and only
the patterns whose words do are tried.
"""

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from threading import Lock
from typing import cast

import hyperscan

_parser = import_module("re._parser")
"""How `re` reads a pattern; the module has no public name."""
Tokens = Iterable[tuple[object, object]]
"""A pattern as `re` parses it: kind and value."""

MIN_BYTES = 4
"""A shorter word stands in most texts and spares nothing; two Chinese characters say as much as a word."""

_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS


def signs_of(*patterns: str) -> tuple[str, ...]:
    """Words in lower case, one of which stands in every text in which one of the patterns is found.

    Nothing if one of the patterns can do without any word of some length.
    """
    found: list[str] = []
    for pattern in patterns:
        words = _needed(_parser.parse(pattern))
        if not words:
            return ()
        found += words
    return tuple(dict.fromkeys(found))


class Signs:
    """The words of many askers, looked for in one scan. Safe to share between threads."""

    def __init__(self, words: Mapping[str, Iterable[str]], *, wrapped: bool = False) -> None:
        """The words by the asker's name; an asker without words is always found.

        ``wrapped``: a blank in a word stands for any blanks and line breaks.
        """
        self._blank = r"\s+" if wrapped else r"\ "
        askers: dict[str, set[str]] = {}
        always: set[str] = set()
        for asker, every in words.items():
            none = True
            for word in every:
                askers.setdefault(word, set()).add(asker)
                none = False
            if none:
                always.add(asker)
        self._always = frozenset(always)
        self._words = list(askers)
        self._askers_of = list(askers.values())
        self._lock = Lock()
        self._database: hyperscan.Database | None = None

    def found(self, lowered: str) -> set[str]:
        """The names of the askers one of whose words stands in a text in lower case."""
        return self.found_in_bytes(lowered.encode("utf-8", "replace"))

    def found_in_bytes(self, raw: bytes) -> set[str]:
        """The same for bytes, whose ASCII letters may be of any case."""
        found = set(self._always)
        askers = self._askers_of

        def on_match(word: int, start: int, end: int, flags: int, context: object) -> None:
            found.update(askers[word])

        with self._lock:
            if self._database is None:
                self._database = self._compiled()
            self._database.scan(raw, on_match)
        return found

    def _compiled(self) -> hyperscan.Database:
        database = hyperscan.Database()
        count = len(self._words)
        database.compile(
            expressions=[re.escape(word).replace(r"\ ", self._blank).encode() for word in self._words],
            ids=list(range(count)),
            elements=count,
            flags=[_FLAGS] * count,
        )
        return database


def _needed(tokens: Tokens) -> list[str]:
    """The best of the sets of words of which every match of these tokens holds one: the longest shortest word."""
    best: list[str] = []
    run: list[str] = []
    for kind, value in [*tokens, (None, None)]:
        if kind is _parser.LITERAL:
            run.append(chr(cast(int, value)).lower())
            continue
        if kind is _parser.AT:
            continue
        best = _better(best, ["".join(run)])
        run = []
        best = _better(best, _within(kind, value))
    return best


def _within(kind: object, value: object) -> list[str]:
    """The words that one token needs, groups and alternatives entered."""
    if kind is _parser.SUBPATTERN:
        return _needed(cast(tuple[object, object, object, Tokens], value)[3])
    if kind is _parser.BRANCH:
        found: list[str] = []
        for branch in cast(tuple[object, list[Tokens]], value)[1]:
            words = _needed(branch)
            if not words:
                return []
            found += words
        return found
    if kind is _parser.ASSERT:
        return _needed(cast(tuple[int, Tokens], value)[1])
    if kind in {_parser.MAX_REPEAT, _parser.MIN_REPEAT}:
        least, _, inner = cast(tuple[int, int, Tokens], value)
        return _needed(inner) if least else []
    return []


def _better(one: list[str], other: list[str]) -> list[str]:
    if not other or _shortest(other) < MIN_BYTES:
        return one
    return other if not one or _shortest(other) > _shortest(one) else one


def _shortest(words: list[str]) -> int:
    return min(len(word.encode("utf-8", "replace")) for word in words)
