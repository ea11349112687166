"""Patterns of plain words of which one may be a gap: what they find then, no rule knows yet, and it means the same."""

import re
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from prellbock.learn.revising.grounds import Grounds, Idea
from prellbock.learn.skeleton import GAP
from prellbock.learn.why import Why

PLAIN = re.compile(r"[^\W_]+(?: [^\W_]+)+")
"""Words and blanks and nothing else."""
_SHORTEST = 4
"""Letters that must stand on each side of a gap."""


def generalise(grounds: Grounds) -> Iterator[Idea]:
    """At most one a rule, the one that finds most: a word between others becomes a gap."""
    holding: dict[str, set[int]] = defaultdict(set)
    for at in grounds.open:
        for word in set(re.findall(r"[^\W_]+", grounds.searched[at])):
            holding[word].add(at)
    meant = {at: said.category for at, said in zip(grounds.open, grounds.answers(grounds.open), strict=True)}
    for rule in grounds.rules.values():
        best: tuple[int, str, str, str] | None = None
        for pattern in rule.match:
            for word, wider in _wider(pattern):
                left, right = wider.split(GAP)
                places = [holding.get(each, set()) for each in (*left.split(), *right.split())]
                found = grounds.matching(wider, sorted(set.intersection(*places))) if all(places) else []
                gained = [at for at in found if meant[at] == rule.category]
                if gained and len(gained) == len(found):
                    best = max(best or (0, "", "", ""), (grounds.responses(gained), pattern, wider, word))
        if best is not None:
            gain, pattern, wider, word = best
            match = tuple(wider if each == pattern else each for each in rule.match)
            why = Why("gap_finds", {"word": word, "responses": gain})
            yield Idea("generalise", (rule.name, wider), {rule.name: msgspec.structs.replace(rule, match=match)}, why)


def _wider(pattern: str) -> Iterator[tuple[str, str]]:
    """Every word that may go, and the pattern without it."""
    if not PLAIN.fullmatch(pattern):
        return
    words = pattern.split(" ")
    for at in range(1, len(words) - 1):
        left, right = " ".join(words[:at]), " ".join(words[at + 1 :])
        if min(len(left), len(right)) >= _SHORTEST:
            yield words[at], f"{left} {GAP}{right}"
