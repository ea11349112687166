"""``/v1/replays``: what a draft would change of what is stored."""

from litestar import get, post
from litestar.params import FromPath

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.drafting import drafts
from prellbock.drafting.replay import Replayed, replay


@post("/v1/drafts/{identity:str}/replay", opt={NEEDS: "read"}, status_code=200)
async def replay_draft(installation: Here, identity: FromPath[str]) -> Replayed:
    """What a draft would change on the stored history: verdicts at once, statuses exactly or by a sample.

    While ``state`` is ``running`` the exact figures are being counted: ask ``GET /v1/replays/{id}``.
    """
    store = installation.lists
    return await installation.answering(
        lambda: installation.replays.keep(replay(store, drafts.draft_of(store, identity), installation.clock()))
    )


@get("/v1/replays/{identity:str}", opt={NEEDS: "read"})
async def read_replay(installation: Here, identity: FromPath[str]) -> Replayed:
    """A replay that was begun. It is kept for an hour."""
    found = installation.replays.get(identity)
    if found is None:
        raise ProblemError(404, "there is no such replay (any more): POST /v1/drafts/{id}/replay begins one")
    return found
