"""`prellbock rules`: list, test, lint and compare rule sets."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from prellbock.classify.cost import measure
from prellbock.classify.input_lines import BadLineError, decode, split_input
from prellbock.classify.lint import event_of, try_examples
from prellbock.classify.replay import Replay
from prellbock.classify.replay import replay as run_replay
from prellbock.cli.rules_import import import_rules
from prellbock.cli.rules_lint import lint_rules
from prellbock.cli.rules_option import load_classifier, load_ruleset, rules_option
from prellbock.cli.shell import Problems, write_line
from prellbock.events import DeliveryEvent
from prellbock.rules.model import RuleSet
from prellbock.taxonomy import FAULT_OF


@click.group()
def rules() -> None:
    """Lists, tests, lints and compares classification rules."""


rules.add_command(import_rules)
rules.add_command(lint_rules)


@rules.command("list")
@click.option("--json", "as_json", is_flag=True, help="NDJSON also on a terminal.")
@rules_option
def list_rules(as_json: bool, rules: str | None) -> int:
    """Lists the rules in their order: a table on a terminal, NDJSON otherwise."""
    ruleset = load_ruleset(rules)
    if as_json or not sys.stdout.isatty():
        for index, rule in enumerate(ruleset.rules):
            place = ruleset.place(index)
            record = msgspec.to_builtins(rule)
            fault = FAULT_OF[rule.category]
            write_line({**record, "fault": fault, "file": Path(place.file).name, "line": place.line})
        return 0
    width = max((len(rule.name) for rule in ruleset.rules), default=4)
    for rule in ruleset.rules:
        scope = " ".join((*rule.provider, *rule.code, *rule.stage, *([rule.reporter] if rule.reporter else [])))
        click.echo(f"{rule.name:<{width}}  {rule.category:<21}  {len(rule.match):>3} patterns  {scope}")
    click.echo(f"{len(ruleset.rules)} rules, version {ruleset.version}", err=True)
    return 0


@rules.command("test")
@rules_option
def test_rules(rules: str | None) -> int:
    """Judges every example and counterexample; prints those that fail, one JSON object a line."""
    trials = try_examples(load_classifier(load_ruleset(rules)))
    failed = [trial for trial in trials if not trial.passed]
    for trial in failed:
        write_line(msgspec.to_builtins(trial))
    click.echo(f"{len(trials)} examples, {len(failed)} failed", err=True)
    return 1 if failed else 0


@rules.command("cost")
@rules_option
def cost(rules: str | None) -> int:
    """Measures what each rule adds to scanning, the dearest first, one JSON object a line."""
    for rule in measure(load_ruleset(rules)):
        write_line(msgspec.to_builtins(rule))
    return 0


@rules.command("diff")
@click.argument("old", type=click.Path(exists=True, file_okay=False))
@click.argument("new", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--responses",
    type=click.File("rb"),
    help="Compare verdicts on these (as for `classify`) instead of on the examples of both sets.",
)
def diff(old: str, new: str, responses: BinaryIO | None) -> int:
    """Compares two rule folders: rules added, removed and changed, and the verdicts that change."""
    before, after = load_ruleset(old), load_ruleset(new)
    names_before = {rule.name: rule for rule in before.rules}
    names_after = {rule.name: rule for rule in after.rules}
    for name in names_before.keys() | names_after.keys():
        if name not in names_after:
            write_line({"change": "removed", "rule": name})
        elif name not in names_before:
            write_line({"change": "added", "rule": name})
        elif names_before[name] != names_after[name]:
            one, other = names_before[name], names_after[name]
            fields = [field for field in one.__struct_fields__ if getattr(one, field) != getattr(other, field)]
            write_line({"change": "changed", "rule": name, "fields": fields})
    problems = Problems()
    events = _events(responses, problems) if responses else _example_events(before, after)
    _write_changes(run_replay(load_classifier(before), load_classifier(after), events))
    return problems.exit_code


@rules.command("replay")
@click.argument("new", type=click.Path(exists=True, file_okay=False))
@click.argument("responses", type=click.File("rb"), default="-")
@rules_option
def replay(new: str, responses: BinaryIO, rules: str | None) -> int:
    """Judges RESPONSES (a file, or stdin) by --rules and by the folder NEW; prints what changes, and the counts."""
    problems = Problems()
    result = run_replay(
        load_classifier(load_ruleset(rules)), load_classifier(load_ruleset(new)), _events(responses, problems)
    )
    _write_changes(result)
    return problems.exit_code


def _write_changes(result: Replay) -> None:
    for change in result.changes:
        write_line({"change": "verdict", **msgspec.to_builtins(change)})
    write_line({"responses": result.responses, "changed": result.changed, "old": result.old, "new": result.new})


def _example_events(*rulesets: RuleSet) -> Iterator[DeliveryEvent]:
    seen = set()
    for ruleset in rulesets:
        for rule in ruleset.rules:
            for example in (*rule.examples, *rule.counterexamples):
                if example not in seen:
                    seen.add(example)
                    yield event_of(example, rule)


def _events(stream: BinaryIO, problems: Problems) -> Iterator[DeliveryEvent]:
    name = getattr(stream, "name", "<stdin>")
    some = False
    for first, lines in split_input(stream):
        for number, line in enumerate(lines, first):
            try:
                event = decode(line)
            except BadLineError as error:
                problems.add(f"{name}:{number}", str(error))
                continue
            if event is not None:
                some = True
                yield event
    if not some and not problems.count:
        problems.add(name, "holds no response; name a file with one a line, or pipe them in")
