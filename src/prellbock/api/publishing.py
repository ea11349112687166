"""The server's side of the publisher: starts the process that sends decisions out, and starts it again if it dies."""

import asyncio
import socket
import sys
from pathlib import Path

from prellbock.api.logs import log

_AGAIN_SECONDS = 1.0
"""A publisher that has died is started again after so long."""


async def keep_publishing(folder: Path) -> None:
    """Keeps a publisher running until it is cancelled; then lets it write down how far it has come."""
    while True:
        here, there = socket.socketpair()
        command = [sys.executable, "-P", "-m", "prellbock.publishing.child", str(folder), str(there.fileno())]
        with here:
            with there:
                process = await asyncio.create_subprocess_exec(*command, pass_fds=(there.fileno(),))
            try:
                code = await process.wait()
            except asyncio.CancelledError:
                here.close()
                await process.wait()
                raise
        log.error("the publisher has died and is started again", code=code)
        await asyncio.sleep(_AGAIN_SECONDS)
