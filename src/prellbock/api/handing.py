"""The server's door for commands on the same machine: a Unix socket in the data folder, passed on to the worker."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from prellbock.api.logs import log
from prellbock.api.worker.parent import Worker
from prellbock.handing.place import SOCKET, is_of_owner, listen


class Handing:
    """Accepts commands from `start` to `stop`, both on the event loop; the file is there as long as it is open."""

    def __init__(self, folder: Path, worker: Worker) -> None:
        self._path, self._worker = folder / SOCKET, worker
        self._listening = listen(folder)
        self._accepting: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._listening is not None:
            self._path.unlink(missing_ok=True)
            self._listening.close()

    def start(self) -> None:
        """Begins to accept."""
        if self._listening is None:
            log.info("no socket for commands here: they take turns at the lock of the store")
        else:
            self._accepting = asyncio.get_running_loop().create_task(self._accept())

    def stop(self) -> None:
        """Accepts no more; commands that are connected end the call they are in."""
        if self._accepting is not None:
            self._accepting.cancel()

    async def _accept(self) -> None:
        assert self._listening is not None
        loop = asyncio.get_running_loop()
        while True:
            there, _ = await loop.sock_accept(self._listening)
            if not is_of_owner(there):
                there.close()
                continue
            there.setblocking(True)
            await loop.run_in_executor(None, self._worker.hand, there)
