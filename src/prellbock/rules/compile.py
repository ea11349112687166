"""How do hundreds of rules run at once? All plain texts by which their patterns are known are looked for (`finder`).

What is found leaves a few patterns possible; those that are more than plain text are tried by themselves (`trials`),
and only if the verdict hangs on them. Everything worked out here is kept on disk between starts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from prellbock.rules.cached import keep, load, tidy
from prellbock.rules.finder import Finder
from prellbock.rules.model import Problem, Rule, RuleError, RuleSet
from prellbock.rules.pattern import Pattern, read
from prellbock.rules.tokens import PatternError
from prellbock.rules.trials import Trials, cache_file
from prellbock.rules.triggers import Commonness, choose

_FORMAT = "6"
_ORDINARY = (
    b"the quick brown fox jumps over the lazy dog",
    b"250 2.0.0 ok 1a2b3c",
    b"550 5.1.1 <u@example.com>: recipient address rejected: user unknown",
    b"421 service not available, closing transmission channel",
    b"452 4.2.2 mailbox full",
    b"554 5.7.1 message rejected as spam",
    b"die adresse wurde nicht gefunden",
    b"connection timed out",
)
"""Texts that have next to nothing in common: a pattern that matches most of them says nothing."""

_T = TypeVar("_T")


class Tables(msgspec.Struct, frozen=True):
    """Which patterns there are, which rules use them, and by which literals they are known. Patterns are numbers."""

    patterns: tuple[str, ...]
    """Distinct expressions, as given to Hyperscan."""
    literal_lengths: tuple[int, ...]
    settled: tuple[bool, ...]
    """The pattern is nothing but plain text: where it is possible it matches, without being tried."""
    match: tuple[tuple[int, ...], ...]
    """Per rule the numbers of its ``match`` patterns."""
    unless: tuple[tuple[int, ...], ...]
    clues: str
    """The plain texts that are looked for, a line each; numbered as they stand there."""
    reached: tuple[tuple[int, ...], ...]
    """Per clue the patterns that have it in the first of their needs: where none of these clues stands, they cannot
    match."""
    needs: tuple[tuple[frozenset[int], ...], ...]
    """Per pattern: it is possible where of each of these sets a clue is found."""
    always: tuple[int, ...]
    """Patterns that hold no plain text for certain: possible in every line."""


class Looked(NamedTuple):
    """Looks for a part of `Tables.clues`: as many as ``clues`` from ``first`` on."""

    finder: Finder
    first: int
    clues: int


@dataclass(frozen=True)
class Compiled:
    """A rule set ready to scan."""

    ruleset: RuleSet
    tables: Tables
    finders: tuple[Looked, ...]
    trials: Trials
    """Tries one pattern, by its number."""


def compile_rules(ruleset: RuleSet, cache_dir: Path | None = None) -> Compiled:
    """Compiles, or loads what was compiled before. Raises `RuleError` naming each pattern that cannot be used.

    ``cache_dir`` is where the results are kept (see `cached`); a broken file there is compiled again, and a folder that
    cannot be written to is passed over. Of a rule set that is not `RuleSet.proved` every pattern is compiled at once,
    to find what Hyperscan refuses.
    """
    kept = _load(ruleset, cache_dir)
    tables = kept or _tables(ruleset)
    trials = Trials(tables.patterns, cache_dir)
    if kept is None and not ruleset.proved:
        prove(ruleset, tables, trials)
    if kept is None and cache_dir:
        keep(_file(ruleset, cache_dir), msgspec.msgpack.encode(tables))
        tidy(cache_dir)
    return Compiled(ruleset, tables, (Looked(Finder(tables.clues), 0, len(tables.reached)),), trials)


def prove(ruleset: RuleSet, tables: Tables, trials: Trials, numbers: Sequence[int] | None = None) -> None:
    """Compiles every pattern, or those of these ``numbers``.

    Raises `RuleError` naming those that Hyperscan refuses and those that say nothing.
    """
    wrong: dict[int, str] = {}
    numbers = range(len(tables.patterns)) if numbers is None else numbers
    for number, reason in trials.make_all(numbers):
        empty = "can match nothing at all, so it matches every text; say what must stand there"
        wrong[number] = empty if "empty buffer" in reason else reason
    for number in numbers:
        if number not in wrong and sum(trials.matches(number, text) for text in _ORDINARY) * 2 >= len(_ORDINARY):
            wrong[number] = "matches nearly every text; write words that only this cause has"
    if wrong:
        reasons = {tables.patterns[number]: reason for number, reason in wrong.items()}
        raise RuleError(
            [
                _problem(ruleset, index, field, source, reasons[pattern.expression])
                for index, field, source, pattern in _patterns(ruleset)
                if pattern.expression in reasons
            ]
        )


def _tables(ruleset: RuleSet) -> Tables:
    numbers: dict[str, int] = {}
    known: list[Pattern] = []
    users: dict[str, list[list[int]]] = {field: [[] for _ in ruleset.rules] for field in ("match", "unless")}
    for index, field, _, pattern in _patterns(ruleset):
        number = numbers.setdefault(pattern.expression, len(numbers))
        if number == len(known):
            known.append(pattern)
        users[field][index].append(number)
    samples = [" ".join(example.text.lower().split()) for rule in ruleset.rules for example in rule.examples]
    clues, needs, settled = clues_of(known, samples, 0)
    return Tables(
        patterns=tuple(numbers),
        literal_lengths=tuple(pattern.literal_length for pattern in known),
        settled=settled,
        match=_tuples(users["match"]),
        unless=_tuples(users["unless"]),
        clues="\n".join(clues),
        reached=reached_by(needs, 0, len(clues), 0),
        needs=needs,
        always=tuple(number for number, sets in enumerate(needs) if not sets),
    )


def clues_of(
    patterns: Sequence[Pattern], samples: Iterable[str], first: int
) -> tuple[list[str], tuple[tuple[frozenset[int], ...], ...], tuple[bool, ...]]:
    """Clues, numbered from ``first``, and per pattern what it needs of them and whether that settles it; ``samples``
    are responses."""
    chosen = choose([pattern.literals for pattern in patterns], Commonness(samples))
    clues = sorted(frozenset().union(*(literals for sets in chosen for literals in sets)))
    numbers = {text: first + number for number, text in enumerate(clues)}
    needs = tuple(tuple(frozenset(numbers[text] for text in literals) for literals in sets) for sets in chosen)
    return clues, needs, tuple(pattern.literals.whole for pattern in patterns)


def reached_by(
    needs: Sequence[Sequence[frozenset[int]]], first: int, count: int, pattern: int
) -> tuple[tuple[int, ...], ...]:
    """`Tables.reached` of ``count`` clues from ``first`` on, by patterns numbered from ``pattern``."""
    reached: list[list[int]] = [[] for _ in range(count)]
    for number, sets in enumerate(needs, pattern):
        for clue in sets[0] if sets else ():
            reached[clue - first].append(number)
    return _tuples(reached)


def _tuples(lists: Iterable[list[_T]]) -> tuple[tuple[_T, ...], ...]:
    return tuple(tuple(one) for one in lists)


def _patterns(ruleset: RuleSet) -> Iterator[tuple[int, str, str, Pattern]]:
    """Every pattern: index of its rule, field, source, and what it is. Raises `RuleError` after the last one."""
    problems = []
    for index, rule in enumerate(ruleset.rules):
        for field, sources in (("match", rule.match), ("unless", rule.unless)):
            for source in sources:
                try:
                    yield index, field, source, read(source)
                except PatternError as error:
                    problems.append(_problem(ruleset, index, field, source, str(error)))
    if problems:
        raise RuleError(problems)


def _problem(ruleset: RuleSet, index: int, field: str, source: str, text: str) -> Problem:
    rule: Rule = ruleset.rules[index]
    return Problem(ruleset.place(index), rule.name, field, f"pattern {source!r}: {text}")


def _file(ruleset: RuleSet, cache_dir: Path) -> Path:
    content = [(rule.match, rule.unless, [example.text for example in rule.examples]) for rule in ruleset.rules]
    return cache_file((_FORMAT, msgspec.json.encode(content).decode()), cache_dir)


def _load(ruleset: RuleSet, cache_dir: Path | None) -> Tables | None:
    content = load(_file(ruleset, cache_dir)) if cache_dir else None
    if content is None:
        return None
    try:
        return msgspec.msgpack.decode(content, type=Tables)
    except msgspec.MsgspecError:
        return None  # written by another version
