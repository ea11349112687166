"""``prellbock demo``: Prellbock at work on a simulated sender, from events to one recipient's story."""

import io
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from click.core import ParameterSource

from prellbock.cli.shell import Progress, data_option, opened

if TYPE_CHECKING:
    from prellbock.store.contract import Store

FOLDER = Path("demo-data")
NOTE = "demo.json"
"""Stands in a demo's data folder and says which world is in it."""
_WIDTH = 79
_SHORT = 26


class World(msgspec.Struct, frozen=True):
    """Which simulated world a demo's data folder holds."""

    responses: int
    start: datetime
    seed: int = 1


@click.command()
@click.option(
    "--responses", type=click.IntRange(1, 50_000_000), default=50_000, show_default=True, help="How many events."
)
@click.option("--serve", "and_serve", is_flag=True, help="Then start the server on the demo's data.")
@click.option("--host", default="127.0.0.1", show_default=True, help="With --serve: the address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8025, show_default=True, help="With --serve: the port.")
@data_option
@click.pass_context
def demo(ctx: click.Context, responses: int, and_serve: bool, host: str, port: int, data: Path) -> int:
    """Show Prellbock at work on simulated data, kept in the folder demo-data (or --data).

    A shop mails its list for 30 days that end in this hour. Running it again adds nothing.
    """
    folder = data if _was_chosen(ctx) else FOLDER
    world = _world(folder, responses)
    counts = _bring_in(folder, world)
    with opened(folder) as store:
        example = _latest(store)
        click.echo(_summary(store, counts, example))
    click.echo(_next(folder, example, serving=and_serve))
    sys.stdout.flush()
    if and_serve:
        from prellbock.cli.serve import start

        start(folder, host, port)
    return 0


def _was_chosen(ctx: click.Context) -> bool:
    sources = (ctx.get_parameter_source("data"), ctx.find_root().get_parameter_source("data"))
    return any(source in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT) for source in sources)


def _world(folder: Path, responses: int) -> World:
    """The world of a data folder, chosen at its first demo. A folder with other data is left alone."""
    from prellbock.simulate import month

    note = folder / NOTE
    try:
        if note.exists():
            return msgspec.json.decode(note.read_bytes(), type=World)
        if folder.exists() and any(folder.iterdir()):
            raise click.ClickException(f"{folder} holds data that is no demo's: choose another folder with --data")
        world = World(responses, month.begin_of(datetime.now(UTC)))
        folder.mkdir(parents=True, exist_ok=True)
        note.write_bytes(msgspec.json.encode(world))
    except msgspec.MsgspecError as error:
        raise click.ClickException(
            f"{note} is damaged ({error}): delete the folder {folder} and start again"
        ) from error
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be used ({error.strerror}): choose another with --data") from error
    return world


def _bring_in(folder: Path, world: World) -> dict[str, int]:
    from prellbock.ingest import ingest, make_ready
    from prellbock.simulate import month
    from prellbock.sources import ndjson

    now = time.time()
    lines = month.lines(world.responses, world.start, seed=world.seed)
    with opened(folder, create=True) as store, Progress("demo", world.responses) as progress:
        batches = (batch for some in lines for batch in ndjson.read(io.BytesIO(b"".join(some)), "simulated", now))
        return ingest(
            (make_ready(batch, store.identity) for batch in batches),
            store=store,
            now=now,
            on_bad=lambda bad: click.echo(f"{bad.place}: {bad.what}", err=True),
            on_batch=lambda batch: progress.advance(batch.prepared.size),
        )


def _latest(store: "Store") -> str | None:
    """Somebody who was suppressed lately, with a short address if there is one."""
    found = [e for e in store.withheld(time.time(), store.policy) if e.status == "suppressed" and e.address]
    found.sort(key=lambda entry: (len(entry.address or "") <= _SHORT, entry.since or 0, entry.seq))
    return found[-1].address if found else None


def _summary(store: "Store", counts: dict[str, int], example: str | None) -> str:
    """What is in the store now, for a terminal of 80 columns."""
    totals = store.totals()
    lines = [_title("What came in")]
    if counts["new"] == 0:
        lines += textwrap.wrap(
            f"The same {counts['read']:,} responses again: every one was known, so nothing changed.", _WIDTH
        )
    for name in ("delivered", "deferred", "bounced", "complaint", "unsubscribe", "auto_reply"):
        lines.append(f"  {name:<14}{totals.get(f'events_{name}', 0):>12,}")
    lines += ["", *_causes(store), "", *_providers(store), "", *_withheld(totals)]
    if example is not None:
        lines += ["", *_story(store, example)]
    return "\n".join(lines)


def _causes(store: "Store") -> list[str]:
    faults: dict[str, dict[str, int]] = {}
    for category, fault, _, count in store.by_category():
        if fault != "none":
            causes = faults.setdefault(fault, {})
            causes[category] = causes.get(category, 0) + count
    lines = [_title("Why messages failed, by whose fault it is")]
    for fault, causes in sorted(faults.items(), key=lambda item: -sum(item[1].values())):
        top = sorted(causes.items(), key=lambda item: (-item[1], item[0]))
        line = f"  {fault:<12}{sum(causes.values()):>7,}"
        for number, (category, count) in enumerate(top[:3]):
            said = f"{',' if number else ' '} {category} {count:,}"
            line += said if len(line + said) <= _WIDTH else ""
        lines.append(line)
    return lines


def _providers(store: "Store") -> list[str]:
    providers: dict[str, int] = {}
    for _, fault, provider, count in store.by_category():
        if fault != "none":
            providers[provider or "others"] = providers.get(provider or "others", 0) + count
    top = sorted(providers.items(), key=lambda item: (-item[1], item[0]))[:6]
    return [_title("Where they failed"), *(f"  {name:<14}{count:>12,}" for name, count in top)]


def _withheld(totals: dict[str, int]) -> list[str]:
    statuses = ("suppressed", "paused", "complained", "unsubscribed")
    return [
        _title("Who is not mailed now"),
        *(f"  {status:<14}{totals.get(f'withheld_{status}', 0):>12,}" for status in statuses),
    ]


def _story(store: "Store", address: str) -> list[str]:
    from prellbock.history.languages import ENGLISH
    from prellbock.telling import sentences

    lines = [_title(f"One of them: {address}")]
    for sentence in sentences(store.story(address, store.policy), time.time(), ENGLISH):
        lines += textwrap.wrap(sentence, _WIDTH - 2, initial_indent="  ", subsequent_indent="  ")
    return lines


def _next(folder: Path, example: str | None, *, serving: bool) -> str:
    address = example or "u@example.com"
    command = f"{Path(sys.argv[0]).parent / 'prellbock'} --data {folder}"
    lines = [
        "",
        _title("What to try next"),
        f"  {command} recipient {address}",
        f"  echo {address} | {command} check",
        f"  {command} suppressions --format csv",
    ]
    if not serving:
        lines.append(f"  {command} serve")
    return "\n".join([*lines, ""])


def _title(text: str) -> str:
    return click.style(text, bold=True)
