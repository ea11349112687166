"""Pairs of rules of the same category and scope whose patterns unite: one pattern finds what both do."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import msgspec

from prellbock.learn.revising.generalise import PLAIN
from prellbock.learn.revising.grounds import Grounds, Idea
from prellbock.learn.skeleton import skeleton
from prellbock.learn.why import Why
from prellbock.rules.model import Rule

_ALIKE = 0.5
"""Share of words that both have, of all."""
_LETTERS = 12
"""Fewest letters of a united pattern."""


def merge(grounds: Grounds) -> Iterator[Idea]:
    """At most one a rule, the most alike first."""
    groups: dict[tuple[object, ...], list[Rule]] = defaultdict(list)
    for rule in grounds.rules.values():
        if all(PLAIN.fullmatch(pattern) for pattern in rule.match):
            scope = (rule.category, rule.unless, rule.provider, rule.code, rule.stage, rule.reporter, rule.priority)
            groups[scope].append(rule)
    pairs = [
        (-_alike(one, other), one.name, other.name, one, other)
        for rules in groups.values() for one, other in combinations(rules, 2) if _alike(one, other) >= _ALIKE
    ]  # fmt: skip
    used: set[str] = set()
    for _, first, second, one, other in sorted(pairs, key=lambda each: each[:3]):
        united = skeleton([*one.match, *other.match])
        if united is None or len(united) < _LETTERS or used & {first, second}:
            continue
        used |= {first, second}
        rule = msgspec.structs.replace(
            one, match=(united,), examples=(*one.examples, *other.examples),
            counterexamples=(*one.counterexamples, *other.counterexamples), advice={**other.advice, **one.advice},
        )  # fmt: skip
        why = Why("found_alike", {"first": first, "second": second, "category": one.category})
        yield Idea("merge", (first, second), {first: rule, second: None}, why)


def _alike(one: Rule, other: Rule) -> float:
    words, others = ({word for pattern in rule.match for word in pattern.split(" ")} for rule in (one, other))
    return len(words & others) / len(words | others)
