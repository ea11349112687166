"""``prellbock outcomes``: were the verdicts right, and does the second chance pay?"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from prellbock.cli.shell import data_option, opened, write_line
from prellbock.history.outcomes import OFFENDING, Count, Kinds

_NAME = 29
"""Columns of a name, so that a line fits into 80."""
_TITLES = {
    ("verdicts", "rule"): "Called dead by rule: how many live",
    ("verdicts", "category"): "Called dead, by category",
    ("verdicts", "provider"): "Called dead, by provider",
    ("revival", "category"): "Second chance after a pause, by category",
    ("revival", "provider"): "Second chance after a pause, by provider",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="NDJSON also on a terminal.")
@click.option("--verdicts", "only_verdicts", is_flag=True, help="Only verdicts, no pauses.")
@data_option
def outcomes(as_json: bool, only_verdicts: bool, data: Path) -> int:
    """Judge verdicts by what happened next, and pauses by what their probe brought.

    For every rule, category and provider: how many recipients it called dead, how many of them were mailed again, and
    how many of these turned out to live (a delivery that did not bounce later, an open or a click), with a 95 %
    interval.
    Section revival: pauses that ended, those after which a mail had an outcome, and how many of these arrived.
    """
    with opened(data) as store:
        verdicts = store.verdict_outcomes()
        revivals, granted = ({}, 0) if only_verdicts else store.revivals(store.policy, time.time())
    found = [("verdicts", verdicts), ("revival", revivals)]
    if as_json or not sys.stdout.isatty():
        for section, kinds in found:
            for by, name, count in _ordered(kinds):
                write_line(record(section, by, name, count))
        if not only_verdicts:
            write_line({"section": "probes", "granted": granted})
        sys.stdout.flush()
    else:
        for section, kinds in found:
            _table(section, kinds)
        if not only_verdicts:
            click.echo(f"Probes granted by check so far: {granted:,}")
    return 0


def record(section: str, by: str, name: str, count: Count) -> dict[str, object]:
    """One line; shares are of those mailed again, rounded to six digits, with the bounds of their interval."""
    low, high = count.interval
    line: dict[str, object] = {
        "section": section, "by": by, "name": name, "recipients": count.recipients, "mailed_again": count.cases,
        "alive": count.alive, "share": None if count.share is None else round(count.share, 6),
        "low": round(low, 6), "high": round(high, 6),
    }  # fmt: skip
    return line if section == "revival" else {**line, "offends": by == "rule" and count.offends}


def _ordered(kinds: Kinds) -> Iterator[tuple[str, str, Count]]:
    """By section, the most certain offenders first."""
    order = ("rule", "category", "provider")
    for (by, name), count in sorted(
        kinds.items(), key=lambda one: (order.index(one[0][0]), -one[1].interval[0], -one[1].recipients, one[0][1])
    ):
        yield by, name, count


def _table(section: str, kinds: Kinds) -> None:
    before = ""
    for by, name, count in _ordered(kinds):
        if by != before:
            click.echo(("\n" if before else "") + click.style(_TITLES[section, by], bold=True))
            heads = ("called", "again") if section == "verdicts" else ("pauses", "tried")
            click.echo(f"  {'':<{_NAME}}{heads[0]:>9}{heads[1]:>8}{'alive':>7}{'share':>7}  95 %")
            before = by
        low, high = count.interval
        share = "-" if count.share is None else f"{count.share:.1%}"
        between = "" if count.share is None else f"{low:.1%} to {high:.1%}"
        is_bad = section == "verdicts" and by == "rule" and count.offends
        short = name if len(name) < _NAME else f"{name[: _NAME - 2]}…"
        line = f"  {short:<{_NAME}}{count.recipients:>9,}{count.cases:>8,}{count.alive:>7,}{share:>7}  {between}"
        click.echo(click.style(line, fg="red") if is_bad else line)
    if before:
        click.echo()
    elif section == "verdicts":
        click.echo(f"Nobody was called dead yet; a rule offends when more than {OFFENDING:.0%} live after all.\n")
