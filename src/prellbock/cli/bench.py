"""`prellbock bench`: measures this machine, each figure beside its yardstick."""

from pathlib import Path

import click

from prellbock.bench import LONG, WORKLOADS, Figure, workload
from prellbock.cli.shell import write_line


@click.command(
    epilog=f"Workloads: {', '.join(name for name in WORKLOADS if name not in LONG)}; only by name: "
    f"{', '.join(sorted(LONG))}."
)
@click.argument("name", metavar="[WORKLOAD]", required=False, type=click.Choice(list(WORKLOADS)))
@click.option("--json", "as_json", is_flag=True, help="NDJSON instead of a table.")
@click.option("--recipients", type=click.IntRange(100), help="Of `decisions` and `shield`: how large the world is.")
@click.option("--report", type=click.Path(file_okay=False, exists=True, path_type=Path),
              help="Of `decisions` and `shield`: write a page and a plot into this folder.")  # fmt: skip
def bench(name: str | None, as_json: bool, recipients: int | None, report: Path | None) -> int:
    """Measure a workload, or all but the long ones. Ratios compare between machines, absolute figures do not."""
    asked = {key: value for key, value in (("recipients", recipients), ("folder", report)) if value is not None}
    if asked and name not in ("decisions", "shield"):
        raise click.UsageError("--recipients and --report belong to `bench decisions` and `bench shield`")
    for chosen in [name] if name else [each for each in WORKLOADS if each not in LONG]:
        click.echo(f"measuring {chosen} ...", err=True)
        for label, figure in workload(chosen)(**asked).items():
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
    elif "target" in figure:
        text += f"  (target {figure['target']:g})"
    return f"{text}  [{figure['note']}]" if "note" in figure else text
