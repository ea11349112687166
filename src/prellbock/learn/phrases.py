"""Which phrases can a pattern match? A rule's alternatives, written out, are texts that somebody has thought of.

A pattern such as ``(mailbox|account) (is )?(full|over quota)`` stands for a dozen phrases of which its examples show
one or two. Some are drawn at random, always the same for the same pattern.
"""

from random import Random
from typing import NamedTuple

from prellbock.rules.tokens import Token, tokens_of

_GAP = (
    "", "", "the", "this", "your", "for {address}", "of {host}", "has been", "at this time", "from {ip}", "is",
    "{number}", "please", "to",
)  # fmt: skip
"""What may stand where a pattern leaves a gap."""
_NO_BLANK = ("{address}", "{host}", "this", "your", "x1")
_LETTERS = ("", "a", "e", "i", "o", "u")
"""What may stand there within a word: patterns leave out letters that some servers write with accents."""
_OFTEN = {"?": (0, 1), "*": (0, 2), "+": (1, 2)}
_SPAN = 3
"""Repetitions beyond the fewest that are written out at most."""


class Node(NamedTuple):
    """``kind``: alternatives, sequence, repeat (``text``: how often), or the kind of a token."""

    kind: str
    text: str
    inner: tuple["Node", ...] = ()


def phrases(pattern: str, most: int) -> list[str]:
    """Up to ``most`` different texts that the pattern matches, or nearly so: whoever uses one judges it first."""
    chance = Random(pattern)
    tree = _alternatives(tokens_of(pattern), 0)[0]
    found: dict[str, None] = {}
    for _ in range(2 * most):
        found[" ".join(_drawn(tree, chance).split())] = None
        if len(found) == most:
            break
    return [text for text in found if text]


def _alternatives(tokens: list[Token], at: int) -> tuple[Node, int]:
    branches = []
    while True:
        branch, at = _sequence(tokens, at)
        branches.append(branch)
        if at >= len(tokens) or tokens[at].kind != "or":
            return Node("alternatives", "", tuple(branches)), at
        at += 1


def _sequence(tokens: list[Token], at: int) -> tuple[Node, int]:
    items: list[Node] = []
    while at < len(tokens) and tokens[at].kind not in {"or", "close"}:
        token = tokens[at]
        at += 1
        if token.kind == "open":
            group, at = _alternatives(tokens, at)
            items.append(group)
            at += 1
        elif token.kind == "repeat":
            items[-1] = Node("repeat", token.text, (items[-1],))
        else:
            items.append(Node(token.kind, token.text))
    return Node("sequence", "", tuple(items)), at


def _drawn(node: Node, chance: Random) -> str:
    if node.kind == "alternatives":
        return _drawn(chance.choice(node.inner), chance)
    if node.kind == "sequence":
        drawn = ""
        for item, follows in zip(node.inner, (*node.inner[1:], None), strict=False):
            inside = _is_gap_in_words(item) and drawn[-1:].isalpha() and follows is not None and follows.text.isalpha()
            drawn += chance.choice(_LETTERS) if inside else _drawn(item, chance)
        return drawn
    if node.kind == "repeat":
        return _repeated(node, chance)
    if node.kind == "class":
        return _of_class(node.text, chance)
    if node.kind == "anchor":
        return ""
    return node.text[1:] if node.text.startswith("\\") else node.text


def _is_gap_in_words(node: Node) -> bool:
    """A repeated anything but a blank, as in ``utilizador n[^ ]*o existe``."""
    return node.kind == "repeat" and node.text != "?" and node.inner[0].text.startswith("[^ ")


def _repeated(node: Node, chance: Random) -> str:
    inner, text = node.inner[0], node.text
    if inner.kind == "class" and (inner.text == "." or inner.text.startswith("[^")) and text != "?":
        if " " in inner.text:
            return chance.choice(_NO_BLANK)
        gap = chance.choice(_GAP)
        return f" {gap} " if gap else gap
    if text in _OFTEN:
        fewest, most = _OFTEN[text]
    else:
        low, comma, high = text[1:-1].partition(",")
        fewest = int(low or 0)
        most = min(int(high or fewest + _SPAN) if comma else fewest, fewest + _SPAN)
    return "".join(_drawn(inner, chance) for _ in range(chance.randint(fewest, most)))


def _of_class(text: str, chance: Random) -> str:
    if text == ".":
        return chance.choice(" a ")
    if text.startswith("[^"):
        return chance.choice("xao")
    if text.startswith("(?:"):
        return _of_class(chance.choice(text[3:-1].split("|")), chance)
    if not text.startswith("["):
        return text
    inside = text[1:-1].replace("\\", "") or " "
    at = inside.find("-", 1)
    if 0 < at < len(inside) - 1 and inside[at - 1] < inside[at + 1]:
        return chr(chance.randint(ord(inside[at - 1]), ord(inside[at + 1])))
    return chance.choice(inside)
