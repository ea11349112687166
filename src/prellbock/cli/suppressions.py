"""``prellbock suppressions``: everything that withholds mail, what changed of it, and lists of other systems."""

import contextlib
import gzip
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import click

from prellbock import syncing
from prellbock.cli.shell import Problems, Progress, data_option, opened, write_line, writing
from prellbock.cli.times import Time
from prellbock.sources import suppression_lists
from prellbock.sources.batch import Batch
from prellbock.sources.record import RecordError
from prellbock.withholding import LAST_SEQ


@click.group(invoke_without_command=True)
@click.option(
    "--since", type=click.IntRange(0, LAST_SEQ), metavar="CURSOR",
    help="Only what changed after this seq, with those who may be mailed again.",
)  # fmt: skip
@click.option("--as-of", type=Time(), help="The list as it was then.")
@click.option("--format", "format_", type=click.Choice(["ndjson", "csv", "parquet"]), default="ndjson",
              show_default=True, help="How to write it.")  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, not to stdout.")
@data_option
@click.pass_context
def suppressions(
    ctx: click.Context, since: int | None, as_of: float | None, format_: str, output: Path | None, data: Path
) -> int:
    """List everything that withholds mail: address, status, scope, since, until, category.

    The highest seq of a list is the CURSOR from which --since goes on.
    """
    from prellbock.cli.suppressions_output import WRITERS
    from prellbock.withholding import entries

    if ctx.invoked_subcommand is not None:
        ctx.find_root().obj = str(data)
        return 0
    if since is not None and as_of is not None:
        raise click.UsageError("--since and --as-of exclude each other: the feed of changes has no past")
    if format_ == "parquet" and output is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is nothing for a terminal: name a file with --output, or redirect stdout")
    with (
        opened(data, as_of=as_of) as store,
        _written(output) as out,
        Progress("suppressions", unit="entries") as progress,
    ):
        found = entries(store, store.policy, now=time.time(), since=since, as_of=as_of)
        WRITERS[format_](progress.over(found), out)
    return 0


@contextlib.contextmanager
def _written(output: Path | None) -> Iterator[BinaryIO]:
    """Stdout, or a file that appears only when it is complete."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    unfinished = output.with_name(f".{output.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(output)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written ({error.strerror}): choose another --output") from error
    finally:
        unfinished.unlink(missing_ok=True)


@suppressions.command("import")
@click.argument("file")
@click.option(
    "--format", "format_", type=click.Choice(suppression_lists.NAMES), default="auto", show_default=True,
    metavar="FORMAT", help=f"What wrote the list: {', '.join(suppression_lists.NAMES)}.",
)  # fmt: skip
@data_option
def import_(file: str, format_: str, data: Path) -> int:
    """Bring in a suppression list of another system, or our own; - is stdin.

    Knows the lists of SES, SendGrid, Mailgun, Postmark, Brevo, listmonk, Mailchimp and SparkPost (JSON and CSV), any
    CSV or NDJSON with an address or email (and status, scope, since, category), and one address a line.

    Complaints and unsubscribes hold for their scope, everything else suppresses. Pauses are left out, since they end
    by themselves; so are addresses whose reason is the sender's fault. Importing again changes nothing.
    """
    now = time.time()
    name = "<stdin>" if file == "-" else Path(file).name
    with _opened(file) as lines:
        return _store(name, lambda on_pause: suppression_lists.read(lines, name, now, format_, on_pause), data, now)


@suppressions.command()
@click.argument("provider", type=click.Choice(syncing.NAMES))
@click.option("--of", "part", metavar="NAME", help="The domain (Mailgun) or message stream (Postmark) to read.")
@click.option("--base-url", metavar="URL", help="Where the API is, for accounts in another region.")
@click.option("--allow-private", is_flag=True, help="Take a --base-url with http:// or in a private network.")
@data_option
def pull(provider: str, part: str | None, base_url: str | None, allow_private: bool, data: Path) -> int:
    """Read the suppression lists of a provider through its API into the store.

    The key stands in the variable PRELLBOCK_SYNC_KEY. Entries mean what they mean to `suppressions import`. Nothing is
    changed at the provider. Reading again changes nothing but for what is new there.
    """
    from prellbock.sinks.reaching import UrlError
    from prellbock.syncing.calling import SyncError
    from prellbock.syncing.connecting import connect
    from prellbock.syncing.reading import read

    wanted = syncing.provider_named(provider)
    key = os.environ.get("PRELLBOCK_SYNC_KEY", "")
    if not key.isascii() or not key.isprintable() or not key.strip():
        raise click.UsageError(f"put {wanted.key} into the variable PRELLBOCK_SYNC_KEY")
    if bool(part) != bool(wanted.part):
        raise click.UsageError(
            f"name the {wanted.part} with --of" if wanted.part else f"{provider} has one list: leave --of out"
        )
    now = time.time()
    try:
        with connect(wanted, key.strip(), part or "", base_url or "", private=allow_private) as call:
            return _store(
                call.host, lambda on_pause: read(wanted.pages(call, part or ""), call.host, now, on_pause), data, now
            )
    except UrlError as error:
        raise click.UsageError(f"--base-url: {error}") from error
    except SyncError as error:
        raise click.ClickException(f"{provider}: {error}") from error


def _store(name: str, batches: Callable[[Callable[[], None]], Iterator[Batch]], data: Path, now: float) -> int:
    """Stores the entries of a list and tells what became of them; ``batches`` gets what to call for each pause."""
    from prellbock.ingest import ingest, make_ready

    problems = Problems()
    pauses = 0

    def count_pause() -> None:
        nonlocal pauses
        pauses += 1

    with writing(data, create=True) as store, Progress("import", unit="entries") as progress:
        try:
            counts = ingest(
                (make_ready(batch, store.identity) for batch in batches(count_pause)),
                store=store,
                now=now,
                on_bad=lambda bad: problems.add(bad.place, bad.what),
                on_batch=lambda batch: progress.advance(batch.prepared.size),
            )
        except RecordError as error:
            raise click.ClickException(f"{name}: {error}") from error
    _tell_left_out(pauses, counts.get("set_aside", 0))
    write_line({
        "read": counts["read"], "new": counts["new"], "duplicate": counts["duplicate"], "bad": counts["bad"],
        "ignored": counts["not_a_report"], "imported": counts.get("imported", 0) - counts.get("set_aside", 0),
        "set_aside": counts.get("set_aside", 0), "complaint": counts["complaint"],
        "unsubscribe": counts["unsubscribe"],
    })  # fmt: skip
    sys.stdout.flush()
    return problems.exit_code


def _tell_left_out(pauses: int, set_aside: int) -> None:
    """What of the list suppresses nobody here, and why."""
    if pauses:
        click.echo(
            f"prellbock: {pauses:,} {'pause was' if pauses == 1 else 'pauses were'} left out: a pause ends by itself, "
            "an imported entry would suppress until a consent; ingest the events behind them to carry them over",
            err=True,
        )
    if set_aside:
        click.echo(
            f"prellbock: {set_aside:,} {'address stands' if set_aside == 1 else 'addresses stand'} on the list for a "
            "fault of the sender, the message or the network, and may be mailed; `recipient` tells the reason",
            err=True,
        )


@contextlib.contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    try:
        if file == "-":
            yield sys.stdin.buffer
        elif file.endswith(".gz"):
            with gzip.open(file, "rb") as packed:
                yield cast(BinaryIO, packed)
        else:
            with Path(file).open("rb") as plain:
                yield plain
    except (OSError, EOFError) as error:
        raise click.ClickException(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
