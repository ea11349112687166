"""``/v1/replays``: what a draft would change of what is stored."""

import asyncio
import sys

import msgspec
from litestar import get, post
from litestar.params import FromPath

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.drafting import drafts
from prellbock.drafting.replay import Replayed, replay


class Counting:
    """The exact figures of a replay, being counted by a process of its own, so that look-ups keep their latency."""

    def __init__(self, installation: Installation, begun: Replayed) -> None:
        self._installation, self._begun = installation, begun
        self._task = asyncio.create_task(self._count())

    def interrupt(self) -> None:
        """Ends it: the server stops."""
        self._task.cancel()

    async def _count(self) -> None:
        installation, begun = self._installation, self._begun
        installation.lasting.add(self)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "prellbock", "--data", str(installation.folder), "draft", "replay",
            begun.draft, "--exactly", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            octets, _ = await process.communicate()
            found = msgspec.json.decode(octets, type=Replayed)
            installation.replays.keep(msgspec.structs.replace(found, id=begun.id))
        except msgspec.MsgspecError:
            # The draft was published or discarded meanwhile, or the process was killed.
            installation.replays.keep(msgspec.structs.replace(begun, state="failed"))
        finally:
            if process.returncode is None:
                process.kill()
            installation.lasting.discard(self)


@post("/v1/drafts/{identity:str}/replay", opt={NEEDS: "read"}, status_code=200)
async def replay_draft(installation: Here, identity: FromPath[str]) -> Replayed:
    """What a draft would change on the stored history: verdicts at once, statuses exactly or by a sample.

    While ``state`` is ``running`` the exact figures are being counted: ask ``GET /v1/replays/{id}``.
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
    found = installation.replays.get(identity)
    if found is None:
        raise ProblemError(404, "there is no such replay (any more): POST /v1/drafts/{id}/replay begins one")
    return found
