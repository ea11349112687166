"""``prellbock config``: is the configuration of the server right, and what holds?"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from prellbock.cli.shell import Problems, data_option, write_line

F = TypeVar("F", bound=Callable[..., Any])


def config_option(function: F) -> F:
    """``--config FILE``; the function gets it as keyword ``config``."""
    return click.option(
        "--config",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="The configuration (TOML); else PRELLBOCK_CONFIG, else prellbock.toml in the data folder.",
    )(function)


@click.group()
def config() -> None:
    """Checks and shows the configuration of the server: a TOML file and the environment."""


@config.command()
@config_option
@data_option
def check(config: str | None, data: Path) -> int:
    """Say all that is wrong, a line each; exit code 1 if anything is."""
    from prellbock.api.configuration.read import ConfigurationError, of_process

    problems = Problems()
    try:
        read = of_process(data, config)
    except ConfigurationError as error:
        for mistake in error.mistakes:
            place, _, what = mistake.partition(": ")
            problems.add(place, what)
        return problems.exit_code
    where = str(read.file) if read.file else "no file, environment and defaults alone"
    click.echo(f"prellbock: the configuration is right ({where})", err=True)
    return 0


@config.command()
@config_option
@data_option
def show(config: str | None, data: Path) -> int:
    """Print every key, one JSON object a line: key, value, and from where it comes. Secrets are masked."""
    from prellbock.api.configuration.read import ConfigurationError, of_process
    from prellbock.api.configuration.shown import held

    try:
        read = of_process(data, config)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    for record in held(read):
        write_line(record)
    sys.stdout.flush()
    return 0


@config.command()
def example() -> int:
    """Print a file with every key, commented out."""
    from prellbock.api.configuration.shown import example as text

    click.echo(text(), nl=False)
    return 0


@config.command()
def reference() -> int:
    """Print the reference of all keys (Markdown)."""
    from prellbock.api.configuration.shown import reference as text

    click.echo(text(), nl=False)
    return 0
