"""How does a customer change the shipped rules without ever losing the changes? By keeping them beside the rules.

A rule set of a customer is a *base*, the shipped rules as they were at that time, and *changes*: rules added, rules
replaced, rules left out, by name. An upgrade brings another base and touches neither the stored base nor the changes.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from prellbock.rules.model import Place, Rule, RuleSet

Changes = dict[str, Rule | None]
"""By name: the rule that is added or stands instead of the base's; None leaves the base's rule out."""

Origin = Literal["shipped", "changed", "added"]
Kind = Literal["added", "changed", "removed"]
OWN = Place("own rules", 0)
"""Where a rule stands that is in no file."""


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is stored of a rule set: the version of its base, and the changes."""

    base: str
    """Empty: the rules that the installed Prellbock ships, whichever these are."""
    changes: Changes = {}


class Difference(msgspec.Struct, frozen=True):
    """One rule that two rule sets do not have alike; ``fields`` names those that differ, where both have the rule."""

    name: str
    change: Kind
    fields: tuple[str, ...]
    old: Rule | None
    new: Rule | None


def effective(base: RuleSet, changes: Mapping[str, Rule | None]) -> RuleSet:
    """The rules that hold. A changed rule keeps its place; added ones stand first, in their order: between rules of the
    same rank the earlier decides."""
    known = {rule.name for rule in base.rules}
    rules = [rule for name, rule in changes.items() if rule is not None and name not in known]
    places = [OWN] * len(rules)
    for index, rule in enumerate(base.rules):
        if rule.name not in changes:
            rules.append(rule)
            places.append(base.place(index))
        elif (own := changes[rule.name]) is not None:
            rules.append(own)
            places.append(OWN)
    return RuleSet(tuple(rules), tuple(places), proved=base.proved and not any(changes.values()))


def essential(base: RuleSet, changes: Mapping[str, Rule | None]) -> Changes:
    """The changes without those that change nothing."""
    known = {rule.name: rule for rule in base.rules}
    return {name: rule for name, rule in changes.items() if known.get(name) != rule}


def changes_between(base: RuleSet, wanted: Iterable[Rule]) -> Changes:
    """The changes that make exactly the wanted rules of a base."""
    rules = {rule.name: rule for rule in wanted}
    gone: Changes = {rule.name: None for rule in base.rules if rule.name not in rules}
    return essential(base, {**rules, **gone})


def origin_of(name: str, base: RuleSet, changes: Mapping[str, Rule | None]) -> Origin:
    """Where a rule of the effective set comes from."""
    if name not in changes:
        return "shipped"
    return "changed" if base.named(name) is not None else "added"


def differences(old: RuleSet, new: RuleSet) -> list[Difference]:
    """Every rule that differs, by name."""
    before, after = ({rule.name: rule for rule in each.rules} for each in (old, new))
    found = []
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one == other:
            continue
        kind: Kind = "added" if one is None else "removed" if other is None else "changed"
        fields = [
            field for field in Rule.__struct_fields__ if one and other and getattr(one, field) != getattr(other, field)
        ]
        found.append(Difference(name, kind, tuple(fields), one, other))
    return found
