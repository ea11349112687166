"""By which of its literals is a pattern known? By the rarest ones, and by those that are looked for anyway.

Each literal found in a text costs a report (about 0.25 microseconds), and each pattern that is known by a common one is
tried in vain (about 0.5). How common a literal is, the examples of the rules tell.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from prellbock.rules.literals import Literals

_TRIAL = 0.5
"""What trying a pattern costs, in reports of a literal; not every pattern that may match is tried."""
_SMALL = 1e-6
_RUNS = (8, 5, 3, 2, 1)
"""Lengths of the runs of letters that are counted."""
_ROUNDS = 2


class Commonness:
    """How often does a text stand in a response? Estimated from its rarest run of a few letters, which is fast."""

    def __init__(self, samples: Iterable[str]) -> None:
        """``samples`` are responses as rules see them; there may be none."""
        text = "\n".join(samples)
        self._texts = text.count("\n") + 1
        self._counts = {size: Counter(text[at : at + size] for at in range(len(text))) for size in _RUNS}
        self._known: dict[str, float] = {}

    def of(self, literal: str) -> float:
        """Expected occurrences in one response: 0 to some."""
        known = self._known.get(literal)
        if known is None:
            size = max(size for size in _RUNS if size <= len(literal))
            counts = self._counts[size]
            count = min(counts[literal[at : at + size]] for at in range(len(literal) - size + 1))
            known = self._known[literal] = count / self._texts + 0.02 * 8.0 ** -len(literal)
        return known


def choose(patterns: Sequence[Literals], common: Commonness) -> list[frozenset[str]]:
    """Per pattern the literals of which one stands in every match. Empty where there is none."""
    candidates = [_candidates(pattern) for pattern in patterns]
    use: Counter[str] = Counter()
    chosen: list[frozenset[str]] = [frozenset()] * len(patterns)

    def price(literals: frozenset[str], tried: bool) -> float:
        return sum(common.of(text) * ((not use[text]) + _TRIAL * tried) for text in literals) + _SMALL * len(literals)

    alone = [min((price(one, True) for one in some), default=0.0) for some in candidates]
    order = sorted(range(len(patterns)), key=lambda number: (not patterns[number].whole, alone[number], number))
    for turn in range(_ROUNDS):
        for number in order:
            if turn:
                use.subtract(chosen[number])
            if candidates[number]:
                tried = not patterns[number].whole
                chosen[number] = min((price(one, tried), sorted(one), one) for one in candidates[number])[2]
            use.update(chosen[number])
    return chosen


def _candidates(pattern: Literals) -> list[frozenset[str]]:
    """The fragments, and the same without blanks at their ends: often another pattern looks for those too."""
    if pattern.whole:
        return list(pattern.fragments)
    bare = [frozenset(text.strip(" ") for text in fragment) for fragment in pattern.fragments]
    return [*pattern.fragments, *(one for one in bare if "" not in one and one not in pattern.fragments)]


def needs_of(pattern: Literals, trigger: frozenset[str], numbers: dict[str, int]) -> list[frozenset[int]]:
    """What must be found before a pattern is worth trying: its trigger, and whatever else of its fragments is looked
    for anyway. ``numbers`` holds the literals that are looked for."""
    needs = [frozenset(numbers[text] for text in trigger)] if trigger else []
    if pattern.whole:
        return needs
    for fragment in pattern.fragments:
        found = [_looked_for(text, numbers) for text in fragment]
        if all(number is not None for number in found):
            needs.append(frozenset(number for number in found if number is not None))
    return list(dict.fromkeys(needs))


def _looked_for(text: str, numbers: dict[str, int]) -> int | None:
    """The longest of some parts of a text that is looked for."""
    bare = text.strip(" ")
    words = bare.split(" ")
    parts = [text, bare, *(" ".join(words[at:]) for at in range(1, len(words)))]
    parts += [" ".join(words[:at]) for at in range(1, len(words))]
    known = [part for part in parts if part in numbers]
    return numbers[max(known, key=len)] if known else None
