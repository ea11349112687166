"""``prellbock erase``: a person wants to be forgotten."""

import time
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from prellbock.cli.actions import by_option, canonical_batches, stated
from prellbock.cli.shell import Problems, data_option, opened, write_line
from prellbock.history.actions import KEPT_WHEN_ERASED


@click.command()
@click.argument("addresses", nargs=-1, metavar="ADDRESS...|-")
@click.option("--forget", is_flag=True, help="Forget complaints, unsubscribes and suppressions, too.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and change nothing.")
@click.option("--reason", default=KEPT_WHEN_ERASED, callback=stated, help="Stands beside what is kept.")
@by_option
@click.option("--from", "file", type=click.File("rb"), help="Addresses from this file, one a line; - is stdin.")
@data_option
def erase(
    addresses: tuple[str, ...],
    forget: bool,
    dry_run: bool,
    reason: str,
    actor: str,
    file: BinaryIO | None,
    data: Path,
) -> int:
    """Remove everything that says who ADDRESS is. This cannot be undone.

    What was counted stays counted, but points at nobody. Who complained, unsubscribed or is suppressed stays so as a
    bare hash, so that nobody is mailed against their will; --forget lets go of that, too. Then the files of the data
    folder are looked through: "traces" names those in which the address still stands (exit code 1). Back-ups are not
    touched.
    """
    if not addresses and file is None:
        raise click.UsageError("name an address, or a file of them with --from")
    problems = Problems()
    with opened(data) as store:
        for batch in canonical_batches(addresses, file, problems, domains=False):
            for address in batch:
                erased = store.erase(
                    address, forget=forget, actor=actor, reason=reason, policy=store.policy, now=time.time(),
                    dry_run=dry_run,
                )  # fmt: skip
                write_line({**msgspec.structs.asdict(erased), "dry_run": dry_run})
                if erased.traces:
                    problems.add(
                        address,
                        f"still stands in {', '.join(erased.traces)}: another process may be reading the store: run the"
                        " same command again; or a rule names it, in a draft or version: see how-to/erase-a-person.md",
                    )
    return problems.exit_code
