"""Which of the possible rules decides? Patterns are tried in the order of rank, each on many lines in one call.

A plan is a tree of questions, worked out once: does this pattern match? With the answer the line waits for the next
question, or its winner is known.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from prellbock.rules.trials import Trials


class Step(NamedTuple):
    """A rule to consider: it decides if the pattern matches (None: it surely does) and none of its exceptions."""

    rule: int
    number: int | None
    exceptions: tuple[int, ...]


class Winner(NamedTuple):
    """The end of a plan: the index of the rule that decides, None where none applies."""

    rule: int | None


class Question(NamedTuple):
    """Whether the pattern of that number matches, and how to go on."""

    number: int
    yes: "Plan"
    no: "Plan"


Plan = Winner | Question


def plan_of(steps: Sequence[Step]) -> Plan:
    """How to find the winner among rules in the order of their rank."""
    plan: Plan = Winner(None)
    for rule, number, exceptions in reversed(steps):
        matched: Plan = Winner(rule)
        for exception in reversed(exceptions):
            matched = Question(exception, plan, matched)
        plan = matched if number is None else Question(number, matched, plan)
    return plan


def decided(plans: Sequence[Plan], lines: Sequence[bytes], trials: Trials) -> list[int | None]:
    """Per line the index of the rule that decides by its plan, None where none applies."""
    left = list(plans)
    waiting: dict[int, list[int]] = defaultdict(list)
    for at, plan in enumerate(left):
        if isinstance(plan, Question):
            waiting[plan.number].append(at)
    while waiting:
        later: dict[int, list[int]] = defaultdict(list)
        for number, those in waiting.items():
            for at, answer in zip(those, trials.answers(number, [lines[at] for at in those]), strict=True):
                question = left[at]
                if isinstance(question, Question):
                    plan = left[at] = question.yes if answer else question.no
                    if isinstance(plan, Question):
                        later[plan.number].append(at)
        waiting = later
    return [plan.rule if isinstance(plan, Winner) else None for plan in left]
