"""How is a changed rule set made ready without compiling all of it again? Over the base that it rests on.

The base's database goes on finding the base's literals, those of rules left out among them: they lead to nothing. A
second, small one finds the literals of the rules that are new or changed; only these are compiled.
"""

from pathlib import Path

from prellbock.rules.compile import Compiled, Tables, clue_database, clues_of, compile_rules, prove
from prellbock.rules.model import Problem, RuleError, RuleSet
from prellbock.rules.pattern import Pattern, read
from prellbock.rules.tokens import PatternError
from prellbock.rules.trials import Trials
from prellbock.rules.triggers import Commonness, choose

MOST_SHARE = 0.25
"""With more of its rules changed than this a set is compiled as a whole."""


def compile_over(base: RuleSet, ruleset: RuleSet, cache_dir: Path | None = None) -> Compiled:
    """The rules ready to scan, like `compile_rules`, which it uses for the base. Raises `RuleError`."""
    known = {rule.name: index for index, rule in enumerate(base.rules)}
    same = {
        index: known[rule.name]
        for index, rule in enumerate(ruleset.rules)
        if rule.name in known and rule == base.rules[known[rule.name]]
    }
    if len(same) < len(ruleset.rules) * (1 - MOST_SHARE):
        return compile_rules(ruleset, cache_dir)
    compiled = compile_rules(base, cache_dir)
    if len(same) == len(ruleset.rules) == len(base.rules) and [*same.values()] == [*range(len(base.rules))]:
        return Compiled(
            ruleset, compiled.tables, compiled.databases, compiled.firsts, compiled.trials, compiled.exceptions
        )
    tables, fresh = _tables(compiled.tables, ruleset, same)
    first = len(compiled.tables.clues)
    trials = Trials([(pattern,) for pattern in tables.patterns], cache_dir)
    exceptions = Trials([[tables.patterns[number] for number in numbers] for numbers in tables.unless], cache_dir)
    prove(ruleset, tables, trials, fresh)
    if len(tables.clues) == first:
        return Compiled(ruleset, tables, compiled.databases, compiled.firsts, trials, exceptions)
    databases = (*compiled.databases, clue_database(tables.clues[first:]))
    return Compiled(ruleset, tables, databases, (*compiled.firsts, first), trials, exceptions)


def _tables(base: Tables, ruleset: RuleSet, same: dict[int, int]) -> tuple[Tables, range]:
    """The tables of the base with what is new behind it, and the numbers of the new patterns."""
    scanned = frozenset(number for numbers in base.match for number in numbers)
    tried = {expression: number for number, expression in enumerate(base.patterns)}
    found = {expression: number for expression, number in tried.items() if number in scanned}
    begin = len(base.patterns)
    fresh: list[Pattern] = []
    match: list[tuple[int, ...]] = []
    unless: list[tuple[int, ...]] = []
    problems: list[Problem] = []
    samples: list[str] = []

    def numbers(index: int, field: str, sources: tuple[str, ...], old: dict[str, int]) -> tuple[int, ...]:
        got = []
        for source in sources:
            try:
                pattern = read(source)
            except PatternError as error:
                rule = ruleset.rules[index]
                problems.append(Problem(ruleset.place(index), rule.name, field, f"pattern {source!r}: {error}"))
                continue
            if pattern.expression not in old:
                old[pattern.expression] = begin + len(fresh)
                fresh.append(pattern)
            got.append(old[pattern.expression])
        return tuple(got)

    for index, rule in enumerate(ruleset.rules):
        if index in same:
            match.append(base.match[same[index]])
            unless.append(base.unless[same[index]])
        else:
            match.append(numbers(index, "match", rule.match, found))
            unless.append(numbers(index, "unless", rule.unless, tried))
            samples += [" ".join(example.text.lower().split()) for example in rule.examples]
    if problems:
        raise RuleError(problems)
    new = sorted({number - begin for numbers in match for number in numbers if number >= begin})
    chosen = choose([fresh[number].literals for number in new], Commonness(samples))
    needed = dict(zip(new, chosen, strict=True))
    clues, needs, settled = clues_of(fresh, needed, len(base.clues))
    reached: list[list[int]] = [[] for _ in clues]
    for number, sets in enumerate(needs):
        for clue in sorted(frozenset[int]().union(*sets)):
            reached[clue - len(base.clues)].append(begin + number)
    return (
        Tables(
            patterns=(*base.patterns, *(pattern.expression for pattern in fresh)),
            literal_lengths=(*base.literal_lengths, *(pattern.literal_length for pattern in fresh)),
            settled=(*base.settled, *settled),
            match=tuple(match),
            unless=tuple(unless),
            clues=(*base.clues, *clues),
            reached=(*base.reached, *(tuple(numbers) for numbers in reached)),
            needs=(*base.needs, *needs),
        ),
        range(begin, begin + len(fresh)),
    )
