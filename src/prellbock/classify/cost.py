"""Which rules make scanning slow? What each adds to one scan, over the examples of all rules.

Each find of a literal costs a little; a pattern that is more than its literals is tried by itself on texts that hold
them, which costs ten times as much. So dear are patterns that are known by very common words alone: gaps (``[^:;]*``,
``.{0,60}``, ``(?: [^ ]+)?``) between alternatives of words such as ``user`` or ``rejected``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from time import perf_counter

import msgspec

from prellbock.classify.masking import mask
from prellbock.classify.matcher import Matcher
from prellbock.classify.normalise import normalise
from prellbock.rules.compile import compile_rules
from prellbock.rules.model import RuleSet
from prellbock.rules.trials import Trials

_ROUNDS = 5


class Cost(msgspec.Struct, frozen=True):
    """What a rule adds to the scan of one text, on this machine.

    ``reports`` are the finds of its literals (a literal that several patterns look for is shared evenly), ``trials``
    the patterns that are possible then and more than literals. ``microseconds`` is what both take, at most: a trial is
    spared where a better rule decides.
    """

    rule: str
    place: str
    microseconds: float
    reports: float
    trials: float
    patterns: int


def measure(ruleset: RuleSet) -> list[Cost]:
    """The cost of every rule, the dearest first; the best of several rounds."""
    examples = [mask(example.text) for rule in ruleset.rules for example in rule.examples] or ["550 no examples"]
    compiled = compile_rules(ruleset)
    tables, trials = compiled.tables, compiled.trials
    lines = [normalise(text).encode() for text in examples]
    data = b"\n".join(lines)
    counts: Counter[int] = Counter()
    for finder, first, _ in compiled.finders:
        counts.update((finder.find(data)[1] + first).tolist())
    finding = _best(lambda: [finder.find(data) for finder, _, _ in compiled.finders])
    find = finding / max(counts.total(), 1)
    sharing = Counter(clue for needs in tables.needs for clue in frozenset[int]().union(*needs))
    finds = [sum(counts[clue] / sharing[clue] for clue in frozenset[int]().union(*needs)) for needs in tables.needs]
    tried: dict[int, list[bytes]] = defaultdict(list)
    for line, possible in zip(lines, Matcher(compiled).possible(examples), strict=True):
        for number in possible:
            if not tables.settled[number]:
                tried[number].append(line)
    users = Counter(number for numbers in tables.match for number in set(numbers))
    seconds = {number: find * finds[number] + _trial_time(trials, number, tried[number]) for number in users}
    costs = []
    for index, rule in enumerate(ruleset.rules):
        numbers = set(tables.match[index])
        costs.append(
            Cost(
                rule.name,
                str(ruleset.place(index)),
                round(sum(seconds[number] / users[number] for number in numbers) / len(lines) * 1e6, 4),
                round(sum(finds[number] / users[number] for number in numbers) / len(lines), 4),
                round(sum(len(tried[number]) / users[number] for number in numbers) / len(lines), 4),
                len(numbers),
            )
        )
    return sorted(costs, key=lambda cost: cost.microseconds, reverse=True)


def _trial_time(trials: Trials, number: int, lines: list[bytes]) -> float:
    return _best(lambda: [trials.matches(number, line) for line in lines])


def _best(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(_ROUNDS):
        begin = perf_counter()
        work()
        best = min(best, perf_counter() - begin)
    return best
