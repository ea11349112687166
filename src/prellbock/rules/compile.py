"""How do hundreds of rules run at once? One Hyperscan database finds the plain texts by which their patterns are known.

What is found leaves a few patterns possible; those that are more than plain text are tried by themselves (`trials`),
and only if the verdict hangs on them. Everything worked out here is kept on disk between starts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import hyperscan
import msgspec

from prellbock.rules.cached import keep, load, tidy
from prellbock.rules.model import Problem, Rule, RuleError, RuleSet
from prellbock.rules.pattern import Pattern, read
from prellbock.rules.tokens import PatternError
from prellbock.rules.trials import Trials, cache_file, loaded
from prellbock.rules.triggers import Commonness, choose

_FORMAT = "5"
_SPECIAL = frozenset("\\^$.[]|()?*+{}-")
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
    """What the one scan finds settles the pattern: no need to try it."""
    match: tuple[tuple[int, ...], ...]
    """Per rule the numbers of its ``match`` patterns."""
    unless: tuple[tuple[int, ...], ...]
    clues: tuple[str, ...]
    """What the one scan looks for, as given to Hyperscan: literals, and patterns that hold none for certain."""
    reached: tuple[tuple[int, ...], ...]
    """Per clue the ``match`` patterns that may become possible where it is found: those that need it."""
    needs: tuple[tuple[frozenset[int], ...], ...]
    """Per pattern: it is possible where of each of these sets a clue is found."""


@dataclass(frozen=True)
class Compiled:
    """A rule set ready to scan."""

    ruleset: RuleSet
    tables: Tables
    databases: tuple[hyperscan.Database, ...]
    """Each finds a part of ``tables.clues``, several lines in one text; in each the clues are numbered from 0."""
    firsts: tuple[int, ...]
    """Per database the number of its first clue."""
    trials: Trials
    """Tries one pattern, by its number."""
    exceptions: Trials
    """Tries all ``unless`` patterns of a rule, by the rule's index."""


def compile_rules(ruleset: RuleSet, cache_dir: Path | None = None) -> Compiled:
    """Compiles, or loads what was compiled before. Raises `RuleError` naming each pattern that cannot be used.

    ``cache_dir`` is where the results are kept (see `cached`); a broken file there is compiled again, and a folder that
    cannot be written to is passed over. Of a rule set that is not `RuleSet.proved` every pattern is compiled at once,
    to find what Hyperscan refuses.
    """
    kept = _load(ruleset, cache_dir)
    tables = kept[0] if kept else _tables(ruleset)
    patterns = tables.patterns
    trials = Trials([(pattern,) for pattern in patterns], cache_dir)
    exceptions = Trials([[patterns[number] for number in numbers] for numbers in tables.unless], cache_dir)
    if kept is None and not ruleset.proved:
        prove(ruleset, tables, trials)
    database = kept[1] if kept else clue_database(tables.clues)
    if kept is None and cache_dir:
        keep(_file(ruleset, cache_dir), msgspec.msgpack.encode((tables, hyperscan.dumpb(database))))
        tidy(cache_dir)
    return Compiled(ruleset, tables, (database,), (0,), trials, exceptions)


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
    scanned = sorted({number for used in users["match"] for number in used})
    samples = [" ".join(example.text.lower().split()) for rule in ruleset.rules for example in rule.examples]
    chosen = choose([known[number].literals for number in scanned], Commonness(samples))
    clues, needs, settled = clues_of(known, dict(zip(scanned, chosen, strict=True)), 0)
    reached: list[list[int]] = [[] for _ in clues]
    for number, clue_sets in enumerate(needs):
        for clue in sorted(frozenset[int]().union(*clue_sets)):
            reached[clue].append(number)
    return Tables(
        patterns=tuple(numbers),
        literal_lengths=tuple(pattern.literal_length for pattern in known),
        settled=settled,
        match=_tuples(users["match"]),
        unless=_tuples(users["unless"]),
        clues=clues,
        reached=_tuples(reached),
        needs=needs,
    )


def clues_of(
    patterns: Sequence[Pattern], chosen: Mapping[int, Sequence[frozenset[str]]], first: int
) -> tuple[tuple[str, ...], tuple[tuple[frozenset[int], ...], ...], tuple[bool, ...]]:
    """Clues, numbered from ``first``, and per pattern what it needs of them and whether that settles it.

    ``chosen``: per index of a pattern that is scanned for, the sets of literals it is known by.
    """
    literals = sorted(frozenset().union(*(literals for sets in chosen.values() for literals in sets)))
    numbers = {text: first + number for number, text in enumerate(literals)}
    clues = ["".join(f"\\{char}" if char in _SPECIAL else char for char in text) for text in literals]
    needs: list[tuple[frozenset[int], ...]] = [()] * len(patterns)
    settled = [pattern.literals.whole for pattern in patterns]
    for index, sets in chosen.items():
        if sets:
            needs[index] = tuple(frozenset(numbers[text] for text in literals) for literals in sets)
        else:
            needs[index] = (frozenset((first + len(clues),)),)
            clues.append(patterns[index].expression)
            settled[index] = True
    return tuple(clues), tuple(needs), tuple(settled)


def clue_database(clues: tuple[str, ...]) -> hyperscan.Database:
    """One database that finds the clues, numbered from 0, several lines in one text."""
    # A database cannot be empty; a control character never stands in a normalised line.
    expressions = [clue.encode() for clue in clues] or [rb"\x00"]
    database = hyperscan.Database()
    database.compile(expressions=expressions, ids=list(range(len(expressions))), flags=hyperscan.HS_FLAG_MULTILINE)
    return database


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


def _load(ruleset: RuleSet, cache_dir: Path | None) -> tuple[Tables, hyperscan.Database] | None:
    # Hyperscan does not check what it loads (a damaged database could crash the process): `load` does.
    content = load(_file(ruleset, cache_dir)) if cache_dir else None
    if content is None:
        return None
    try:
        tables, dump = msgspec.msgpack.decode(content, type=tuple[Tables, bytes])
    except msgspec.MsgspecError:
        return None  # written by another version
    database = loaded(dump)
    return (tables, database) if database else None
