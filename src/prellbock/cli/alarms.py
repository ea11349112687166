"""``prellbock alarms`` and ``prellbock stops``: what is wrong, and which campaigns should stop."""

import sys
import time
from pathlib import Path

import click
import msgspec

from prellbock.cli.actions import by_option, reason_option
from prellbock.cli.shell import data_option, opened, write_line
from prellbock.troubles import alarm_record, stop_record


@click.group()
def alarms() -> None:
    """Lists alarms; looks for what is wrong now, and tells those who are to know."""


@alarms.command("list")
@click.option("--standing", is_flag=True, help="Only those that are not over.")
@data_option
def list_alarms(standing: bool, data: Path) -> int:
    """Print alarms, the newest first, one JSON object a line."""
    with opened(data) as store:
        for each in store.alarms(standing=standing):
            write_line(msgspec.to_builtins(alarm_record(each)))
    sys.stdout.flush()
    return 0


@alarms.command()
@data_option
def check(data: Path) -> int:
    """Look for what is wrong now, and send what is due to the webhook and by mail, as guard.toml says.

    Prints the alarms that begin or are over. A running server does the same by itself.
    """
    from prellbock.alarming.looking import deliver, look
    from prellbock.alarming.settings import AlarmSettingsError, read

    now = time.time()
    try:
        settings, channels = read(data)
    except AlarmSettingsError as error:
        raise click.ClickException(str(error)) from error
    with opened(data) as store:
        store.settle(now)
        changed = look(store, settings, channels, now, outbox=store)
        done, failed = deliver(store, channels, time.time())
    for each in (*changed.raised, *changed.over):
        write_line(msgspec.to_builtins(alarm_record(each)))
    sys.stdout.flush()
    if done or failed:
        click.echo(f"prellbock: {done} notices sent, {failed} not (they are tried again)", err=True)
    return 1 if failed else 0


@click.group()
def stops() -> None:
    """Lists campaigns that should stop; lets them go on."""


@stops.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that were lifted, too.")
@data_option
def list_stops(everything: bool, data: Path) -> int:
    """Print stops, the newest first, one JSON object a line."""
    with opened(data) as store:
        for each in store.stops(standing=not everything):
            write_line(msgspec.to_builtins(stop_record(each)))
    sys.stdout.flush()
    return 0


@stops.command()
@click.argument("number", type=click.IntRange(0, 2**63 - 1))
@reason_option
@by_option
@data_option
def lift(number: int, reason: str, actor: str, data: Path) -> int:
    """Let a campaign go on; it does not stop again for the same reason."""
    with opened(data) as store:
        found = store.lift(number, actor=actor, reason=reason, now=time.time())
    if found is None:
        raise click.ClickException(f"there is no stop {number}; `prellbock stops list --all` names them")
    write_line(msgspec.to_builtins(stop_record(found)))
    sys.stdout.flush()
    return 0
