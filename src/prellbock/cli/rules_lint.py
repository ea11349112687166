"""`prellbock rules lint`: what is wrong with a rule set, readable by people and in CI."""

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
from click.core import ParameterSource

from prellbock.classify.lint import Finding, lint
from prellbock.classify.lint_notes import hits_of, never_fired, notes
from prellbock.cli.rules_option import load_classifier, load_ruleset, rules_option
from prellbock.cli.shell import opened, write_line
from prellbock.events import DeliveryEvent
from prellbock.providers import MX_SUFFIXES
from prellbock.rules.model import RuleSet


@click.command("lint")
@click.option("--all", "with_notes", is_flag=True, help="Also print notes, which never make it fail.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding instead of a line.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Judge the history in this data folder too: rules that call the living dead are findings, rules that decide "
    "nothing of it become notes, and --all counts the hits of every rule.",
)
@rules_option
@click.pass_context
def lint_rules(ctx: click.Context, with_notes: bool, as_json: bool, data: Path | None, rules: str | None) -> int:
    """Finds rules that are dead, shadowed, in conflict, unproved, doubled or too short.

    Prints FILE:LINE: RULE: FINDING, one a line, and ends with 1 if there are any. Notes (patterns that no example
    reaches, that find examples of other categories, rules that never fired) are only counted without --all.
    """
    if data is None and ctx.find_root().get_parameter_source("data") is not ParameterSource.DEFAULT:
        # Named before the command, or by PRELLBOCK_DATA: without either there is no history to judge.
        data = Path(ctx.find_root().params["data"])
    ruleset = load_ruleset(rules)
    classifier = load_classifier(ruleset)
    findings, less = lint(classifier), notes(classifier)
    hits = hits_of(classifier, _stored(data)) if data else None
    findings += _disproved(classifier.ruleset, data) if data else []
    if hits is not None:
        less += never_fired(classifier, hits)
    for finding in findings:
        _show(finding, as_json, note=False)
    for finding in less if with_notes else []:
        _show(finding, as_json, note=True)
    if hits is not None and with_notes:
        for rule in ruleset.rules:
            if count := hits.get(rule.name):
                write_line({"rule": rule.name, "hits": count}) if as_json else click.echo(
                    f"{rule.name}: {count:,} hits"
                )
    hint = "" if with_notes or not less else " (--all prints them)"
    click.echo(f"{len(ruleset.rules)} rules, {len(findings)} findings, {len(less)} notes{hint}", err=True)
    return 1 if findings else 0


def _show(finding: Finding, as_json: bool, *, note: bool) -> None:
    if as_json:
        write_line({**msgspec.to_builtins(finding), "note": note})
    else:
        click.echo(f"{finding.place}: {finding.rule}: {finding.kind}: {finding.text}. {finding.advice}")


def _disproved(ruleset: RuleSet, data: Path) -> list[Finding]:
    """The rules that called recipients dead of whom too many were alive afterwards."""
    with opened(data) as store:
        kinds = store.verdict_outcomes()
    findings = []
    for index, rule in enumerate(ruleset.rules):
        count = kinds.get(("rule", rule.name))
        if count is not None and count.offends:
            low, high = count.interval
            findings.append(
                Finding(
                    rule.name,
                    str(ruleset.place(index)),
                    "disproved",
                    f"of {count.cases:,} recipients it called dead and who were mailed again, {count.alive:,} live "
                    f"({low:.0%} to {high:.0%} with 95 % certainty)",
                    "Narrow the pattern, scope it to a provider, or choose a category that is not permanent.",
                )
            )
    return findings


def _stored(data: Path) -> Iterator[tuple[DeliveryEvent, int]]:
    """The templates of a store, each with its codes and provider, and how often it was seen."""
    with opened(data) as store:
        for template, provider, status, smtp_code, count in store.templates_seen():
            mx = f"mx.{MX_SUFFIXES[provider][0]}" if provider in MX_SUFFIXES else None
            yield DeliveryEvent(response=template, mx=mx, status=status, smtp_code=smtp_code), count
