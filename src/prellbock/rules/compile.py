"""How do hundreds of patterns run at once? Compiled by Hyperscan, and kept on disk between starts.

The patterns are divided among a few databases: scanning costs the same, but compiling takes more than linear time, and
several databases compile on several cores.

A compiled database is bound to the library's version and the processor, so the file's name holds both and the rules'
content; it is never shipped.
"""

import contextlib
import os
import platform
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

import hyperscan
import msgspec
from hyperscan._version import __version__ as _hyperscan_version

from prellbock.rules.cached import keep, load
from prellbock.rules.model import Problem, Rule, RuleError, RuleSet
from prellbock.rules.pattern import PatternError, read

_FORMAT = "2"
_SHARE = 128
"""Patterns in one database."""
_ORDINARY = (
    "the quick brown fox jumps over the lazy dog",
    "250 2.0.0 ok 1a2b3c",
    "550 5.1.1 <u@example.com>: recipient address rejected: user unknown",
    "421 service not available, closing transmission channel",
    "452 4.2.2 mailbox full",
    "554 5.7.1 message rejected as spam",
    "die adresse wurde nicht gefunden",
    "connection timed out",
)
"""Texts that have next to nothing in common: a pattern that matches most of them says nothing."""


@dataclass(frozen=True)
class Compiled:
    """A rule set ready to scan. Identifiers in the databases are indices of ``patterns``."""

    ruleset: RuleSet
    databases: tuple[hyperscan.Database, ...]
    patterns: tuple[str, ...]
    """Distinct expressions, as given to Hyperscan."""
    literal_lengths: tuple[int, ...]
    match: tuple[tuple[int, ...], ...]
    """Per rule the identifiers of its ``match`` patterns."""
    unless: tuple[tuple[int, ...], ...]


def compile_rules(ruleset: RuleSet, cache_dir: Path | None = None) -> Compiled:
    """Compiles, or loads what was compiled before. Raises `RuleError` naming each pattern that cannot be used.

    ``cache_dir`` is where databases are kept (see `cached`); a broken file there is compiled again, and a
    folder that cannot be written to is passed over.
    """
    identifiers: dict[str, int] = {}
    lengths: list[int] = []
    problems: list[Problem] = []

    def enrol(index: int, field: str, sources: tuple[str, ...]) -> tuple[int, ...]:
        found = []
        for source in sources:
            try:
                pattern = read(source)
            except PatternError as error:
                problems.append(_problem(ruleset, index, field, source, str(error)))
                continue
            if pattern.expression not in identifiers:
                identifiers[pattern.expression] = len(identifiers)
                lengths.append(pattern.literal_length)
            found.append(identifiers[pattern.expression])
        return tuple(found)

    match = tuple(enrol(index, "match", rule.match) for index, rule in enumerate(ruleset.rules))
    unless = tuple(enrol(index, "unless", rule.unless) for index, rule in enumerate(ruleset.rules))
    if problems:
        raise RuleError(problems)
    patterns = tuple(identifiers)
    file = _cache_file(patterns, cache_dir) if cache_dir else None
    databases = _load(file) if file else None
    if databases is None:
        databases = _compile(patterns, ruleset)
        if file:
            keep(file, msgspec.msgpack.encode([hyperscan.dumpb(database) for database in databases]))
    return Compiled(ruleset, databases, patterns, tuple(lengths), match, unless)


def compile_some(expressions: Sequence[str], *, first: int = 0, offsets: bool = False) -> hyperscan.Database:
    """One database of expressions numbered from ``first``, never cached; ``offsets``: matches know where they begin."""
    database = hyperscan.Database()
    database.compile(
        expressions=[text.encode() for text in expressions],
        ids=list(range(first, first + len(expressions))),
        flags=hyperscan.HS_FLAG_MULTILINE | (hyperscan.HS_FLAG_SOM_LEFTMOST if offsets else 0),
    )
    return database


def _compile(patterns: tuple[str, ...], ruleset: RuleSet) -> tuple[hyperscan.Database, ...]:
    starts = range(0, len(patterns), _SHARE)
    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            databases = tuple(
                pool.map(lambda start: compile_some(patterns[start : start + _SHARE], first=start), starts)
            )
    except hyperscan.error:
        raise RuleError(_unusable(ruleset)) from None
    hits: dict[int, int] = {}
    for text in _ORDINARY:
        found: set[int] = set()
        for database in databases:
            database.scan(text.encode(), lambda number, *_, seen=found: seen.add(number))
        for number in found:
            hits[number] = hits.get(number, 0) + 1
    broad = {patterns[number] for number, count in hits.items() if count * 2 >= len(_ORDINARY)}
    if broad:
        text = "matches nearly every text; write words that only this cause has"
        raise RuleError(
            [
                _problem(ruleset, index, field, source, text)
                for index, field, source in _sources(ruleset)
                if read(source).expression in broad
            ]
        )
    return databases


def _unusable(ruleset: RuleSet) -> list[Problem]:
    problems = []
    for index, field, source in _sources(ruleset):
        try:
            compile_some((read(source).expression,))
        except hyperscan.error as error:
            reason = str(error)
            if "empty buffer" in reason:
                reason = "can match nothing at all, so it matches every text; say what must stand there"
            problems.append(_problem(ruleset, index, field, source, reason))
    return problems


def _sources(ruleset: RuleSet) -> list[tuple[int, str, str]]:
    fields: list[tuple[str, tuple[str, ...]]]
    found = []
    for index, rule in enumerate(ruleset.rules):
        fields = [("match", rule.match), ("unless", rule.unless)]
        found += [(index, field, source) for field, sources in fields for source in sources]
    return found


def _problem(ruleset: RuleSet, index: int, field: str, source: str, text: str) -> Problem:
    rule: Rule = ruleset.rules[index]
    return Problem(ruleset.place(index), rule.name, field, f"pattern {source!r}: {text}")


def _cache_file(patterns: tuple[str, ...], cache_dir: Path) -> Path:
    key = blake2b("\0".join((_FORMAT, _hyperscan_version, _processor(), *patterns)).encode(), digest_size=16)
    return cache_dir / f"rules-{key.hexdigest()}.hsdb"


@cache
def _processor() -> str:
    """What a database depends on: the architecture and the vector instructions of this processor."""
    flags = ""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(("flags", "Features")):
                flags = line
                break
    return f"{platform.machine()} {platform.processor()} {flags}"


def _load(file: Path) -> tuple[hyperscan.Database, ...] | None:
    # Hyperscan does not check what it loads (a damaged database could crash the process): `load` does.
    content = load(file)
    if content is None:
        return None
    databases = []
    for dump in msgspec.msgpack.decode(content, type=list[bytes]):
        try:
            database = hyperscan.loadb(dump, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
        except hyperscan.error:
            return None
        databases.append(database)
    return tuple(databases)
