"""What do changes of rules rest on? Stored and labelled texts, every rule that matches each, and who decides them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

from prellbock.classify.classifier import Classifier, Key, context_of_key, key_of
from prellbock.classify.lint import event_of
from prellbock.classify.model import Answer, TextModel
from prellbock.classify.normalise import normalise_many
from prellbock.events import Verdict
from prellbock.history.outcomes import Count
from prellbock.learn.corpus import Labelled
from prellbock.learn.why import Why
from prellbock.rules.model import Example, Rule
from prellbock.store.judgements import Judged

Kind = Literal["merge", "generalise", "reorder", "retire", "correct"]

DAY = 86_400.0
MOST = 5_000
"""Stored templates in their contexts that are looked at, the most frequent first: each takes a third of a ms."""


class Idea(NamedTuple):
    """A change that might be good: the rules to be as they shall be (None: no more)."""

    kind: Kind
    about: tuple[str, ...]
    """The rules it is about, the first before all; with the kind what a rejection is remembered by."""
    edits: dict[str, Rule | None]
    why: Why


class History(msgspec.Struct, frozen=True):
    """What a store knows of its rules. Times are Unix seconds UTC."""

    judged: Sequence[Judged] = ()
    hits: Mapping[str, tuple[int, float]] = {}
    """By rule, how many events it decided, and when last."""
    days: float = 0.0
    """Days between the first and the last response."""
    newest: float = 0.0
    outcomes: Mapping[str, Count] = {}
    """By rule, what became of those whom it called dead."""


class Case(msgspec.Struct, frozen=True):
    """A text in its context; ``accepted`` are the categories that are right, none where nobody has said."""

    text: str
    key: Key
    count: int
    accepted: frozenset[str] = frozenset()
    origin: str = ""
    rule: str = ""
    """The rule whose example it is."""


class Grounds:
    """Everything is worked out when it is first asked for. Stored cases stand before labelled ones."""

    def __init__(
        self, classifier: Classifier, model: TextModel, history: History, labelled: Iterable[Labelled]
    ) -> None:
        self.classifier, self.model, self.history = classifier, model, history
        self.rules = {rule.name: rule for rule in classifier.ruleset.rules}
        frequent = sorted(history.judged, key=lambda each: (-each.count, each.key))[:MOST]
        stored = [Case(each.text, each.basis, each.count) for each in frequent if each.text]
        self.stored = range(len(stored))
        # The examples of the rules in force, not of those that the texts were collected from.
        examples = [_example(rule, example) for rule in self.rules.values() for example in rule.examples]
        self.cases = stored + examples + [_case(row) for row in labelled if row.origin not in ("phrase", "example")]
        self.labelled = range(len(stored), len(self.cases))

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """One a case, as things are."""
        return self.classifier.verdicts_of([case.key for case in self.cases])

    @cached_property
    def searched(self) -> list[str]:
        """What patterns see of each case."""
        return [line.decode("utf-8", "replace") for line in normalise_many([case.key[0] for case in self.cases])]

    @cached_property
    def orders(self) -> list[list[str]]:
        """For each case the rules that match it, the deciding one first."""
        matcher = self.classifier.matcher
        found = matcher.found([case.key[0] for case in self.cases])
        contexts = [context_of_key(case.key) for case in self.cases]
        return [
            [matcher.rules[index].name for index in matcher.candidates(numbers, context)]
            for numbers, context in zip(found, contexts, strict=True)
        ]

    @cached_property
    def reached(self) -> Mapping[str, list[int]]:
        """For each rule the cases that it matches."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, order in enumerate(self.orders):
            for name in order:
                found[name].append(at)
        return found

    @cached_property
    def won(self) -> Mapping[str, list[int]]:
        """For each rule the cases that it decides."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, verdict in enumerate(self.verdicts):
            if verdict.decided_by == "rule" and verdict.rule:
                found[verdict.rule].append(at)
        return found

    @cached_property
    def open(self) -> list[int]:
        """Stored cases that no rule decides."""
        return [at for at in self.stored if self.verdicts[at].decided_by != "rule"]

    def answers(self, cases: Sequence[int]) -> list[Answer]:
        """What the text model says of these cases, however unsure it is."""
        if not cases:
            return []
        chosen = [self.cases[at] for at in cases]
        return self.model.answers([case.key[0] for case in chosen], [context_of_key(case.key) for case in chosen], 0.0)

    def matching(self, pattern: str, among: Iterable[int] | None = None) -> list[int]:
        """The cases in which a pattern is found."""
        expression = re.compile(pattern, re.MULTILINE)
        return [
            at for at in (range(len(self.cases)) if among is None else among) if expression.search(self.searched[at])
        ]

    def responses(self, cases: Iterable[int]) -> int:
        """How many stored responses these cases are."""
        return sum(self.cases[at].count for at in cases if at in self.stored)


def _example(rule: Rule, example: Example) -> Case:
    return Case(example.text, key_of(event_of(example, rule)), 1, frozenset({rule.category}), "example", rule.name)


def _case(row: Labelled) -> Case:
    context = row.context
    key = (row.template, context.provider, row.smtp_code, row.status, row.stage, context.reporter)
    return Case(row.text, key, 1, row.accepted, row.origin)
