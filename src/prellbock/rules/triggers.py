"""By which of its literals is a pattern known? By the rarest ones, and by those that are looked for anyway.

Each literal found in a text costs about 0.1 microseconds, and each pattern that is known by a common one is tried in
vain (about 0.8). How common a literal is, the examples of the rules tell.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from prellbock.rules.literals import Literals

_TRIAL = 1.5
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


def choose(patterns: Sequence[Literals], common: Commonness) -> list[list[frozenset[str]]]:
    """Per pattern the sets of literals to look for: of each set one stands in every match. None where only trying
    tells; one for a pattern that is nothing but literals."""
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
    looked_for = {text for text, count in use.items() if count}
    needs = [[trigger] if trigger else [] for trigger in chosen]
    for number in reversed(order):
        if needs[number] and not patterns[number].whole:
            needs[number] += _further(patterns[number], needs[number][0], looked_for, common)
    return needs


def _further(
    pattern: Literals, trigger: frozenset[str], looked_for: set[str], common: Commonness
) -> Iterator[frozenset[str]]:
    """What else of a pattern is worth looking for, because it spares more trials than it costs reports."""
    trials = _TRIAL * min(1.0, sum(map(common.of, trigger)))
    for fragment in _telling(pattern):
        parts = {text: _part_of(text, looked_for) for text in fragment}
        fresh = [text for text, part in parts.items() if part is None]
        need = frozenset(part or text for text, part in parts.items())
        share = min(1.0, sum(map(common.of, need)))
        if need != trigger and sum(map(common.of, fresh)) + _SMALL * len(fresh) <= trials * (1 - share):
            looked_for.update(fresh)
            yield need


def _candidates(pattern: Literals) -> list[frozenset[str]]:
    """The fragments, and the same without blanks at their ends: often another pattern looks for those too."""
    if pattern.whole:
        return list(pattern.fragments)
    telling = _telling(pattern)
    bare = [frozenset(text.strip(" ") for text in fragment) for fragment in telling]
    return [*telling, *(one for one in bare if "" not in one and one not in telling)]


def _telling(pattern: Literals) -> list[frozenset[str]]:
    """The fragments without those that one or two digits satisfy: they stand in half of all ids and addresses."""
    return [
        fragment for fragment in pattern.fragments if not any(len(text) < 3 and text.isdigit() for text in fragment)
    ]


def _part_of(text: str, looked_for: set[str]) -> str | None:
    """The longest of some parts of a text that is looked for."""
    bare = text.strip(" ")
    words = bare.split(" ")
    parts = [text, bare, *(" ".join(words[at:]) for at in range(1, len(words)))]
    parts += [" ".join(words[:at]) for at in range(1, len(words))]
    return max((part for part in parts if part in looked_for), key=len, default=None)
