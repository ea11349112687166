"""The server's side of the process of the doors: starts it, starts it again if it dies, and knows how the doors are."""

import asyncio
import sys
from contextlib import suppress

import msgspec

from prellbock.api.configuration.model import Configuration
from prellbock.api.doors.child import Told
from prellbock.api.installation import Installation
from prellbock.api.logs import log
from prellbock.doors.settings import kind_of
from prellbock.doors.state import Shown

_PAUSES = (1.0, 5.0, 30.0)
_LINE_OCTETS = 1 << 20


async def keep_open(installation: Installation, configuration: Configuration) -> None:
    """Keeps all doors open until it is cancelled; then lets what has been read be stored."""
    if not configuration.doors:
        return
    now = installation.clock()
    installation.doors = [
        Shown(name, kind_of(door), "starting", now, None, None, 0, {}) for name, door in configuration.doors.items()
    ]
    told = msgspec.json.encode(Told(configuration.log, configuration.doors)) + b"\n"
    failures = 0
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "prellbock.api.doors.child", str(installation.folder),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LINE_OCTETS,
        )  # fmt: skip
        try:
            if await _listen(installation, process, told):
                failures = 0
        except asyncio.CancelledError:
            await _end(process, installation.settings.stop_seconds)
            raise
        await process.wait()
        problem = "the process of the doors has died (out of memory?); it is started again"
        log.error("doors", problem=problem)
        installation.doors = [
            msgspec.structs.replace(each, condition="failing", since=installation.clock(), problem=problem)
            for each in installation.doors
        ]
        await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
        failures += 1


async def _listen(installation: Installation, process: asyncio.subprocess.Process, told: bytes) -> bool:
    """Follows what the process says until it ends; whether it said anything."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        process.stdin.write(told)
        await process.stdin.drain()
    said = False
    while line := await process.stdout.readline():
        installation.doors = msgspec.json.decode(line, type=list[Shown])
        said = True
    return said


async def _end(process: asyncio.subprocess.Process, seconds: float) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        # What it was reading has not been acknowledged, so it comes again.
        process.kill()
        await process.wait()
