"""``prellbock simulate``: events of a world whose truth is known."""

import sys
from datetime import UTC

import click

from prellbock.cli.shell import Progress
from prellbock.simulate import traffic, truth
from prellbock.simulate.outages import OptionError, moment, outage
from prellbock.simulate.providers import PROVIDERS
from prellbock.simulate.world import Scenario, World


@click.command(epilog="Example: prellbock simulate --responses 100000 --outage google@3d+6h41m | prellbock ingest -")
@click.option("--responses", type=int, required=True, help="How many events to write, exactly.")
@click.option("--delivered", type=float, default=0.95, show_default=True, help="Share of deliveries, 0 to 1.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--days", type=int, default=30, show_default=True, help="How long the sender mails.")
@click.option("--recipients", type=int, help="Size of the list.  [default: a tenth of the responses, at least 100]")
@click.option("--start", default="2026-01-05T00:00:00Z", show_default=True, help="First moment, RFC 3339.")
@click.option(
    "--outage",
    "outages",
    multiple=True,
    metavar="PROVIDER@START+DURATION",
    help="For this long the provider calls every recipient unknown, such as google@3d+6h41m; START is a span "
    f"since the first moment or RFC 3339. Providers: {', '.join(PROVIDERS)}. May be repeated.",
)
@click.option("--truth", "truth_file", type=click.File("wb"), help="Write what is true of every recipient here.")
def simulate(
    responses: int,
    delivered: float,
    seed: int,
    days: int,
    recipients: int | None,
    start: str,
    outages: tuple[str, ...],
    truth_file: click.File | None,
) -> None:
    """Write the events of a small simulated world as NDJSON, for tests and demos.

    A shop mails its list; recipients die, fill up and move; providers answer in their own words.
    """
    try:
        begin = moment(start).astimezone(UTC).replace(microsecond=0)
        scenario = Scenario(
            responses=responses,
            delivered=delivered,
            seed=seed,
            days=days,
            recipients=recipients,
            start=begin,
            outages=tuple(outage(text, begin) for text in outages),
        )
    except OptionError as error:
        raise click.UsageError(str(error)) from error
    world = World(scenario)
    if truth_file is not None:
        try:
            truth_file.writelines(truth.lines(world))  # type: ignore[attr-defined]
            truth_file.flush()  # type: ignore[attr-defined]
        except click.FileError as error:
            raise click.ClickException(
                f"--truth: {error.format_message()}; name a file in a folder that exists and that you may write to"
            ) from error
    out = sys.stdout.buffer
    with Progress("simulating", responses) as progress:
        for batch in traffic.batches(world):
            out.write(b"".join(batch))
            progress.advance(len(batch))
    out.flush()
