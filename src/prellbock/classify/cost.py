"""Which rules make scanning slow? Each rule's patterns scanned alone over the examples of all rules.

Dear are patterns that begin with very common words, and gaps of limited length (``.{0,60}``, ``(?: [a-z]+){0,8}``)
between alternatives: Hyperscan finds plain texts nearly for nothing, and must count for those.
"""

from time import perf_counter

import hyperscan
import msgspec

from prellbock.classify.masking import mask
from prellbock.classify.normalise import normalise_many
from prellbock.rules.compile import compile_some
from prellbock.rules.model import RuleSet
from prellbock.rules.pattern import read

_ROUNDS = 5


class Cost(msgspec.Struct, frozen=True):
    """``microseconds`` and ``matches`` are those of one text."""

    rule: str
    place: str
    microseconds: float
    matches: float
    patterns: int


def measure(ruleset: RuleSet) -> list[Cost]:
    """The cost of every rule on this machine, the dearest first; the best of several rounds."""
    texts = [mask(example.text) for rule in ruleset.rules for example in rule.examples] or ["550 no examples"]
    texts *= max(1, 5000 // len(texts))
    data = normalise_many(texts)
    costs = []
    for index, rule in enumerate(ruleset.rules):
        patterns = sorted({read(source).expression for source in (*rule.match, *rule.unless)})
        database = compile_some(patterns)
        hits: list[int] = []
        database.scan(data, lambda number, *_, seen=hits: seen.append(number))
        best = min(_seconds(database, data) for _ in range(_ROUNDS))
        place = str(ruleset.place(index))
        one = best / len(texts) * 1e6
        costs.append(Cost(rule.name, place, round(one, 4), round(len(hits) / len(texts), 4), len(patterns)))
    return sorted(costs, key=lambda cost: cost.microseconds, reverse=True)


def _seconds(database: hyperscan.Database, data: bytes) -> float:
    begin = perf_counter()
    database.scan(data, None)  # type: ignore[arg-type]  # no callback: the scan alone
    return perf_counter() - begin
