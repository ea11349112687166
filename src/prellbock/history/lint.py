"""What in a policy is surely meant otherwise? Findings on a policy that can be read without a mistake."""

from collections.abc import Iterator

import msgspec

from prellbock.history.cells import TOUCHING
from prellbock.history.model import HistoryRule, Policy


class Finding(msgspec.Struct, frozen=True):
    """One thing that a person should look at. ``kind``: ``dead_rule``, ``dead_step``, ``at_first``, ``uncounted``."""

    kind: str
    rule: str | None
    step: str | None
    text: str


def lint(policy: Policy) -> list[Finding]:
    """Everything found, in the order of the rules."""
    return [*_dead_rules(policy), *_steps(policy), *_uncounted(policy)]


def _dead_rules(policy: Policy) -> Iterator[Finding]:
    for index, rule in enumerate(policy.rules):
        takers = {before.name for before in policy.rules[:index] for kind in _kinds(rule) if _takes_all(before, kind)}
        if all(any(_takes_all(before, kind) for before in policy.rules[:index]) for kind in _kinds(rule)):
            text = f"counts nothing: every failure it asks for belongs to {', '.join(sorted(takers))} before it"
            yield Finding("dead_rule", rule.name, None, text)


def _kinds(rule: HistoryRule) -> list[tuple[str, bool]]:
    """The pairs of category and permanence that a rule asks for."""
    flags = (True, False) if rule.permanent is None else (rule.permanent,)
    return [(category, flag) for category in rule.category for flag in flags]


def _takes_all(rule: HistoryRule, kind: tuple[str, bool]) -> bool:
    return not rule.stream and not rule.provider and kind in _kinds(rule)


def _steps(policy: Policy) -> Iterator[Finding]:
    for rule in policy.rules:
        steps = rule.steps
        end = next((n for n, step in enumerate(steps) if step.then in ("suppressed", "recategorised")), len(steps))
        for step in steps[end + 1 :]:
            yield Finding("dead_step", rule.name, step.name, f"is never reached: {steps[end].name} ends the ladder")
        if steps and steps[0].then == "suppressed" and steps[0].days == 1 and not steps[0].over_days:
            text = (
                "suppresses at the first failure: an hour in which a provider calls everybody unknown (Gmail, 14 "
                "December 2020) would cost all its recipients; pause first"
            )
            yield Finding("at_first", rule.name, steps[0].name, text)


def _uncounted(policy: Policy) -> Iterator[Finding]:
    counted = {kind for rule in policy.rules for kind in _kinds(rule)}
    for permanent, which in ((True, "permanent"), (False, "temporary")):
        left = [category for category in TOUCHING if (category, permanent) not in counted]
        if left:
            yield Finding("uncounted", None, None, f"{which} failures are only watched with {', '.join(left)}")
