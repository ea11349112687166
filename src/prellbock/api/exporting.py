"""The server's side of exports: starts a process for each one that is due, and lets it write down what became of it."""

import asyncio
import sys
from pathlib import Path

from prellbock.api.installation import Installation
from prellbock.api.logs import log
from prellbock.store.errors import StoreError

LOOK_SECONDS = 2.0
"""How often is looked for what is due."""
AT_ONCE = 4
"""Exports that run at the same time: a place that hangs holds the others up no longer than that."""


async def keep_exporting(installation: Installation, look_seconds: float = LOOK_SECONDS) -> None:
    """Runs what is due until it is cancelled. A run that is broken off then is made again after the next start."""
    running: dict[str, asyncio.Task[None]] = {}
    try:
        while True:
            running = {name: task for name, task in running.items() if not task.done()}
            try:
                due = await installation.answering(installation.exports.due_exports, installation.clock())
            except StoreError as error:
                log.warning("exports could not be looked for", error=str(error))
                due = []
            for name in due:
                if name not in running and len(running) < AT_ONCE:
                    running[name] = asyncio.create_task(_run(installation.folder, name))
            await asyncio.sleep(look_seconds)
    finally:
        for task in running.values():
            task.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)


async def _run(folder: Path, name: str) -> None:
    command = [sys.executable, "-P", "-m", "prellbock.exporting.child", str(folder), name]
    process = await asyncio.create_subprocess_exec(*command)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if code:
        log.error("the process of an export has died", export=name, code=code)
