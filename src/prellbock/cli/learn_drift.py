"""`prellbock learn drift`: do servers speak otherwise than they used to?"""

import sys
import time
from pathlib import Path

import click
import msgspec

from prellbock.alarming.drift import DAYS, Drift, drift
from prellbock.classify.model import shipped_model
from prellbock.cli.shell import data_option, opened, write_line
from prellbock.cli.table import cut, json_option, wanted
from prellbock.cli.times import Time

_HEAD = f"{'':<2}{'kind':<18}{'subject':<24}{'cases':>9}{'now':>8}{'usual':>8}{'limit':>8}"


@click.command("drift")
@click.option("--days", type=click.IntRange(1, 60), default=DAYS, show_default=True, help="So many latest days.")
@click.option("--until", type=Time(), help="The end of these days instead of now, for a history that ends earlier.")
@json_option
@data_option
def show_drift(days: int, until: float | None, as_json: bool, data: Path) -> int:
    """Compares the latest days with the days before: new templates, wording of providers, agreement.

    Shares of responses in templates that are new, altogether and to each provider; of what rules decide the share of
    which the text model says the same; of recipients called dead the share that lives. What drifts comes first, with
    samples; `prellbock alarms` raises it.
    """
    end = time.time() if until is None else until
    with opened(data) as store:
        found = drift(store, shipped_model(), end, days=days)
    if not wanted(as_json):
        for each in found:
            write_line(msgspec.to_builtins(each))
        sys.stdout.flush()
    else:
        click.echo(_HEAD)
        for each in found:
            _show(each)
    return 0


def _show(each: Drift) -> None:
    usual, limit = (f"{value:>8.1%}" if value is not None else f"{'-':>8}" for value in (each.usual, each.limit))
    mark = "!" if each.drifts else " "
    click.echo(f"{mark:<2}{each.kind:<18}{cut(each.subject, 23):<24}{each.cases:>9,}{each.share:>8.1%}{usual}{limit}")
    if each.drifts:
        for sample in each.samples:
            says = sample.says if sample.otherwise is None else f"{sample.says}, model: {sample.otherwise}"
            click.echo(f"    {sample.count:>7,} {cut(f'{says}: {sample.text}', 67)}")
