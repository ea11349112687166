"""Which rules match a text, and which of them decides?

One scan over many texts, a line each, finds the literals by which the patterns are known. Each literal moves its line
to another *state*: the set of patterns that are possible there. What to do in a state is worked out once: mostly the
winner is clear, else the possible patterns are tried in the order of their rank until one decides.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from threading import Lock
from typing import NamedTuple

import hyperscan

from prellbock.classify.normalise import normalise_many
from prellbock.classify.stage import can_be_meant
from prellbock.events import Stage
from prellbock.rules.compile import Compiled, Tables
from prellbock.rules.model import Reporter, Rule
from prellbock.taxonomy import FAULT_OF

BATCH = 2048
"""Texts scanned in one call; a call for each text would take twice as long."""

_STATES = 100_000
"""States and plans kept at most; then they are worked out anew."""
_SUPPRESSING = {"recipient", "domain"}


class Context(NamedTuple):
    """What is known of a reply besides its text."""

    smtp_code: int | None = None
    status: str | None = None
    provider: str | None = None
    stage: Stage | None = None
    reporter: Reporter | None = None


class Rank(NamedTuple):
    """Where a rule stands among the matching ones; the greatest decides ("Which rule wins", ARCHITECTURE)."""

    known: int
    """2 for a cause; 1 for `expired`, which only says that none is known; 0 for a rule of last resort."""
    priority: int
    harmless: bool
    """Does not suppress: the fault is neither the recipient's nor the domain's."""
    scope: int
    literal: int
    order: int
    """Minus the place in the files: the earlier rule wins."""


class Matcher:
    """Scans and decides for one compiled rule set. Safe to share between threads."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.rules: tuple[Rule, ...] = compiled.ruleset.rules
        self.uses_reporter = any(rule.reporter for rule in self.rules)
        tables = compiled.tables
        self._lock = Lock()
        self._rules_of: list[list[int]] = [[] for _ in tables.patterns]
        for index, numbers in enumerate(tables.match):
            for number in numbers:
                self._rules_of[number].append(index)
        self._ranks: dict[tuple[int, int | None], Rank] = {}
        self._unless = [frozenset(numbers) for numbers in tables.unless]
        self._unscanned = frozenset(number for number, rules in enumerate(self._rules_of) if not rules)
        self._knowledge = _Knowledge(tables)
        self._plans = 0

    def winners(self, texts: Sequence[str], contexts: Sequence[Context]) -> list[int | None]:
        """Per text the index of the rule that decides, None where none applies. Any number of texts."""
        found: list[int | None] = []
        with self._lock:
            for start in range(0, len(texts), BATCH):
                part = texts[start : start + BATCH]
                # The same text may come in several contexts.
                distinct = [*dict.fromkeys(part)]
                scanned = dict(zip(distinct, zip(*self._scan(distinct), strict=True), strict=True))
                for text, context in zip(part, contexts[start : start + BATCH], strict=True):
                    line, state = scanned[text]
                    plan = state.plans.get(context)
                    if plan is None:
                        plan = state.plans[context] = self._plan(state.possible, context)
                        self._plans += 1
                    if isinstance(plan, tuple):
                        plan = self._tried(plan, line)
                    found.append(plan)
        return found

    def found(self, texts: Sequence[str]) -> list[frozenset[int]]:
        """Per text the numbers of all patterns found in it, ``unless`` patterns too. Slow: it tries every pattern that
        is possible, for people who want to know everything."""
        found: list[frozenset[int]] = []
        settled, matches = self.compiled.tables.settled, self.compiled.trials.matches
        with self._lock:
            for start in range(0, len(texts), BATCH):
                for line, state in zip(*self._scan(texts[start : start + BATCH]), strict=True):
                    sure = {number for number in state.possible if settled[number] or matches(number, line)}
                    sure.update(number for number in self._unscanned if matches(number, line))
                    found.append(frozenset(sure))
        return found

    def possible(self, texts: Sequence[str]) -> list[frozenset[int]]:
        """Per text the numbers of the ``match`` patterns that its literals leave possible."""
        with self._lock:
            return [
                state.possible
                for start in range(0, len(texts), BATCH)
                for state in self._scan(texts[start : start + BATCH])[1]
            ]

    def _scan(self, texts: Sequence[str]) -> "tuple[list[bytes], list[_State]]":
        """The normalised texts, and what is possible in each."""
        if len(self._knowledge.states) + self._plans > _STATES:
            self._knowledge = _Knowledge(self.compiled.tables)
            self._plans = 0
        lines = normalise_many(texts)
        begins = [0, *accumulate([len(line) + 1 for line in lines])]
        states = [self._knowledge.first()] * len(lines)
        text = b"\n".join(lines)
        for database, first in zip(self.compiled.databases, self.compiled.firsts, strict=True):
            _follow(database, first, text, begins, states)
        return lines, states

    def _plan(self, possible: frozenset[int], context: Context) -> "int | tuple[_Step, ...] | None":
        """How to find the winner: a rule's index, None, or what to try in which order."""
        settled = self.compiled.tables.settled
        steps: list[_Step] = []
        for _, index, number in sorted(
            (
                (self._rank(index, pattern), index, pattern)
                for pattern in possible
                for index in self._rules_of[pattern]
                if applies(self.rules[index], context)
            ),
            reverse=True,
        ):
            step = _Step(index, -1 if settled[number] else number, bool(self._unless[index]))
            steps.append(step)
            if step.number < 0 and not step.excepted:
                break
        if not steps:
            return None
        first = steps[0]
        return first.rule if first.number < 0 and not first.excepted else tuple(steps)

    def _tried(self, steps: "tuple[_Step, ...]", line: bytes) -> int | None:
        trials, exceptions = self.compiled.trials, self.compiled.exceptions
        excepted = -1
        for rule, number, may_be_excepted in steps:
            if rule == excepted or (number >= 0 and not trials.matches(number, line)):
                continue
            if may_be_excepted and exceptions.matches(rule, line):
                excepted = rule
                continue
            return rule
        return None

    def candidates(self, found: frozenset[int], context: Context) -> list[int]:
        """The rules that apply, the deciding one first; ``found`` as `found` gives it."""
        indices = {index for number in found for index in self._rules_of[number]}
        apply = [
            index for index in indices if found.isdisjoint(self._unless[index]) and applies(self.rules[index], context)
        ]
        return sorted(apply, key=lambda index: self.rank(index, found), reverse=True)

    def rank(self, index: int, found: frozenset[int]) -> Rank:
        """The rank of a rule given the patterns that were found."""
        matched = found.intersection(self.compiled.tables.match[index])
        return max((self._rank(index, number) for number in matched), default=self._rank(index, None))

    def _rank(self, index: int, number: int | None) -> Rank:
        """The rank of a rule that one pattern brought in."""
        rank = self._ranks.get((index, number))
        if rank is None:
            rule = self.rules[index]
            rank = self._ranks[index, number] = Rank(
                known=0 if rule.is_last_resort else 1 if rule.category == "expired" else 2,
                priority=rule.priority,
                harmless=FAULT_OF[rule.category] not in _SUPPRESSING,
                scope=rule.scope,
                literal=0 if number is None else self.compiled.tables.literal_lengths[number],
                order=-index,
            )
        return rank


