"""Which of the possible rules decides? Patterns are tried in the order of rank, each on many lines in one call.

A plan is a tree of questions, worked out once: does this pattern match? With the answer the line waits for the next
question, or its winner is known.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
    found: list[int | None] = [None] * len(plans)
    asked = _by_number(enumerate(plans), found)
    while asked:
        answered: list[tuple[int, Plan]] = []
        for number, waiting in asked.items():
            answers = trials.answers(number, [lines[at] for at, _ in waiting])
            answered += [
                (at, question.yes if answer else question.no)
                for (at, question), answer in zip(waiting, answers, strict=True)
            ]
        asked = _by_number(answered, found)
    return found


def _by_number(plans: Iterable[tuple[int, Plan]], found: list[int | None]) -> dict[int, list[tuple[int, Question]]]:
    """Notes the winners, and gathers the questions about the same pattern."""
    asked: dict[int, list[tuple[int, Question]]] = defaultdict(list)
    for at, plan in plans:
        if isinstance(plan, Question):
            asked[plan.number].append((at, plan))
        else:
            found[at] = plan.rule
    return asked
