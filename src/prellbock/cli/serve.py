"""``prellbock serve``: the server of one machine."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prellbock.cli.config import config_option
from prellbock.cli.shell import data_option

if TYPE_CHECKING:
    from prellbock.api.configuration.model import Configuration

LINK_FILE = "first-admin-link"
"""Where the one-time link stands when stderr is collected as a log."""


@click.command()
@click.option("--host", allow_from_autoenv=False, help="The address to listen on.  [default: 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    allow_from_autoenv=False,
    help="0 takes any that is free.  [default: 8025]",
)
@config_option
@data_option
def serve(host: str | None, port: int | None, config: str | None, data: Path) -> int:
    """Run the server: ingest, check, suppressions, health, metrics.

    It asks for a token, made on the first start and kept in the file `token` of the data folder. SIGTERM or Ctrl-C
    finishes the running batch and ends it. What else can be chosen: `prellbock config example`.
    """
    start(data, host, port, config)
    return 0


def start(data: Path, host: str | None = None, port: int | None = None, config: str | None = None) -> None:
    """Serves until told to stop; what prevents that ends the command with a sentence and exit code 1."""
    from prellbock.api.auth.file_token import TokenError, token_of
    from prellbock.api.configuration.read import ConfigurationError, of_process
    from prellbock.api.configuration.together import is_loopback
    from prellbock.api.lock import ServeError
    from prellbock.api.logs import configure
    from prellbock.api.server import listen, run
    from prellbock.store.errors import StoreError
    from prellbock.store.sqlite import SqliteStore
    from prellbock.store.sqlite.connection import plain_errors

    try:
        said = {"serve.host": host, "serve.port": port}
        with plain_errors(data):
            is_missing, is_new = not data.absolute().parent.is_dir(), not data.exists()
            configuration = of_process(data, config, {key: value for key, value in said.items() if value is not None})
        configure(configuration.configuration.log)
        chosen = configuration.configuration
        if is_missing:
            raise click.ClickException(
                f"the folder {data.absolute().parent} that is to hold {data} is missing: make it, or name another with "
                "--data"
            )
        with listen(chosen.serve.host, chosen.serve.port) as listening:
            with SqliteStore(data, create=True):
                # A token is made last, once nothing prevents that it is shown.
                token, is_fresh = token_of(data)
            say = _saying(chosen)
            if is_new:
                say(f"{data} was missing: a new, empty store was made there")

            def on_start(address: str, link: str | None) -> None:
                say(f"serving {data} at {address}")
                if chosen.log.format == "console":
                    _introduce(data, token, address, is_fresh=is_fresh)
                _offer(data, address, link, chosen, say)
                if not is_loopback(chosen.serve.host):
                    say(
                        f"warning: {chosen.serve.host} can be reached from other machines, and the token travels "
                        "unencrypted: put a proxy that speaks TLS in front"
                    )

            run(data, token, listening=listening, on_start=on_start, configuration=chosen)
    except (ServeError, TokenError, StoreError, ConfigurationError) as error:
        raise click.ClickException(str(error)) from error
    say("stopped")


def _introduce(data: Path, token: str, address: str, *, is_fresh: bool) -> None:
    # Who reads a terminal may see it; what goes anywhere else may be kept as a log.
    if is_fresh and sys.stderr.isatty():
        _say(f"the token, shown only now and kept in {data / 'token'}: {token}")
    else:
        _say(f"the token stands in {data / 'token'}")
    key = f'-H "Authorization: Bearer $(cat {data / "token"})"'
    _say("try, in another terminal:")
    for line in (
        f"curl {address}/health",
        f"curl {key} {address}/v1/suppressions",
        f"curl {key} {address}/v1/check -d u@example.com",
        f"curl {key} {address}/v1/events -T events.ndjson -X POST",
    ):
        click.echo(f"  {line}", err=True)


def _offer(data: Path, address: str, link: str | None, chosen: "Configuration", say: Callable[[str], None]) -> None:
    """Tells how the first admin signs up; in a log that is collected only where the link stands."""
    place = data / LINK_FILE
    place.unlink(missing_ok=True)
    if link is None:
        return
    whole = f"{(chosen.serve.public_url or address).rstrip('/')}{link}"
    if chosen.log.format == "console":
        say(f"nobody can sign in yet: open {whole} once to become the admin")
        return
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{whole}\n")
    say(f"nobody can sign in yet: open the link that stands in {place} once to become the admin")


def _saying(chosen: "Configuration") -> Callable[[str], None]:
    """Says something to people, or as an event of the log."""
    if chosen.log.format == "console":
        return _say

    from prellbock.api.logs import log

    def as_event(text: str) -> None:
        say: Any = log.warning if text.startswith("warning") else log.info
        say(text)

    return as_event


def _say(text: str) -> None:
    click.echo(f"prellbock: {text}", err=True)
