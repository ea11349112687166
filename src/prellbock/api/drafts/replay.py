"""``/v1/replays``: what a draft would change of what is stored."""

import asyncio
import os
import re
import signal
import sys
from contextlib import suppress

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.drafting import drafts
from prellbock.drafting.replay import Replayed, replay

_TOLD = re.compile(rb"judged (\d+) of \d+")


class Counting:
    """The exact figures of a replay, being counted by a process of its own, so that look-ups keep their latency."""

    def __init__(self, installation: Installation, begun: Replayed) -> None:
        self._installation, self.begun = installation, begun
        self._task = asyncio.create_task(self._count())
        installation.lasting.add(self)

    def interrupt(self) -> None:
        """Ends it: the server stops, or nobody wants to know any more."""
        self._task.cancel()

    async def cancelled(self) -> Replayed:
        """Ends it, its processes too; what was told until then stays."""
        self.interrupt()
        with suppress(asyncio.CancelledError):
            await self._task
        replays = self._installation.replays
        last = replays.get(self.begun.id) or self.begun
        return replays.keep(msgspec.structs.replace(last, state="cancelled")) if last.state == "running" else last

    async def _count(self) -> None:
        installation, begun = self._installation, self.begun
        process: asyncio.subprocess.Process | None = None
        try:
            # A session of its own: it has processes itself, which end with it.
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "prellbock", "--data", str(installation.folder), "draft", "replay",
                begun.draft, "--exactly", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )  # fmt: skip
            octets, _ = await asyncio.gather(_all_of(process.stdout), self._follow(process.stderr))
            found = msgspec.json.decode(octets, type=Replayed)
            installation.replays.keep(msgspec.structs.replace(found, id=begun.id))
        except msgspec.MsgspecError:
            # The draft was published or discarded meanwhile, or the process was killed.
            installation.replays.keep(msgspec.structs.replace(begun, state="failed"))
        finally:
            if process is not None and process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
            installation.lasting.discard(self)

    async def _follow(self, told: asyncio.StreamReader | None) -> None:
        """Keeps how far it is."""
        assert told is not None
        async for line in told:
            if said := _TOLD.match(line):
                self._installation.replays.keep(msgspec.structs.replace(self.begun, judged=int(said[1])))


async def _all_of(stream: asyncio.StreamReader | None) -> bytes:
    assert stream is not None
    return await stream.read()


@post("/v1/drafts/{identity:str}/replay", opt={NEEDS: "read"}, status_code=200)
async def replay_draft(installation: Here, identity: FromPath[str]) -> Replayed:
    """What a draft would change on the stored history: verdicts at once, statuses exactly or by a sample.

    While ``state`` is ``running`` the exact figures are being counted: ask ``GET /v1/replays/{id}``, which says with
    ``judged`` how far it is, or end it with ``DELETE``.
    """
    store = installation.lists
    begun = installation.replays.keep(
        await installation.answering(lambda: replay(store, drafts.draft_of(store, identity), installation.clock()))
    )
    if begun.state == "running":
        Counting(installation, begun)
    return begun


@get("/v1/replays/{identity:str}", opt={NEEDS: "read"})
async def read_replay(installation: Here, identity: FromPath[str]) -> Replayed:
    """A replay that was begun; the latest hundred are kept until the server stops."""
    return _known(installation, identity)


@delete("/v1/replays/{identity:str}", opt={NEEDS: "read"}, status_code=200)
async def cancel_replay(installation: Here, identity: FromPath[str]) -> Replayed:
    """Ends the exact count of a replay; what a sample told stays. One that has ended already is as it was."""
    for each in [*installation.lasting]:
        if isinstance(each, Counting) and each.begun.id == identity:
            return await each.cancelled()
    return _known(installation, identity)


def _known(installation: Installation, identity: str) -> Replayed:
    found = installation.replays.get(identity)
    if found is None:
        raise ProblemError(404, "there is no such replay (any more): POST /v1/drafts/{id}/replay begins one")
    return found
