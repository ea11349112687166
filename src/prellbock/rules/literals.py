"""Which plain texts must stand in a line for a pattern to match? Found once, they say where to look at all.

Hyperscan finds ten thousands of plain texts in one pass nearly for nothing, and pays for every gap (``[^:;]*``,
``.{0,60}``) behind a common word. So a pattern is known by its literals first, and tried as a whole only on lines that
hold them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from prellbock.rules.tokens import Token, fewest_of

MOST_WRITTEN = 64
"""Most texts that a run of alternatives is written out as: ``(user|mailbox) (unknown|invalid)`` are four."""
_MOST_MEMBERS = 10
_RANGE = re.compile(r"(.)-(.)")


@dataclass(frozen=True)
class Literals:
    """What every match of a pattern holds, apart from what is left open between them."""

    fragments: tuple[frozenset[str], ...]
    """Of each set at least one text stands in every match, unescaped. Empty if nothing is certain to stand there."""
    whole: bool
    """The pattern is nothing but the one set of fragments: a line that holds one of its texts is a match."""


@dataclass
class _Node:
    """A part of a pattern: all the texts it can be, or else what must stand in it."""

    texts: frozenset[str] | None
    fragments: list[frozenset[str]]
    certain: bool = True
    """No anchor and nothing open is in it."""


_NOTHING = frozenset({""})


def literals_of(tokens: Sequence[Token]) -> Literals:
    """The literals of a pattern's tokens; never fails."""
    node = _Reader(tokens).alternatives()
    if node.texts is None:
        return Literals(tuple(node.fragments), whole=False)
    if "" in node.texts:
        return Literals((), whole=False)
    return Literals((node.texts,), whole=node.certain)


class _Reader:
    """Reads alternatives, sequences and items from the left to the right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def alternatives(self) -> _Node:
        branches = [self._sequence()]
        while self._at < len(self._tokens) and self._tokens[self._at].kind == "or":
            self._at += 1
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        certain = all(branch.certain for branch in branches)
        if all(branch.texts is not None for branch in branches):
            return _Node(frozenset().union(*(branch.texts or () for branch in branches)), [], certain)
        needed = [_needed(branch) for branch in branches]
        if not all(needed):
            return _Node(None, [], certain=False)
        # Sets for all branches: of each branch the most specific fragment, or the first, or the last.
        best = [max(fragments, key=lambda texts: min(map(len, texts))) for fragments in needed]
        first = [fragments[0] for fragments in needed]
        last = [fragments[-1] for fragments in needed]
        unions = [frozenset[str]().union(*choice) for choice in (best, first, last)]
        return _Node(None, list(dict.fromkeys(unions)), certain=False)

    def _sequence(self) -> _Node:
        run, fragments, closed, certain = _NOTHING, list[frozenset[str]](), True, True
        while self._at < len(self._tokens) and self._tokens[self._at].kind not in {"or", "close"}:
            item = self._item()
            certain &= item.certain
            if item.texts is not None and len(run) * len(item.texts) <= MOST_WRITTEN:
                run = frozenset(before + text for before in run for text in item.texts)
                continue
            closed = False
            if "" not in run:
                fragments.append(run)
            fragments += item.fragments
            run = _NOTHING if item.texts is None else item.texts
        if closed:
            return _Node(run, [], certain)
        if "" not in run:
            fragments.append(run)
        return _Node(None, fragments, certain=False)

    def _item(self) -> _Node:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "open":
            node = self.alternatives()
            self._at += 1
        elif token.kind == "literal":
            node = _Node(frozenset({_character(token.text)}), [])
        elif token.kind == "class":
            members = _members(token.text)
            node = _Node(members, [], certain=members is not None)
        else:
            node = _Node(_NOTHING, [], certain=False)
        if self._at < len(self._tokens) and self._tokens[self._at].kind == "repeat":
            node = _repeated(node, self._tokens[self._at].text)
            self._at += 1
        return node


def _repeated(node: _Node, repeat: str) -> _Node:
    fewest = fewest_of(repeat)
    if repeat in {"?", "{0,1}"} and node.texts is not None:
        return _Node(node.texts | _NOTHING, [], node.certain)
    few = fewest < 20 and node.texts is not None and len(node.texts) ** fewest <= MOST_WRITTEN
    if few and node.texts is not None and repeat == f"{{{fewest}}}":
        texts = _NOTHING
        for _ in range(fewest):
            texts = frozenset(before + text for before in texts for text in node.texts)
        return _Node(texts, [], node.certain)
    return _Node(None, _needed(node) if fewest else [], certain=False)


def _needed(node: _Node) -> list[frozenset[str]]:
    """The sets of which a text must stand there."""
    if node.texts is None:
        return node.fragments
    return [] if "" in node.texts else [node.texts]


def _character(text: str) -> str:
    """``\\.`` is a dot; a letter beyond ASCII may stand in a group of its own."""
    if text.startswith("(?:"):
        return text[3:-1]
    return text[1:] if text.startswith("\\") else text


def _members(text: str) -> frozenset[str] | None:
    """The characters of a small class, else None."""
    if text == ".":
        return None
    pieces = text[3:-1].split("|") if text.startswith("(?:") else [text]
    found: set[str] = set()
    for piece in pieces:
        if not piece.startswith("["):
            found.add(piece)
            continue
        inside = piece[1:-1]
        if inside.startswith("^") or "\\" in inside:
            return None
        for first, last in _RANGE.findall(inside):
            found.update(map(chr, range(ord(first), ord(last) + 1)))
        found.update(_RANGE.sub("", inside))
    return frozenset(found) if 0 < len(found) <= _MOST_MEMBERS else None
