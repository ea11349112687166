"""``prellbock retention``: what is stored for how long, how much of it is there, and changes of that."""

from pathlib import Path
from typing import Any

import click

from prellbock.cli import table
from prellbock.cli.shell import data_option, opened, write_line
from prellbock.store.retention import KEPT, LEAST_DAYS, MOST_DAYS, KeptShown, choose, kept

_KIND, _DAYS, _COUNT = 12, 14, 13
CHOSEN = tuple(each.name for each in KEPT.values() if each.is_chosen)


class _DaysType(click.ParamType[float | None]):
    name = "DAYS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        if value == "default":
            return None
        try:
            days = float(value)
        except ValueError:
            days = 0.0
        if not LEAST_DAYS <= days <= MOST_DAYS:
            self.fail(f"{value!r} is neither {LEAST_DAYS:.0f} to {MOST_DAYS:.0f} days nor 'default'", param, ctx)
        return days


@click.group()
def retention() -> None:
    """Says what is stored for how long, and how much of it is there; changes that."""


@retention.command()
@table.json_option
@data_option
def show(as_json: bool, data: Path) -> None:
    """Lists every kind of what is stored: for how long, whether a person can be told from it, how much is there."""
    with opened(data) as store:
        records = kept(store)
    if not table.wanted(as_json):
        for record in records:
            write_line(record)
        return
    click.echo(f"{'kind':{_KIND}}{'kept':{_DAYS}}{'there now':>{_COUNT}}  {'oldest':12}{'names people'}")
    for record in records:
        count = "-" if record.count is None else f"{record.count:,}"
        oldest = (record.oldest or "-")[:10]
        personal = "yes" if record.personal else "no"
        click.echo(f"{record.name:{_KIND}}{_how_long(record):{_DAYS}}{count:>{_COUNT}}  {oldest:12}{personal}")
    click.echo("\n* to be chosen: prellbock retention set KIND DAYS")


@retention.command("set")
@click.argument("kind", type=click.Choice(CHOSEN))
@click.argument("days", type=_DaysType())
@data_option
def set_(kind: str, days: float | None, data: Path) -> None:
    """Keeps KIND for so many DAYS, or for its `default`.

    Housekeeping of a running server follows within an hour; what is gone stays gone.
    """
    with opened(data) as store:
        choose(store, {kind: days})
        write_line(next(each for each in kept(store) if each.name == kind))


def _how_long(record: KeptShown) -> str:
    days = record.days
    said = "until erased" if days is None else f"{days:g} day{'s' * (days != 1)}"
    return f"{said}*" if record.chosen else said