class _Step(NamedTuple):
    """A rule to consider: it decides if the pattern matches (-1: it does) and none of its exceptions."""

    rule: int
    number: int
    excepted: bool


class _Knowledge:
    """What the states of one matcher share."""

    def __init__(self, tables: Tables) -> None:
        self.reached = tables.reached
        self.needs = tables.needs
        self.states: dict[frozenset[int], _State] = {}
        self.plans: dict[frozenset[int], dict[Context, int | tuple[_Step, ...] | None]] = {}

    def first(self) -> "_State":
        """The state of a line in which nothing was found yet."""
        return self._state(frozenset(), frozenset())

    def next(self, found: frozenset[int], possible: frozenset[int], clue: int) -> "_State":
        """The state after a further clue, made once."""
        more = found | {clue}
        if more in self.states:
            return self.states[more]
        needs = self.needs
        fresh = [
            number
            for number in self.reached[clue]
            if number not in possible and not any(more.isdisjoint(need) for need in needs[number])
        ]
        return self._state(more, possible.union(fresh))

    def _state(self, found: frozenset[int], possible: frozenset[int]) -> "_State":
        state = self.states.get(found)
        if state is None:
            state = self.states[found] = _State(self, found, possible)
        return state


class _State(dict[int, "_State"]):
    """What is possible after the literals found so far in a line; by a further literal, the next state."""

    __slots__ = ("_found", "_knowledge", "plans", "possible")

    def __init__(self, knowledge: _Knowledge, found: frozenset[int], possible: frozenset[int]) -> None:
        super().__init__()
        self._knowledge, self._found = knowledge, found
        self.possible = possible
        self.plans = knowledge.plans.setdefault(possible, {})

    def __missing__(self, clue: int) -> "_State":
        state = self[clue] = self._knowledge.next(self._found, self.possible, clue)
        return state


def _follow(database: hyperscan.Database, first: int, text: bytes, begins: list[int], states: list[_State]) -> None:
    """Takes every line on to the state that what one database finds in it leads to; its clues are numbered from
    ``first``."""
    state, current, behind = states[0], -1, -1

    def on_match(clue: int, begin: int, end: int, flags: int, context: object) -> None:
        nonlocal state, current, behind
        if end >= behind:
            if current >= 0:
                states[current] = state
            behind = begins[current := bisect_right(begins, end)]
            current -= 1
            state = states[current]
        state = state[clue + first]

    database.scan(text, on_match)
    if current >= 0:
        states[current] = state


def applies(rule: Rule, context: Context) -> bool:
    """Does the rule's scope fit? What is not known never fits."""
    return (
        (not rule.provider or context.provider in rule.provider)
        and (context.stage in rule.stage if rule.stage else can_be_meant(rule.category, context.stage))
        and (rule.reporter is None or context.reporter == rule.reporter)
        and (not rule.code or any(code_fits(code, context.smtp_code, context.status) for code in rule.code))
    )


def code_fits(code: str, smtp_code: int | None, status: str | None) -> bool:
    """Does ``5xx`` or ``5.1.x`` fit the reply code or the enhanced code?"""
    if "." not in code:
        given = str(smtp_code) if smtp_code is not None else ""
        return len(given) == 3 and all(want in {"x", have} for want, have in zip(code, given, strict=True))
    if status is None:
        return False
    want, have = code.split("."), status.split(".")
    return len(have) == 3 and all(one in {"x", other} for one, other in zip(want, have, strict=True))
