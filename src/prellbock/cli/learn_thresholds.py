"""`prellbock learn thresholds`: after how many failures over how many days is a recipient dead?"""

import sys
from pathlib import Path

import click
import msgspec

from prellbock.cli.numbers import Within
from prellbock.cli.shell import data_option, opened, write_line
from prellbock.cli.table import cut, json_option, wanted
from prellbock.learn.survival import TARGET, State, recommend, states


@click.command()
@click.option("--target", type=Within(0, 1), default=TARGET, show_default=True, help="Living among suppressed.")
@click.option("--all", "every", is_flag=True, help="Print every state, not only what is recommended.")
@json_option
@data_option
def thresholds(target: float, every: bool, as_json: bool, data: Path) -> int:
    """Says after how many failures over how many days recipients of each category prove dead, from what is stored.

    For every category, and category and provider: the earliest state from which at most --target are ever delivered to
    again (95 % certain), with expected false suppressions and saved sends, beside that of the shipped policy.
    """
    with opened(data) as store:
        found = states(store.bounce_histories())
    if not wanted(as_json):
        for state in found if every else ():
            write_line(msgspec.to_builtins(state))
        for recommendation in recommend(found, target):
            write_line(msgspec.to_builtins(recommendation))
        sys.stdout.flush()
        return 0
    click.echo(f"{'':<32}{'failures':>9}{'days':>5}{'recipients':>11}{'alive':>8}{'false':>7}{'saved':>8}")
    for each in recommend(found, target):
        click.echo(cut(each.name, 80))
        for said, chosen in (("recommended", each.recommended), ("as shipped", each.current)):
            click.echo(_row(said, chosen) if chosen else f"  {said:<30}{'-':>9}")
        for state in found if every else ():
            if state.name == each.name:
                click.echo(_row("", state))
    click.echo("alive: at most (95 %); false: living suppressed; saved: mails failing later")
    return 0


def _row(said: str, state: State) -> str:
    return (
        f"  {said:<30}{state.failures:>9}{state.days:>5}{state.recipients:>11,}{state.alive_at_most:>8.1%}"
        f"{state.false_suppressions:>7.1f}{state.saved_sends:>8,}"
    )
