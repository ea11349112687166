"""``/v1/alarms`` and ``/v1/stops``: what is wrong now, and which campaigns should stop."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.troubles import AlarmRecord, StopRecord, alarm_record, stop_record

Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="At most so many.")]
Standing = Annotated[bool, QueryParameter(description="Only those that stand.")]


class AlarmsFound(msgspec.Struct, frozen=True):
    """Alarms, the newest first."""

    items: list[AlarmRecord]


class StopsFound(msgspec.Struct, frozen=True):
    """Stops, the newest first."""

    items: list[StopRecord]


class Lifting(msgspec.Struct, forbid_unknown_fields=True):
    """Why a campaign may go on."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


@get("/v1/alarms", opt={NEEDS: "read"})
async def alarms(installation: Here, standing: Standing = False, limit: Limit = 100) -> AlarmsFound:
    """What is or was wrong, the newest first."""
    found = await installation.answering(installation.lists.alarms, standing=standing, most=limit)
    return AlarmsFound([alarm_record(each) for each in found])


@get("/v1/stops", opt={NEEDS: "feed"})
async def stops(installation: Here, standing: Standing = True, limit: Limit = 100) -> StopsFound:
    """Campaigns that should stop: for the sending system to ask before it goes on."""
    found = await installation.answering(installation.lists.stops, standing=standing, most=limit)
    return StopsFound([stop_record(each) for each in found])


@post("/v1/stops/{number:int}/lift", opt={NEEDS: "edit"}, status_code=200)
async def lift_stop(
    request: Request[Principal, Any, Any], installation: Here, access: Door, number: FromPath[int],
    data: JSONBody[Lifting],
) -> StopRecord:  # fmt: skip
    """Lets a campaign go on."""
    reason = " ".join(data.reason.split())
    if not reason:
        raise ProblemError(400, "reason: say why; it is kept and told")
    if not 0 <= number < 2**63:
        raise ProblemError(404, "there is no such stop; GET /v1/stops names them")
    found = await installation.answering(
        installation.store.lift, number, actor=request.user.actor, reason=reason, now=installation.clock()
    )
    if found is None:
        raise ProblemError(404, "there is no such stop; GET /v1/stops names them")
    await access.record(request.user, "stop.lift", str(number))
    return stop_record(found)
