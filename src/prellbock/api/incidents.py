"""``/v1/incidents``: outages that the shield has found, and what people say about them."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.guard.incidents import Verdict
from prellbock.store.incidents import Incident, NothingSaidError
from prellbock.troubles import IncidentRecord, incident_record

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Incidents at most.")]
Open = Annotated[bool, QueryParameter(name="open", description="Only those that go on.")]


class IncidentsFound(msgspec.Struct, frozen=True):
    """Incidents, the newest first; their curves are told one by one."""

    items: list[IncidentRecord]


class Judging(msgspec.Struct, forbid_unknown_fields=True):
    """What an incident is, and why."""

    verdict: Verdict
    reason: Reason


class TakingBack(msgspec.Struct, forbid_unknown_fields=True):
    """Why a judgement is taken back."""

    reason: Reason


@get("/v1/incidents", opt={NEEDS: "read"})
async def incidents(installation: Here, open_: Open = False, limit: Limit = 100) -> IncidentsFound:
    """Times in which a provider called the living dead, the newest first."""
    found = await installation.answering(installation.lists.incidents, most=limit)
    return IncidentsFound([incident_record(each) for each in found if each.end is None or not open_])


@get("/v1/incidents/{name:str}", opt={NEEDS: "read"})
async def incident(installation: Here, name: FromPath[str]) -> IncidentRecord:
    """One incident with its curve, ten minutes a point."""
    return _known(name, await installation.answering(installation.lists.incident, name))


@post("/v1/incidents/{name:str}/judge", opt={NEEDS: "edit"}, status_code=200)
async def judge_incident(
    request: Request[Principal, Any, Any], installation: Here, access: Door, name: FromPath[str],
    data: JSONBody[Judging],
) -> IncidentRecord:  # fmt: skip
    """Says what an incident is. Of an ``outage`` the failures do not count, of a ``real`` one they do."""
    found = await installation.answering(
        installation.store.judge_incident, name, data.verdict, actor=request.user.actor, reason=_line(data.reason),
        now=installation.clock(),
    )  # fmt: skip
    told = _known(name, found)
    await access.record(request.user, "incident.judge", name, verdict=data.verdict)
    return told


@post("/v1/incidents/{name:str}/undo", opt={NEEDS: "edit"}, status_code=200)
async def undo_judgement(
    request: Request[Principal, Any, Any], installation: Here, access: Door, name: FromPath[str],
    data: JSONBody[TakingBack],
) -> IncidentRecord:  # fmt: skip
    """Takes back what people last said about an incident: what held before holds again."""
    try:
        found = await installation.answering(
            installation.store.undo_judgement, name, actor=request.user.actor, reason=_line(data.reason),
            now=installation.clock(),
        )  # fmt: skip
    except NothingSaidError as error:
        raise ProblemError(409, str(error)) from None
    told = _known(name, found)
    await access.record(request.user, "incident.undo", name)
    return told


def _line(reason: str) -> str:
    line = " ".join(reason.split())
    if not line:
        raise ProblemError(400, "reason: say why; it is kept and told")
    return line


def _known(name: str, found: Incident | None) -> IncidentRecord:
    if found is None:
        raise ProblemError(404, f"there is no incident {name[:80]!r}; GET /v1/incidents names them")
    return incident_record(found)
