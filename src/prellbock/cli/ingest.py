"""``prellbock ingest``: input into the store."""

import sys
import time
from pathlib import Path

import click

from prellbock.cli.shell import Problems, Progress, data_option, opened, write_line
from prellbock.ingest import ingest as bring_in
from prellbock.ingest import one_by_one
from prellbock.sources import registry
from prellbock.sources.batch import Batch


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...|-")
@click.option(
    "--format",
    "format_",
    type=click.Choice(registry.FORMATS),
    default="auto",
    show_default=True,
    help="What the input is; auto tells by name and content.",
)
@click.option(
    "--addresses",
    type=click.Choice(["plain", "hashed"]),
    help="Only when the store is made: keep addresses, or only their keyed hashes.  [default: plain]",
)
@data_option
def ingest(paths: tuple[str, ...], format_: str, addresses: str | None, data: Path) -> int:
    """Read events (NDJSON, CSV) or mails (files, folders, mbox, Maildir) into the store; - is stdin.

    Reading the same input again changes nothing. The last line on stdout gives the counts.
    """
    from prellbock.classify.classifier import Classifier
    from prellbock.history.policy import DEFAULT

    problems = Problems()
    now = time.time()
    with opened(data, create=True, addresses=addresses) as store, Progress("ingest", unit="events") as progress:

        def on_batch(batch: Batch) -> None:
            progress.advance(len(batch.events))

        counts = bring_in(
            one_by_one(paths, lambda path: registry.read(path, format_, now)),
            store=store,
            classifier=Classifier.default(),
            policy=DEFAULT,
            now=now,
            on_bad=lambda bad: problems.add(bad.place, bad.what),
            on_batch=on_batch,
        )
    write_line(counts)
    sys.stdout.flush()
    return problems.exit_code
