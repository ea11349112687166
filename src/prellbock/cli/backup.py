"""``prellbock backup`` and ``prellbock restore``: a copy of everything stored, and the way back."""

import sys
from pathlib import Path

import click

from prellbock.cli.shell import data_option, write_line

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("target", metavar="DIR", type=_FOLDER)
@data_option
def backup(target: Path, data: Path) -> int:
    """Copy everything that is stored into the new folder DIR, also while a server runs.

    The copy is that of one moment, and holds addresses, the secret and the token: keep it where nobody else reads.
    """
    from prellbock.store.errors import StoreError
    from prellbock.store.sqlite.backup import back_up

    try:
        size = back_up(data, target)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    write_line({"backup": str(target), "octets": size})
    sys.stdout.flush()
    return 0


@click.command()
@click.argument("copy", metavar="DIR", type=_FOLDER)
@data_option
def restore(copy: Path, data: Path) -> int:
    """Make the data folder of the back-up DIR. Nothing is overwritten: the folder must be missing or empty."""
    from prellbock.store.errors import StoreError
    from prellbock.store.sqlite.backup import restore as bring_back

    try:
        size = bring_back(copy, data)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    write_line({"restored": str(data), "octets": size})
    sys.stdout.flush()
    return 0
