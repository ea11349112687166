"""``prellbock serve``: the server of one machine."""

from pathlib import Path

import click

from prellbock.cli.shell import data_option


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8025, show_default=True, help="0 takes any that is free."
)
@data_option
def serve(host: str, port: int, data: Path) -> int:
    """Run the server: ingest, check, suppressions, health, metrics.

    It asks for a token, made on the first start and kept in the file `token` of the data folder. SIGTERM or Ctrl-C
    finishes the running batch and ends it.
    """
    start(data, host, port)
    return 0


def start(data: Path, host: str, port: int) -> None:
    """Serves until told to stop; what prevents that ends the command with a sentence and exit code 1."""
    from prellbock.api.auth.file_token import TokenError, token_of
    from prellbock.api.lock import ServeError
    from prellbock.api.server import is_loopback, listen, run
    from prellbock.store.errors import StoreError
    from prellbock.store.sqlite import SqliteStore
    from prellbock.store.sqlite.connection import plain_errors

    try:
        with plain_errors(data):
            is_missing, is_new = not data.absolute().parent.is_dir(), not data.exists()
        if is_missing:
            raise click.ClickException(
                f"the folder {data.absolute().parent} that is to hold {data} is missing: make it, or name another with "
                "--data"
            )
        with listen(host, port) as listening:
            with SqliteStore(data, create=True):
                # A token is made last, once nothing prevents that it is shown.
                token, is_fresh = token_of(data)
            if is_new:
                _say(f"{data} was missing: a new, empty store was made there")

            def on_start(address: str, link: str | None) -> None:
                _say(f"serving {data} at {address}")
                _introduce(data, token, address, is_fresh=is_fresh)
                if link is not None:
                    _say(f"nobody can sign in yet: open {address}{link} once to become the admin")
                if not is_loopback(host):
                    _say(
                        f"warning: {host} can be reached from other machines, and the token travels unencrypted: "
                        "put a proxy that speaks TLS in front"
                    )

            run(data, token, listening=listening, on_start=on_start)
    except (ServeError, TokenError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    _say("stopped")


def _introduce(data: Path, token: str, address: str, *, is_fresh: bool) -> None:
    if is_fresh:
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


def _say(text: str) -> None:
    click.echo(f"prellbock: {text}", err=True)
