"""``prellbock return-path``: return paths that name the recipient and prove a bounce genuine."""

import sys
import time
from pathlib import Path

import click

from prellbock.addresses import AddressError, canonical
from prellbock.cli.shell import Problems, data_option, write_line
from prellbock.sources.mail.tokens import KeyFileError, new_key, read_keys, with_token
from prellbock.sources.return_paths import ReturnPathsError, read_settings


@click.group("return-path")
def return_path() -> None:
    """Make return paths with a token, so that nobody can forge a bounce.

    The format stands in docs/reference/return-paths.md; any sending system can make them itself.
    """


@return_path.command()
def key() -> None:
    """Print a fresh random key, a line for a key file."""
    click.echo(new_key())


@return_path.command()
@click.argument("addresses", nargs=-1, metavar="ADDRESS...|-")
@click.option("--verp", metavar="PATTERN", help="The pattern, with {token}; else the first of return-paths.toml.")
@click.option("--bounce-key", metavar="FILE", help="The key file; else that of return-paths.toml.")
@data_option
def make(addresses: tuple[str, ...], verp: str | None, bounce_key: str | None, data: Path) -> int:
    """Print the return path for mail sent now to each ADDRESS (- reads them from stdin, one a line)."""
    try:
        settings = read_settings(data)
        pattern = verp or next((known for known in settings.patterns if "{token}" in known), None)
        key_file = bounce_key or settings.key_file
        if pattern is None or "{token}" not in pattern or key_file is None:
            raise click.UsageError(
                "name the pattern (with {token}) and the key: --verp 'b+{token}={local}={domain}@news.example'"
                " --bounce-key FILE, or return-paths.toml in the data folder"
            )
        first = read_keys(Path(key_file))[0]
    except (ReturnPathsError, KeyFileError, OSError) as error:
        raise click.UsageError(str(error)) from error
    problems = Problems()
    now = time.time()
    asked = (line.strip() for line in sys.stdin) if addresses in {(), ("-",)} else iter(addresses)
    for number, address in enumerate(asked, 1):
        if not address:
            continue
        try:
            write_line({"recipient": canonical(address), "return_path": with_token(pattern, first, address, now)})
        except AddressError as error:
            problems.add(f"address {number}", f"{address}: {error}")
    return problems.exit_code
