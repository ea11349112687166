"""``prellbock destinations``: where decisions go, what became of each message, and sending again."""

import asyncio
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec
import orjson

from prellbock.cli.settings import SettingUp, named_values, secret_of
from prellbock.cli.shell import data_option, opened, write_line, write_lines
from prellbock.publishing import destinations as setting_up
from prellbock.publishing.kinds import KINDS
from prellbock.publishing.messages import message_of, test_message
from prellbock.publishing.publisher import headers_now, source_of, try_destination
from prellbock.publishing.shown import delivery_record, destination_record
from prellbock.store.destinations import Publishes, Wanted

_ACTOR = "command line"
_settings_option = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting; `destinations kinds` lists them."
)
_secret_option = click.option(
    "--secret-file",
    type=click.File("r"),
    help="Holds the secret (- is stdin); without it one is made, where it can be.",
)

_keep_option = click.option(
    "--keep-days", type=float, help="Send no decision that is older than so many days; 0: all, however old."
)


@click.group(cls=SettingUp)
def destinations() -> None:
    """Where decisions go: signed webhooks and queues. The server sends; this command sets up."""


@destinations.command("kinds")
def kinds() -> None:
    """Lists what can be set up, and what each kind needs."""
    for kind in KINDS.values():
        properties = msgspec.json.schema(kind.settings)["$defs"][kind.settings.__name__]["properties"]
        settings = {name: each.get("default") for name, each in properties.items()}
        write_line({"kind": kind.name, "title": kind.title, "settings": settings, "secret": kind.secret})


@destinations.command("list")
@data_option
def list_(data: Path) -> None:
    """Lists the destinations: how far each has come, and what is wrong with it."""
    with opened(data) as store:
        newest = store.cursor()
        write_lines(destination_record(each, newest) for each in store.destinations())


@destinations.command("add")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("name")
@_settings_option
@_secret_option
@click.option("--status", "statuses", multiple=True, help="Only decisions for this status; may be repeated.")
@click.option("--category", "categories", multiple=True, help="Only decisions because of this category.")
@click.option("--stream", "streams", multiple=True, help="Only decisions because of mails of this stream.")
@click.option("--provider", "providers", multiple=True, help="Only decisions because of what this provider said.")
@click.option("--from-the-beginning", is_flag=True, help="Send everything that was ever decided first.")
@_keep_option
@data_option
def add(
    kind: str,
    name: str,
    settings: tuple[str, ...],
    secret_file: Iterable[str] | None,
    statuses: tuple[str, ...],
    categories: tuple[str, ...],
    streams: tuple[str, ...],
    providers: tuple[str, ...],
    from_the_beginning: bool,
    keep_days: float | None,
    data: Path,
) -> None:
    """Sends decisions to NAME; prints it, and its secret where one was made."""
    wanted = Wanted(statuses=statuses, categories=categories, streams=streams, providers=providers)
    with opened(data, create=True) as store:
        destination, made = setting_up.add(
            store, kind, name, named_values(settings, "--set"), wanted=wanted, secret=secret_of(secret_file),
            from_the_beginning=from_the_beginning, keep_days=keep_days, now=time.time(), actor=_ACTOR,
        )  # fmt: skip
        write_line(destination_record(destination, store.cursor(), made))


@destinations.command("set")
@click.argument("name")
@_settings_option
@click.option(
    "--secret-file", type=click.File("r"), help="Holds a new secret (- is stdin), in place of the one before."
)
@_keep_option
@data_option
def set_(
    name: str, settings: tuple[str, ...], secret_file: Iterable[str] | None, keep_days: float | None, data: Path
) -> None:
    """Changes settings; those that are not named stay."""
    with opened(data) as store:
        changed = {**setting_up.known_destination(store, name).settings, **named_values(settings, "--set")}
        _changed(store, name, settings=changed, keep_days=keep_days, secret=secret_of(secret_file))


@destinations.command("pause")
@click.argument("name")
@click.option("--reason", required=True, help="Why; it is shown with the destination.")
@data_option
def pause(name: str, reason: str, data: Path) -> None:
    """Sends nothing there until it is resumed; what is decided meanwhile goes out then."""
    with opened(data) as store:
        _changed(store, name, state="paused", reason=reason)


@destinations.command("resume")
@click.argument("name")
@data_option
def resume(name: str, data: Path) -> None:
    """Sends there again: after a pause, or after it was disabled."""
    with opened(data) as store:
        _changed(store, name, state="active")


@destinations.command("secret")
@click.argument("name")
@_secret_option
@click.option("--hold", type=float, default=24.0, show_default=True, help="Hours that the secret before signs as well.")
@data_option
def secret(name: str, secret_file: Iterable[str] | None, hold: float, data: Path) -> None:
    """Gives a destination a new secret; the one before signs as well for a while, so receivers can change over."""
    with opened(data) as store:
        made = setting_up.renew(store, name, secret_of(secret_file), now=time.time(), held=hold * 3600.0)
        write_line(destination_record(setting_up.known_destination(store, name), store.cursor(), made))


@destinations.command("remove")
@click.argument("name")
@data_option
def remove(name: str, data: Path) -> None:
    """Takes a destination away, with its secrets and what is known of its messages."""
    with opened(data) as store:
        setting_up.remove(store, name)


@destinations.command("test")
@click.argument("name")
@data_option
def test(name: str, data: Path) -> None:
    """Sends a test message at once and says what the receiver answered; ends with 1 where it did not take it."""
    with opened(data) as store:
        destination = setting_up.known_destination(store, name)
        message = test_message(f"test_{secrets.token_hex(8)}", source_of(store), time.time())
        answer = asyncio.run(try_destination(store, destination, message))
    write_line({"taken": answer.is_taken, "code": answer.code, "answer": answer.text, "seconds": answer.seconds})
    if not answer.is_taken:
        raise SystemExit(1)


@destinations.command("deliveries")
@click.argument("name")
@click.option("--state", type=click.Choice(["waiting", "taken", "dead"]), help="Only these.")
@click.option("--most", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--body", is_flag=True, help="With the headers and the body that are sent.")
@data_option
def deliveries(name: str, state: Any, most: int, body: bool, data: Path) -> None:
    """Lists messages that wait or were given up, and for seven days those taken; the newest decision first."""
    with opened(data) as store:
        destination = setting_up.known_destination(store, name)
        rows = store.deliveries(name, state=state, most=most)
        found = {each.seq: each for each in store.outgoing_of([row.seq for row in rows])} if body else {}
        for row in rows:
            record = msgspec.structs.asdict(delivery_record(row))
            if body and row.seq in found:
                message = message_of(found[row.seq], source_of(store))
                headers = headers_now(store, destination, message, time.time())
                record |= {"id": message.id, "headers": headers, "body": orjson.Fragment(message.body)}
            write_line(record)


@destinations.command("replay")
@click.argument("name")
@click.option("--seq", "seqs", type=int, multiple=True, help="A decision that is sent again; may be repeated.")
@click.option("--since", type=click.IntRange(0), help="Send everything again that was decided after this number.")
@data_option
def replay(name: str, seqs: tuple[int, ...], since: int | None, data: Path) -> None:
    """Sends again what was given up, or what is named; a message keeps its id."""
    if seqs and since is not None:
        raise click.UsageError("name --seq or --since, not both")
    with opened(data) as store:
        count = setting_up.replay(store, name, seqs=seqs or None, since=since, now=time.time())
    write_line({"messages": count})


def _changed(store: Publishes, name: str, **changes: Any) -> None:
    destination = setting_up.change(store, name, now=time.time(), **changes)
    write_line(destination_record(destination, store.cursor()))
