"""Plans end at the first rule that matches and is not excepted; each pattern is asked about once for all lines."""

from collections.abc import Sequence
from itertools import product

from prellbock.classify.trying import Step, decided, plan_of
from prellbock.rules.trials import Trials

STEPS = (Step(7, 0, (1, 2)), Step(5, 3, ()), Step(7, 4, (1,)), Step(3, None, (2,)), Step(9, None, ()))
EXPRESSIONS = ("a", "b", "c", "d", "e")


def winner(steps: Sequence[Step], line: str) -> int | None:
    for rule, number, exceptions in steps:
        if (number is None or EXPRESSIONS[number] in line) and not any(EXPRESSIONS[one] in line for one in exceptions):
            return rule
    return None


def test_every_answer_leads_to_the_winner_of_a_plain_loop() -> None:
    lines = ["".join(letters) for letters in product(*((letter, "") for letter in EXPRESSIONS))]
    for count in range(len(STEPS) + 1):
        plan = plan_of(STEPS[:count])
        found = decided([plan] * len(lines), [line.encode() for line in lines], Trials(EXPRESSIONS, None))
        assert found == [winner(STEPS[:count], line) for line in lines]


def test_lines_are_told_apart() -> None:
    trials = Trials(["^ab", "b$", "a.*c", r"\bx\b"], None)
    lines = [b"ab", b"", b"b", b"a", b"c", b"abc", b"x y", b"xy", b"x"]
    for number in range(4):
        assert trials.answers(number, lines) == [trials.matches(number, line) for line in lines]
    assert trials.answers(2, lines) == [False, False, False, False, False, True, False, False, False]
