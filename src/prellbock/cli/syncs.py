"""``prellbock syncs``: the suppression lists of providers, kept alike with ours."""

import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import click
import msgspec

from prellbock.cli.numbers import Within
from prellbock.cli.settings import SettingUp, secret_of
from prellbock.cli.shell import data_option, opened, write_line, write_lines, writing
from prellbock.sinks.reaching import UrlError
from prellbock.sources.record import RecordError
from prellbock.store.syncs import Sync, SyncOptions, Syncs, Wanted
from prellbock.syncing import NAMES
from prellbock.syncing import syncs as setting_up
from prellbock.syncing.calling import SyncError

_ACTOR = "command line"
_secret_option = click.option(
    "--key-file", "secret_file", type=click.File("r"), help="Holds the key of the account (- is stdin)."
)
_base_option = click.option("--base-url", metavar="URL", help="Where the API is, for other regions and listmonk.")
_private_option = click.option(
    "--allow-private/--public", "private", default=None, help="Take http:// and private networks."
)
_direction_option = click.option(
    "--direction", type=click.Choice(get_args(Wanted)), help="Both ways, only in, or only out.  [default: both]"
)
_scope_option = click.option(
    "--scope", help="The stream or group whose complaints and unsubscribes belong there.  [default: marketing]"
)
_paused_option = click.option("--with-paused/--without-paused", default=None, help="Write who is paused there, too.")
_pace_option = click.option(
    "--per-second", type=Within(0.01, 10_000), help="Requests at most.  [default: what the provider allows]"
)
_schedule_option = click.option(
    "--schedule", help="When `serve` runs it: hourly, 'daily 03:00 Europe/Berlin', or the five fields of cron."
)


@click.group(cls=SettingUp)
def syncs() -> None:
    """Suppression lists of providers, kept alike with ours in both directions.

    Amazon SES, SendGrid, Mailgun, Postmark, Brevo and listmonk; see docs/how-to/sync-suppressions.md.
    """


@syncs.command("add")
@click.argument("name")
@click.option("--provider", type=click.Choice(NAMES), required=True, help="Whose list.")
@click.option("--of", "part", default="", help="The message stream (Postmark), domain (Mailgun) or region (SES).")
@_secret_option
@_base_option
@_private_option
@_direction_option
@_scope_option
@_paused_option
@_pace_option
@_schedule_option
@data_option
def add(
    name: str,
    provider: str,
    part: str,
    secret_file: Iterable[str] | None,
    base_url: str | None,
    private: bool | None,
    schedule: str | None,
    data: Path,
    **options: Any,
) -> None:
    """Sets up a sync; without --schedule it runs when it is asked to."""
    from prellbock.syncing.shown import sync_record

    with opened(data, create=True) as store:
        sync = setting_up.add(
            store, name, provider, secret_of(secret_file) or "", part=part, base_url=base_url or "",
            private=bool(private), options=_options(SyncOptions(), options), schedule=schedule, now=time.time(),
            actor=_ACTOR,
        )  # fmt: skip
        write_line(sync_record(sync, time.time()))


@syncs.command("list")
@data_option
def list_(data: Path) -> None:
    """Lists the syncs: when each runs next, and what became of its last run."""
    from prellbock.syncing.shown import sync_record

    with opened(data) as store:
        write_lines(sync_record(each, time.time()) for each in store.syncs())


@syncs.command("show")
@click.argument("name")
@data_option
def show(name: str, data: Path) -> None:
    """Shows one sync."""
    from prellbock.syncing.shown import sync_record

    with opened(data) as store:
        write_line(sync_record(setting_up.known_sync(store, name), time.time()))


