"""``/v1/sources/doors``: the doors that the server opens itself, how they are, and what they have set apart."""

from typing import Any

import msgspec
from litestar import Request, delete, get
from litestar.params import FromPath, FromQuery

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.times import rfc3339

_MOST_APART = 100


class ShownDoor(msgspec.Struct, frozen=True):
    """A door; counts are since the server opened it."""

    name: str
    kind: str
    condition: str
    """``starting``, ``open``, ``failing`` or ``closed``."""
    since: str | None
    problem: str | None
    """Why it fails."""
    at: str | None
    """Where it listens."""
    seen: str | None
    """When something came in."""
    arrivals: int
    """Mails, messages or objects."""
    counts: dict[str, int]
    """As ``POST /v1/events`` gives them, and ``apart``."""


class ShownApart(msgspec.Struct, frozen=True):
    """Something that came in by a door and cannot be used."""

    number: int
    door: str
    place: str
    why: str
    time: str | None
    content: str | None
    """As it came; what is no UTF-8 is replaced. None where it was too long, and where addresses are kept hashed."""


@get("/v1/sources/doors", opt={NEEDS: "read"}, sync_to_thread=False)
def list_doors(installation: Here) -> list[ShownDoor]:
    """All doors that are configured."""
    return [
        ShownDoor(each.name, each.kind, each.condition, rfc3339(each.since), each.problem, each.at, rfc3339(each.last),
                  each.arrivals, dict(each.counts))
        for each in installation.doors
    ]  # fmt: skip


@get("/v1/sources/apart", opt={NEEDS: "admin"})
async def list_apart(installation: Here, door: FromQuery[str | None] = None) -> list[ShownApart]:
    """The newest things that were set apart, of one door (``KIND:NAME``) or of all; they are kept for 30 days."""
    found = await installation.answering(installation.lookups.apart, door, _MOST_APART)
    return [
        ShownApart(each.number, each.door, each.place, each.why, rfc3339(each.recorded),
                   None if each.content is None else each.content.decode("utf-8", "replace"))
        for each in found
    ]  # fmt: skip


@delete("/v1/sources/apart/{number:int}", opt={NEEDS: "admin"}, status_code=204)
async def drop_apart(
    request: Request[Principal, Any, Any], number: FromPath[int], access: Door, installation: Here
) -> None:
    """Forgets something that was set apart: it has been dealt with."""
    is_possible = 0 < number < 2**63
    if not is_possible or not await installation.answering(installation.store.drop_apart, [number]):
        raise ProblemError(404, "nothing with this number is set apart; GET /v1/sources/apart lists what is")
    await access.record(request.user, "apart.drop", str(number))
