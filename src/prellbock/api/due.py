"""The server's side of what runs on a schedule: a process for each export and sync that is due, which writes down what
became of it."""

import asyncio
import sys
from collections.abc import Callable, Sequence

from prellbock.api.installation import Installation
from prellbock.api.logs import log
from prellbock.store.errors import StoreError

LOOK_SECONDS = 2.0
"""How often is looked for what is due."""
AT_ONCE = 4
"""Of one sort that run at the same time: a place that hangs holds the others up no longer than that."""


async def keep_exporting(installation: Installation, look_seconds: float = LOOK_SECONDS) -> None:
    """Writes the files that are due until it is cancelled. What is broken off then is made again later."""

    def command(name: str) -> list[str]:
        return ["prellbock.exporting.child", str(installation.folder), name]

    await _keep("export", lambda now: installation.exports.due_exports(now), command, (0,), installation, look_seconds)


async def keep_syncing(installation: Installation, look_seconds: float = LOOK_SECONDS) -> None:
    """Makes the lists alike that are due, in the same way. A run that failed has said so, and ends with 1."""

    def command(name: str) -> list[str]:
        return ["prellbock", "--data", str(installation.folder), "syncs", "run", name]

    await _keep("sync", lambda now: installation.syncs.due_syncs(now), command, (0, 1), installation, look_seconds)


async def _keep(
    what: str, due_now: Callable[[float], list[str]], command: Callable[[str], list[str]], usual: Sequence[int],
    installation: Installation, look_seconds: float,
) -> None:  # fmt: skip
    running: dict[str, asyncio.Task[None]] = {}
    try:
        while True:
            running = {name: task for name, task in running.items() if not task.done()}
            try:
                due = await installation.answering(due_now, installation.clock())
            except StoreError as error:
                log.warning("what is due could not be looked for", what=what, error=str(error))
                due = []
            for name in due:
                if name not in running and len(running) < AT_ONCE:
                    running[name] = asyncio.create_task(_run(what, name, command(name), usual))
            await asyncio.sleep(look_seconds)
    finally:
        for task in running.values():
            task.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)


async def _run(what: str, name: str, words: list[str], usual: Sequence[int]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if code not in usual:
        log.error("a process has died", what=what, name=name, code=code)
