"""``prellbock ingest``: input into the store."""

import sys
import time
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from prellbock.cli.follow import follow_logs
from prellbock.cli.return_paths_option import load_owner, return_paths_options
from prellbock.cli.shell import Problems, Progress, data_option, named_paths, write_line, writing
from prellbock.ingest import ingest as bring_in
from prellbock.ingest import one_by_one
from prellbock.reader import Reader, ReaderError
from prellbock.sources import registry
from prellbock.sources.logs.mapping import MappingError, Table, load


def _zone(ctx: click.Context, param: click.Parameter, value: str | None) -> tzinfo | None:
    if value is None:
        return None
    try:
        return UTC if value == "UTC" else ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"{value!r} is no time zone; write UTC or a name such as Europe/Berlin") from None


def _loaded(mapping: Path | None) -> Table | None:
    try:
        return None if mapping is None else load(mapping)
    except MappingError as error:
        raise click.BadParameter(str(error), param_hint="--mapping") from error


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...|-", callback=named_paths)
@click.option(
    "--format",
    "format_",
    type=click.Choice(registry.FORMATS),
    default="auto",
    metavar="FORMAT",
    help=f"What the input is: {', '.join(registry.FORMATS)}.  [default: auto, which tells by name and content]",
)
@click.option(
    "--addresses",
    type=click.Choice(["plain", "hashed"]),
    help="Only when the store is made: keep addresses, or only their keyed hashes.  [default: plain]",
)
@click.option("--backfill", is_flag=True, help="Old events: judge them, and tell nobody before the end of the input.")
@click.option("--follow", is_flag=True, help="Wait for more lines, over rotation; goes on where it stopped.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file that says which fields of a JSON or CSV log are which of ours.",
)
@click.option(
    "--zone",
    callback=_zone,
    help="Of times in logs that name none, such as UTC or Europe/Berlin.  [default: that of this machine]",
)
@return_paths_options
@data_option
def ingest(
    paths: tuple[str, ...],
    format_: str,
    addresses: str | None,
    backfill: bool,
    follow: bool,
    mapping: Path | None,
    zone: tzinfo | None,
    verp: tuple[str, ...],
    bounce_key: str | None,
    data: Path,
) -> int:
    """Read events (NDJSON, CSV), mails (files, folders, mbox, Maildir) or logs of mail servers into the store; - is
    stdin.

    Reading the same input again changes nothing. The last line on stdout gives the counts. With --backfill the ledger,
    the change feed and the suppression list learn at the end where everybody stands, and nothing of the way there.
    """
    problems = Problems()
    now = time.time()
    logs = registry.LogOptions(zone=zone, table=_loaded(mapping))
    if follow:
        return follow_logs(paths, format_, logs, data, addresses, problems)
    owner = load_owner(data, verp, bounce_key, now)
    reader = Reader(
        lambda make: one_by_one(paths, lambda path: registry.read(path, format_, now, owner, logs, make=make))
    )
    try:
        with writing(data, create=True, addresses=addresses) as store, Progress("ingest", unit="events") as progress:
            counts = bring_in(
                reader.read(store.secret),
                store=store,
                now=now,
                on_bad=lambda bad: problems.add(bad.place, bad.what),
                on_batch=lambda batch: progress.advance(batch.prepared.size),
                announce=not backfill,
            )
    except ReaderError as error:
        raise click.ClickException(str(error)) from error
    finally:
        reader.close()
    write_line(counts)
    sys.stdout.flush()
    return problems.exit_code
