"""Which rules match a text, and which of them decides?

The plain texts that stand in a line tell which patterns are possible there (`possible`). What to do with such a set of
patterns in a context is worked out once: mostly the winner is clear, else the possible patterns are tried in the order
of their rank until one decides.
"""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import NamedTuple

from prellbock.classify.normalise import normalise_many
from prellbock.classify.possible import Possible
from prellbock.classify.stage import can_be_meant
from prellbock.classify.trying import Plan, Step, decided, plan_of
from prellbock.events import Stage
from prellbock.rules.compile import Compiled
from prellbock.rules.model import Reporter, Rule
from prellbock.taxonomy import FAULT_OF

BATCH = 8192
"""Texts looked at together; a call for each would take fifty times as long."""
_LONG = 600_000
"""Characters looked at together, unless one text has more; each takes some 50 octets of memory meanwhile."""
_PLANS = 100_000
"""Plans kept at most; then all are worked out anew."""
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


class _State(NamedTuple):
    """A set of possible patterns, and by context what to do then."""

    possible: frozenset[int]
    plans: dict[Context, Plan]


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
        self._possible = Possible(compiled, lambda possible: _State(possible, {}))
        self._plans = 0

    def winners(self, texts: Sequence[str], contexts: Sequence[Context]) -> list[int | None]:
        """Per text the index of the rule that decides, None where none applies. Any number of texts."""
        found: list[int | None] = []
        with self._lock:
            for start, part in _parts(texts):
                # The same text may come in several contexts.
                distinct = dict.fromkeys(part)
                lines, states = self._scan([*distinct])
                if len(distinct) < len(part):
                    where = dict(zip(distinct, range(len(distinct)), strict=True))
                    order = [where[text] for text in part]
                    lines, states = [lines[at] for at in order], [states[at] for at in order]
                plans = [
                    state.plans.get(context) or self._plan(state, context)
                    for state, context in zip(states, contexts[start : start + len(part)], strict=True)
                ]
                found += decided(plans, lines, self.compiled.trials)
        return found

    def found(self, texts: Sequence[str]) -> list[frozenset[int]]:
        """Per text the numbers of all patterns found in it, ``unless`` patterns too. Slow: it tries every pattern that
        is possible, for people who want to know everything."""
        settled, matches = self.compiled.tables.settled, self.compiled.trials.matches
        with self._lock:
            return [
                frozenset([number for number in state.possible if settled[number] or matches(number, line)])
                for _, part in _parts(texts)
                for line, state in zip(*self._scan(part), strict=True)
            ]

    def possible(self, texts: Sequence[str]) -> list[frozenset[int]]:
        """Per text the numbers of the patterns that its plain texts leave possible."""
        with self._lock:
            return [state.possible for _, part in _parts(texts) for state in self._scan(part)[1]]

    def _scan(self, texts: Sequence[str]) -> tuple[list[bytes], list[_State]]:
        """The normalised texts, and what is possible in each."""
        if self._plans > _PLANS:
            self._possible.forget()
            self._plans = 0
        lines = normalise_many(texts)
        return lines, self._possible.states(lines)

    def _plan(self, state: _State, context: Context) -> Plan:
        settled = self.compiled.tables.settled
        possible = state.possible
        excepted = {number for number in possible if settled[number]}
        steps: list[Step] = []
        for _, index, number in sorted(
            (
                (self._rank(index, pattern), index, pattern)
                for pattern in possible
                for index in self._rules_of[pattern]
                if excepted.isdisjoint(self._unless[index]) and applies(self.rules[index], context)
            ),
            reverse=True,
        ):
            exceptions = tuple(sorted(possible.intersection(self._unless[index])))
            steps.append(Step(index, None if settled[number] else number, exceptions))
            if settled[number] and not exceptions:
                break
        self._plans += 1
        plan = state.plans[context] = plan_of(steps)
        return plan

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


def _parts(texts: Sequence[str], start: int = 0) -> Iterator[tuple[int, Sequence[str]]]:
    """The texts in parts that are looked at together, each with the place of its first."""
    if len(texts) > BATCH:
        for begin in range(0, len(texts), BATCH):
            yield from _parts(texts[begin : begin + BATCH], start + begin)
    elif len(texts) > 1 and sum(map(len, texts)) > _LONG:
        half = len(texts) // 2
        yield from _parts(texts[:half], start)
        yield from _parts(texts[half:], start + half)
    elif texts:
        yield start, texts


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
