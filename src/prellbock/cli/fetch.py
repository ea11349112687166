"""``prellbock fetch``: what lies in the configured mailboxes, queues and buckets, into the store, once."""

import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

import click

from prellbock.cli.config import config_option
from prellbock.cli.shell import Problems, data_option, write_line, writing


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@config_option
@data_option
def fetch(names: tuple[str, ...], config: str | None, data: Path) -> int:
    """Read the doors of the configuration (mailboxes, queues, buckets) until there is nothing more, and end.

    Without NAME all of them. What is stored is deleted, moved or acknowledged there as it is configured. The server
    does the same by itself, all the time. The last line on stdout gives the counts.
    """
    from prellbock.api.configuration.read import ConfigurationError, of_process
    from prellbock.doors.order import ENDLESS
    from prellbock.doors.running import Running
    from prellbock.doors.settings import kind_of
    from prellbock.doors.storing import Storing
    from prellbock.ingest import COUNTS
    from prellbock.sources.return_paths import OwnerInFolder, ReturnPathsError

    try:
        configured = of_process(data, config).configuration.doors
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    for name in names:
        if name not in configured:
            known = ", ".join(configured) or "none is"
            raise click.UsageError(f"no door {name!r} is configured ({known}); `prellbock config example` shows how")
        if kind_of(configured[name]) in ENDLESS:
            raise click.UsageError(f"{name} waits for others to deliver: `prellbock serve` keeps it open")
    chosen = {
        name: door for name, door in configured.items() if name in names or (not names and kind_of(door) not in ENDLESS)
    }
    if not chosen:
        raise click.UsageError("no door is configured that could be read; `prellbock config example` shows how")
    problems = Problems()
    totals: Counter[str] = Counter()
    with writing(data, create=True) as store:
        try:
            owner = OwnerInFolder(data)
            owner(time.time())
        except ReturnPathsError as error:
            raise click.UsageError(str(error)) from error
        running = Running(
            chosen, Storing(store, owner), once=True, on_failure=lambda door, what, _: problems.add(door, what)
        )

        def stop(number: int, frame: FrameType | None) -> None:
            running.stop()

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            running.start()
            running.join()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        for shown in running.shown():
            totals.update(shown.counts)
            if apart := shown.counts.get("apart"):
                problems.add(shown.name, f"{apart} could not be used and are set apart: `prellbock sources apart`")
        store.maintain(time.time())
    write_line({name: totals.pop(name, 0) for name in COUNTS} | dict(sorted(totals.items())))
    sys.stdout.flush()
    return problems.exit_code
