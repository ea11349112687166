"""The options --verp and --bounce-key: how our own return paths look and what proves them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from prellbock.sources.mail import Owner
from prellbock.sources.return_paths import ReturnPathsError, owner_of

F = TypeVar("F", bound=Callable[..., Any])


def return_paths_options(function: F) -> F:
    """Gives the command the keywords ``verp`` and ``bounce_key``; see `load_owner`."""
    function = click.option(
        "--bounce-key",
        metavar="FILE",
        help="Verify the tokens in our return paths with the keys of this file (see `prellbock return-path`).",
    )(function)
    return click.option(
        "--verp",
        multiple=True,
        metavar="PATTERN",
        help="How our return paths look, e.g. 'bounces+{local}={domain}@news.example'; {token} and {any} may stand in"
        " it. More in return-paths.toml of the data folder.",
    )(function)


def load_owner(data: Path | None, verp: Sequence[str], bounce_key: str | None, now: float) -> Owner | None:
    """Who knows our return paths; a mistake ends the command with a sentence and exit code 2.

    A data folder that may not be looked into ends it with exit code 1.
    """
    try:
        return owner_of(data, verp, bounce_key, now)
    except PermissionError as error:
        raise click.ClickException(
            f"no permission to use the data folder {data}: make it accessible to this user, or choose "
            "another with --data"
        ) from error
    except ReturnPathsError as error:
        raise click.UsageError(str(error)) from error
