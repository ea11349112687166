"""``prellbock ingest --follow``: logs into the store as they are written, until the command is stopped."""

import signal
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from types import FrameType

import click
import msgspec

from prellbock.cli.shell import Problems, write_line, writing
from prellbock.follow import Follower
from prellbock.ingest import COUNTS
from prellbock.ingest import ingest as bring_in
from prellbock.sources.logs.joins import Joins
from prellbock.sources.logs.order import LOGS, recognised
from prellbock.sources.packed import unpacked
from prellbock.sources.registry import MAPPED, SNIFF_OCTETS, LogOptions

POLL_SECONDS = 0.25
MAINTAIN_SECONDS = 3600.0


def follow_logs(
    paths: tuple[str, ...], format_: str, options: LogOptions, data: Path, addresses: str | None, problems: Problems
) -> int:
    """Follows each of the files until SIGTERM or SIGINT; then prints the counts."""
    stopped = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    totals: Counter[str] = Counter()
    try:
        with writing(data, create=True, addresses=addresses) as store, ExitStack() as opened:
            followers = []
            for path in paths:
                own = msgspec.structs.replace(options, joins=Joins())
                followers.append(Follower(store, Path(path), _format(path, format_, options), own))
                opened.callback(followers[-1].close)
            maintained = time.monotonic()
            while not stopped.is_set():
                idle = True
                for follower in followers:
                    for ready in follower.batches(store.identity, time.time):
                        totals.update(
                            bring_in(
                                [ready],
                                store=store,
                                now=time.time(),
                                on_bad=lambda bad: problems.add(bad.place, bad.what),
                                maintain=False,
                            )
                        )
                        idle = False
                        if stopped.is_set():
                            break
                    for what in follower.lost():
                        problems.add("follow", what)
                if time.monotonic() - maintained > MAINTAIN_SECONDS:
                    store.maintain(time.time())
                    maintained = time.monotonic()
                if idle:
                    stopped.wait(POLL_SECONDS)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    write_line({name: totals.pop(name, 0) for name in COUNTS} | dict(sorted(totals.items())))
    sys.stdout.flush()
    return problems.exit_code


def _format(path: str, format_: str, options: LogOptions) -> str:
    if options.table is not None:
        return MAPPED
    if format_ in LOGS or format_ == "ndjson":
        return format_
    if format_ == "auto" and Path(path).is_file():
        with Path(path).open("rb") as file:
            head = unpacked(file).read(SNIFF_OCTETS)
        if found := recognised(head):
            return found
        if head.startswith(b"{"):
            return "ndjson"
    raise click.UsageError(
        f"{path}: what kind of log this is cannot be told (yet): name it with --format, one of "
        f"{', '.join((*LOGS, 'ndjson'))}"
    )
