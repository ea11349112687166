"""The publisher's process, run as ``-m`` with a folder and a handle: it ends with the process that started it.

Sending stands in a process of its own, so that look-ups and ingest keep their time whatever receivers do.
"""

import asyncio
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from prellbock.collecting import BATCHES, settled
from prellbock.publishing.publisher import Publisher
from prellbock.store.errors import StoreError
from prellbock.store.sqlite import SqliteStore


def _tell(what: str, destination: str, why: str) -> None:
    print(f"publisher: {what}: {destination}: {why}", file=sys.stderr, flush=True)


async def _publish(folder: Path, control: socket.socket) -> None:
    # Messages that wait are many and make no cycles: looking through them took more than half of the time.
    settled(BATCHES)
    with SqliteStore(folder) as store:
        publishing = asyncio.create_task(Publisher(store, _tell).run())
        closed = asyncio.create_task(_closed(control))
        done, _ = await asyncio.wait({publishing, closed}, return_when=asyncio.FIRST_COMPLETED)
        closed.cancel()
        publishing.cancel()
        with suppress(asyncio.CancelledError):
            await publishing
        del done


async def _closed(control: socket.socket) -> None:
    """Waits until the other end of the control socket has gone."""
    control.setblocking(False)
    while await asyncio.get_running_loop().sock_recv(control, 1):
        pass


def main() -> None:
    """Publishes until the control socket closes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    folder, handle = sys.argv[1:]
    with socket.socket(fileno=int(handle)) as control:
        try:
            asyncio.run(_publish(Path(folder), control))
        except StoreError as error:
            print(f"publisher: {error}", file=sys.stderr, flush=True)
            sys.exit(1)


if __name__ == "__main__":
    main()
