"""How is a changed rule set made ready without compiling all of it again? Over the base that it rests on.

The plain texts of the base are looked for as before, those of rules left out among them: they lead to nothing. Those of
the rules that are new or changed are looked for beside them; only these rules are compiled.
"""

from pathlib import Path

from prellbock.rules.compile import Compiled, Looked, Tables, clues_of, compile_rules, prove, reached_by
from prellbock.rules.finder import Finder
from prellbock.rules.model import Problem, RuleError, RuleSet
from prellbock.rules.pattern import Pattern, read
from prellbock.rules.tokens import PatternError
from prellbock.rules.trials import Trials

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
        return Compiled(ruleset, compiled.tables, compiled.finders, compiled.trials)
    tables, fresh = _tables(compiled.tables, ruleset, same)
    trials = Trials(tables.patterns, cache_dir)
    prove(ruleset, tables, trials, fresh)
    finders = compiled.finders
    first = len(compiled.tables.reached)
    if len(tables.reached) > first:
        clues = tables.clues.split("\n")[first:]
        finders = (*finders, Looked(Finder("\n".join(clues)), first, len(clues)))
    return Compiled(ruleset, tables, finders, trials)


def _tables(base: Tables, ruleset: RuleSet, same: dict[int, int]) -> tuple[Tables, range]:
    """The tables of the base with what is new behind it, and the numbers of the new patterns."""
    known = {expression: number for number, expression in enumerate(base.patterns)}
    begin = len(base.patterns)
    fresh: list[Pattern] = []
    match: list[tuple[int, ...]] = []
    unless: list[tuple[int, ...]] = []
    problems: list[Problem] = []
    samples: list[str] = []

    def numbers(index: int, field: str, sources: tuple[str, ...]) -> tuple[int, ...]:
        got = []
        for source in sources:
            try:
                pattern = read(source)
            except PatternError as error:
                rule = ruleset.rules[index]
                problems.append(Problem(ruleset.place(index), rule.name, field, f"pattern {source!r}: {error}"))
                continue
            if pattern.expression not in known:
                known[pattern.expression] = begin + len(fresh)
                fresh.append(pattern)
            got.append(known[pattern.expression])
        return tuple(got)

    for index, rule in enumerate(ruleset.rules):
        if index in same:
            match.append(base.match[same[index]])
            unless.append(base.unless[same[index]])
        else:
            match.append(numbers(index, "match", rule.match))
            unless.append(numbers(index, "unless", rule.unless))
            samples += [" ".join(example.text.lower().split()) for example in rule.examples]
    if problems:
        raise RuleError(problems)
    clues, needs, settled = clues_of(fresh, samples, len(base.reached))
    return (
        Tables(
            patterns=(*base.patterns, *(pattern.expression for pattern in fresh)),
            literal_lengths=(*base.literal_lengths, *(pattern.literal_length for pattern in fresh)),
            settled=(*base.settled, *settled),
            match=tuple(match),
            unless=tuple(unless),
            clues="\n".join([*filter(None, [base.clues]), *clues]),
            reached=(*base.reached, *reached_by(needs, len(base.reached), len(clues), begin)),
            needs=(*base.needs, *needs),
            always=(*base.always, *(number for number, sets in enumerate(needs, begin) if not sets)),
        ),
        range(begin, begin + len(fresh)),
    )
