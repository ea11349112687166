"""`prellbock bench`: measures this machine, each figure beside its yardstick."""

import click

from prellbock.bench import LONG, WORKLOADS, Figure, workload
from prellbock.cli.shell import write_line


@click.command(epilog=f"Workloads: {', '.join(WORKLOADS)} (only by name: {', '.join(LONG)}).")
@click.argument("name", metavar="[WORKLOAD]", required=False, type=click.Choice(list(WORKLOADS)))
@click.option("--json", "as_json", is_flag=True, help="NDJSON instead of a table.")
def bench(name: str | None, as_json: bool) -> int:
    """Measure a workload, or all but the long ones. Ratios compare between machines, absolute figures do not."""
    for chosen in [name] if name else [each for each in WORKLOADS if each not in LONG]:
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
        target = f", target {figure['target']:.2f}" if "target" in figure else ""
        text += f"  ({figure['ratio']:.2f} x {figure['of']}{target})"
    return f"{text}  [{figure['note']}]" if "note" in figure else text
