"""The process of the doors. Run as ``-m`` with a data folder; its stdin holds a line, what it is told, and then stays
open for as long as the process shall live. Its stdout is a line of JSON whenever something has changed."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from prellbock.api.configuration.model import Log
from prellbock.api.logs import configure, log
from prellbock.doors.running import Running
from prellbock.doors.settings import AnyDoor
from prellbock.doors.storing import Storing
from prellbock.handing.store import handed
from prellbock.sources.return_paths import OwnerInFolder
from prellbock.store.sqlite import SqliteStore

TELL_SECONDS = 0.5
"""How often the server is told at most."""


class Told(msgspec.Struct):
    """What the process is told when it starts."""

    log: Log
    doors: dict[str, AnyDoor]


@contextmanager
def _writing(folder: Path) -> Iterator[SqliteStore]:
    """By the worker; where no socket can be had, beside it, by turns at SQLite's lock."""
    served = handed(folder)
    with served if served is not None else SqliteStore(folder) as store:
        yield store


def main(folder: str) -> None:
    """Works until stdin ends: the server wants it so, or is gone. What has been read by then is stored."""
    # Both go to the whole group or service; the server, which gets them too, closes stdin when it is time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    told = msgspec.json.decode(sys.stdin.buffer.readline(), type=Told)
    configure(told.log)
    with _writing(Path(folder)) as store:
        running = Running(told.doors, Storing(store, OwnerInFolder(Path(folder))), on_failure=_say)
        running.start()
        ended = threading.Event()
        watching = threading.Thread(target=_tell, args=(running, ended))
        watching.start()
        with closing(sys.stdin):
            sys.stdin.buffer.read()
        running.stop()
        running.join()
        ended.set()
        watching.join()


def _say(door: str, problem: str, error: BaseException | None) -> None:
    if error is None:
        log.warning("door", door=door, problem=problem)
    else:
        log.error("mistake", door=door, exc_info=error)


def _tell(running: Running, ended: threading.Event) -> None:
    before = b""
    while True:
        is_last = ended.wait(TELL_SECONDS)
        now = msgspec.json.encode(running.shown())
        if now != before:
            sys.stdout.buffer.write(now + b"\n")
            sys.stdout.buffer.flush()
            before = now
        if is_last:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