@syncs.command("set")
@click.argument("name")
@_secret_option
@_base_option
@_private_option
@_direction_option
@_scope_option
@_paused_option
@_pace_option
@_schedule_option
@click.option("--by-hand", is_flag=True, help="Without a schedule.")
@data_option
def set_(
    name: str,
    secret_file: Iterable[str] | None,
    base_url: str | None,
    private: bool | None,
    schedule: str | None,
    by_hand: bool,
    data: Path,
    **options: Any,
) -> None:
    """Changes a sync; what is not named stays."""
    with opened(data) as store:
        before = setting_up.known_sync(store, name)
        _changed(
            store, name, secret=secret_of(secret_file), base_url=base_url, private=private,
            options=_options(before.options, options), schedule=schedule, by_hand=by_hand,
        )  # fmt: skip


@syncs.command("pause")
@click.argument("name")
@data_option
def pause(name: str, data: Path) -> None:
    """Leaves its schedule aside until it is resumed."""
    with opened(data) as store:
        _changed(store, name, paused=True)


@syncs.command("resume")
@click.argument("name")
@data_option
def resume(name: str, data: Path) -> None:
    """Follows its schedule again; what was missed is made up for, once."""
    with opened(data) as store:
        _changed(store, name, paused=False)


@syncs.command("remove")
@click.argument("name")
@data_option
def remove(name: str, data: Path) -> None:
    """Takes a sync away with its key; both lists stay as they are."""
    with opened(data) as store:
        setting_up.remove(store, name)


@syncs.command("run")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done, one line an address.")
@data_option
def run(name: str, dry_run: bool, data: Path) -> int:
    """Makes both lists alike now, and tells what was done.

    --dry-run reads both and changes nothing; its last line counts. A run that is broken off goes on where it was.
    """
    from prellbock.scheduled import BusyError
    from prellbock.store.errors import StoreError
    from prellbock.syncing.running import run as make_alike
    from prellbock.syncing.shown import sync_run_record

    with opened(data) as keeping, writing(data) as store:
        sync = setting_up.known_sync(keeping, name)
        if dry_run:
            return _told(store, sync)
        try:
            done = make_alike(store, keeping, data, name, time.time)
        except (BusyError, StoreError) as error:
            raise click.ClickException(str(error)) from error
    write_line(sync_run_record(done))
    if done.why is not None:
        click.echo(f"prellbock: {name}: {done.why}", err=True)
    return int(done.why is not None)


def _told(store: Any, sync: Sync) -> int:
    from prellbock.syncing.running import dry_run
    from prellbock.syncing.shown import move_record

    counts: Counter[str] = Counter()
    try:
        for each in dry_run(store, sync, time.time):
            record = move_record(each)
            write_line(record)
            counts[f"{record.direction}_{record.action}"] += record.possible
            counts["conflicts"] += record.conflict
            counts["impossible"] += not record.possible
    except (SyncError, UrlError, RecordError) as error:
        raise click.ClickException(f"{sync.name}: {error}") from error
    names = ("in_add", "out_add", "out_remove", "conflicts", "impossible")
    write_line({"dry_run": True, **{each: counts[each] for each in names}})
    sys.stdout.flush()
    return 0


@syncs.command("runs")
@click.argument("name")
@data_option
def runs(name: str, data: Path) -> None:
    """Lists what became of its runs, the newest first."""
    from prellbock.syncing.shown import sync_run_record

    with opened(data) as store:
        setting_up.known_sync(store, name)
        write_lines(sync_run_record(each) for each in store.sync_runs(name))


def _changed(store: Syncs, name: str, **changes: Any) -> None:
    from prellbock.syncing.shown import sync_record

    sync = setting_up.change(store, name, now=time.time(), **changes)
    write_line(sync_record(sync, time.time()))


def _options(before: SyncOptions, said: dict[str, Any]) -> SyncOptions:
    named = {
        "direction": said["direction"], "scope": said["scope"], "paused": said["with_paused"],
        "per_second": said["per_second"],
    }  # fmt: skip
    return msgspec.structs.replace(before, **{name: value for name, value in named.items() if value is not None})
