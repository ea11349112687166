"""`prellbock cost`: what the cloud functions cost, from a real run that is counted."""

from pathlib import Path

import click
import msgspec

from prellbock.cli.numbers import Within
from prellbock.cli.shell import write_line
from prellbock.cost import page, scaling, stack
from prellbock.cost.bill import Capacity, bill, cheapest
from prellbock.cost.kept import Asked, RunError, read_or_count
from prellbock.cost.measure import Histories
from prellbock.cost.mix import Mix
from prellbock.cost.prices import PricesError, load
from prellbock.cost.traffic import Traffic

WAYS: tuple[Capacity, ...] = ("on-demand", "provisioned")


@click.command(epilog="Example: prellbock cost --per-hour 5000000 --hours 24 --json")
@click.option(
    "--per-hour",
    type=Within(1000, 2_000_000_000),
    default=5e6,
    show_default="5 million",
    help="Responses in an hour of traffic.",
)
@click.option("--hours", type=Within(0.1, 24), help="Hours of traffic a day.  [default: 1, and 24]")
@click.option("--delivered", type=Within(0, 1), default=0.95, show_default=True, help="Share of deliveries.")
@click.option(
    "--open",
    "open_share",
    type=Within(0, 1),
    default=0.02,
    show_default=True,
    help="Share of deliveries whose recipient has an open history.",
)
@click.option(
    "--histories",
    type=Within(0, 10_000_000_000),
    default=1e6,
    show_default="1 million",
    help="Recipients of whom something is remembered.",
)
@click.option(
    "--envelope", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True, help="Events of an envelope."
)
@click.option(
    "--window",
    type=Within(0, 240),
    help="Seconds for which envelopes are gathered.  [default: as the stack has it]",
)
@click.option("--kept", type=click.Choice(["items", "objects"]),
              help="Where histories lie: items of the table, or objects.  [default: as the stack has it]")  # fmt: skip
@click.option("--capacity", type=click.Choice([*WAYS, "cheapest"]),
              help="How the table is paid for.  [default: as the stack has it]")  # fmt: skip
@click.option("--arch", type=click.Choice(["arm64", "x86_64"]), default="arm64", show_default=True)
@click.option("--free-tier", is_flag=True, help="Leave out what AWS gives every account for nothing.")
@click.option(
    "--prices",
    "prices_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A price table instead of the shipped one.",
)
@click.option("--run", "run_file", type=click.Path(dir_okay=False, path_type=Path),
              help="Figure with the counted run of this file; where there is none, count and write it.")  # fmt: skip
@click.option("--scaling", "show_scaling", is_flag=True, help="From 5 million to a billion an hour: limits and prices.")
@click.option("--brief", is_flag=True, help="Two lines a traffic instead of a table.")
@click.option("--json", "as_json", is_flag=True, help="NDJSON instead of a table.")
def cost(per_hour: float, hours: float | None, delivered: float, open_share: float, histories: float, envelope: int,
         window: float | None, kept: Histories | None, capacity: str | None, arch: str, free_tier: bool,
         prices_file: Path | None, run_file: Path | None, show_scaling: bool, brief: bool,
         as_json: bool) -> int:  # fmt: skip
    """Say what running on AWS costs, in euros without VAT.

    A mix of events goes through the real functions against services in memory, and every unit that is billed is
    counted: half a minute. Without --hours, for one hour of traffic a day and for all day.
    """
    try:
        prices = load(prices_file)
    except PricesError as error:
        raise click.ClickException(str(error)) from error
    standing = stack.load()
    waits = float(standing.defaults["BatchWindow"]) if window is None else window
    histories_in: Histories = kept or standing.defaults["Histories"]
    if not (run_file and run_file.exists()):
        click.echo("running the functions on a mix of events ...", err=True)
    asked = Asked(Mix(delivered, open_share, per_hour), histories_in, envelope, tuple(standing.schedules))
    try:
        measured = read_or_count(run_file, asked) if run_file else asked.run()
    except (RunError, OSError) as error:
        raise click.ClickException(str(error)) from error
    way_paid = capacity or standing.defaults["Capacity"]
    traffics = [
        Traffic(per_hour=per_hour, hours=each, envelope=envelope, window=waits, histories=histories)
        for each in ([hours] if hours else [1.0, 24.0])
    ]
    if show_scaling:
        steps = scaling.simulate(measured, standing, prices, traffics[-1])
        for step in steps:
            if as_json:
                write_line({"kind": "step", **msgspec.structs.asdict(step)})
        if not as_json:
            click.echo(page.steps(steps))
        return 0
    for traffic in traffics:
        bills = {
            way: bill(traffic, measured, standing, prices, capacity=way, arch=arch, free=free_tier) for way in WAYS
        }
        found = cheapest(each for way, each in bills.items() if way_paid in ("cheapest", way))
        if as_json:
            write_line({"kind": "bill", "region": prices.region, "prices_dated": prices.dated, "currency": "EUR",
                        "eur_per_usd": prices.currency.eur_per_usd, "arch": arch, "free_tier": free_tier,
                        "mix": msgspec.to_builtins(measured.mix), **msgspec.to_builtins(found),
                        "per_month_by_group": {group: found.of(group) for group in page.GROUPS},
                        "on_demand_per_day": bills["on-demand"].per_day,
                        "on_demand_per_month": bills["on-demand"].per_month})  # fmt: skip
        elif brief:
            click.echo(page.brief(found, bills["on-demand"]))
        else:
            click.echo(page.bill(found, bills["on-demand"], measured, prices))
    return 0
