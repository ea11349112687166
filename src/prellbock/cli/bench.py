"""`prellbock bench`: measures this machine, each figure beside its yardstick."""

import click

from prellbock.bench import WORKLOADS, Figure, workload
from prellbock.cli.shell import write_line


@click.command()
@click.argument("name", metavar="[WORKLOAD]", required=False, type=click.Choice(list(WORKLOADS)))
@click.option("--json", "as_json", is_flag=True, help="NDJSON instead of a table.")
def bench(name: str | None, as_json: bool) -> int:
    """Measures a workload, or all of them. Ratios are comparable between machines, absolute figures are not."""
    for chosen in [name] if name else list(WORKLOADS):
        click.echo(f"measuring {chosen} ...", err=True)
        for label, figure in workload(chosen)().items():
            if as_json:
                write_line({"workload": chosen, "figure": label, **figure})
            else:
                click.echo(f"{chosen:<10} {label:<34} {_shown(figure)}")
    return 0


def _shown(figure: Figure) -> str:
    value = figure["value"]
    text = f"{value:>12,.0f} {figure['unit']}" if value >= 100 else f"{value:>12.3g} {figure['unit']}"
    if "ratio" in figure:
        text += f"  ({figure['ratio']:.2f} x {figure['of']})"
    return text
