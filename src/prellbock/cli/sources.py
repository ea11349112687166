"""``prellbock sources``: which providers may send webhooks to the server of this data folder."""

import time
from collections.abc import Iterable
from pathlib import Path

import click

from prellbock import webhook_sources
from prellbock.cli.settings import SettingUp, named_values, secret_of
from prellbock.cli.shell import data_option, opened, write_line, write_lines
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import OPTIONS
from prellbock.store.sources import Source
from prellbock.store.sqlite.sources import name_of_batches
from prellbock.times import rfc3339

_ACTOR = "command line"
_secret_option = click.option(
    "--secret-file",
    type=click.File("r"),
    help="Holds the key that the provider shows (- is stdin); without it a secret is made and shown once.",
)
_options_option = click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE", help="A setting; `sources providers` lists them."
)


@click.group(cls=SettingUp)
def sources() -> None:
    """Providers that may send webhooks to the server, each with its own secret."""


@sources.command("providers")
def providers() -> None:
    """Lists the providers that are known: what their secret is, and which options they have."""
    for provider in PROVIDERS.values():
        write_line(
            {
                "provider": provider.name,
                "title": provider.title,
                "secret": provider.secret,
                "made_by": provider.made_by,
                "options": {**provider.options, **OPTIONS},
                "needs": provider.needs,
                "page": provider.page,
            }
        )


@sources.command("list")
@data_option
def list_(data: Path) -> None:
    """Lists the sources; secrets are never shown."""
    with opened(data) as store:
        write_lines(map(_shown, store.sources()))


@sources.command("add")
@click.argument("provider", type=click.Choice(list(PROVIDERS)))
@click.argument("name")
@_secret_option
@_options_option
@data_option
def add(provider: str, name: str, secret_file: Iterable[str] | None, options: tuple[str, ...], data: Path) -> None:
    """Lets PROVIDER send webhooks as source NAME; prints where to, and the secret where one was made."""
    with opened(data, create=True) as store:
        source, made = webhook_sources.add(
            store, provider, name, secret_of(secret_file), named_values(options, "--option"), time.time(), _ACTOR
        )
    write_line({**_shown(source), "secret": made})


@sources.command("set")
@click.argument("name")
@_options_option
@click.option("--await-confirmation", is_flag=True, help="A subscription may be confirmed within the next 24 hours.")
@data_option
def set_(name: str, options: tuple[str, ...], await_confirmation: bool, data: Path) -> None:
    """Sets options of a source; those that are not named stay, an empty value takes one away."""
    with opened(data) as store:
        before = store.source(name)
        wanted = {**(before.options if before else {}), **named_values(options, "--option")}
        kept = {option: value for option, value in wanted.items() if value}
        write_line(_shown(webhook_sources.change(store, name, kept, time.time(), confirm=await_confirmation)))


@sources.command("secret")
@click.argument("name")
@_secret_option
@click.option(
    "--hold", type=float, default=24.0, show_default=True, help="Hours that the secret before it still holds."
)
@data_option
def secret(name: str, secret_file: Iterable[str] | None, hold: float, data: Path) -> None:
    """Gives a source a new secret; the one before it holds for a while, so that nothing is refused meanwhile."""
    with opened(data) as store:
        made = webhook_sources.renew(store, name, secret_of(secret_file), time.time(), hold * 3600.0)
    write_line({"name": name, "secret": made})


@sources.command("remove")
@click.argument("name")
@data_option
def remove(name: str, data: Path) -> None:
    """Takes a source and its secrets away; what it has brought stays."""
    with opened(data) as store:
        webhook_sources.remove(store, name)


@sources.command("raw")
@click.argument("name")
@click.option("--most", type=click.IntRange(1, 10_000), default=20, show_default=True)
@data_option
def raw(name: str, most: int, data: Path) -> None:
    """Shows the newest objects of a source as they came: of failures, complaints and the like, for 30 days."""
    with opened(data) as store:
        if (source := store.source(name)) is None:
            raise click.ClickException(f"there is no source {name!r}; `prellbock sources list` shows those there are")
        for each in store.raws(name_of_batches(source.provider, name), most):
            write_line({"time": rfc3339(each.time), "raw": each.raw})


@sources.command("apart")
@click.argument("door", required=False)
@click.option("--most", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--drop", type=int, multiple=True, metavar="NUMBER", help="Forgets these: they have been dealt with.")
@data_option
def apart(door: str | None, most: int, drop: tuple[int, ...], data: Path) -> None:
    """Shows what came in by doors (or DOOR alone, KIND:NAME) and cannot be used; kept for 30 days."""
    with opened(data) as store:
        if drop and not store.drop_apart(drop):
            raise click.ClickException("nothing with such a number is set apart; `prellbock sources apart` lists it")
        for each in store.apart(door, most) if not drop else ():
            content = None if each.content is None else each.content.decode("utf-8", "replace")
            write_line({"number": each.number, "door": each.door, "place": each.place, "why": each.why,
                        "time": rfc3339(each.recorded), "content": content})  # fmt: skip


def _shown(source: Source) -> dict[str, object]:
    return {
        "name": source.name,
        "provider": source.provider,
        "path": webhook_sources.path_of(source),
        "options": dict(source.options),
        "created": rfc3339(source.created),
        "by": source.creator,
        "awaits_confirmation_until": rfc3339(source.awaits),
        "seen": rfc3339(source.seen),
        "secrets": [{"created": rfc3339(each.created), "until": rfc3339(each.until)} for each in source.secrets],
    }
