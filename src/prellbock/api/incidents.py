"""``/v1/incidents``: outages that the shield has found, and what people say about them."""

from collections import Counter
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.pages import Cursor, cut, read_cursor, write_cursor
from prellbock.api.problems import ProblemError
from prellbock.guard.incidents import Verdict
from prellbock.store.incidents import Incident, NothingSaidError
from prellbock.troubles import HeldRecord, IncidentRecord, held_record, incident_record

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Incidents at most.")]
HeldLimit = Annotated[int, QueryParameter(ge=1, le=1000, description="Recipients at most.")]
MOST_LOOKED_AT = 20_000
"""Recipients for whom the other verdict is tried."""
PART = 500
Open = Annotated[bool, QueryParameter(name="open", description="Only those that go on.")]


class IncidentsFound(msgspec.Struct, frozen=True):
    """Incidents, the newest first; their curves are told one by one."""

    items: list[IncidentRecord]


class HeldPage(msgspec.Struct, frozen=True):
    """Whose decisions hang on an incident, in no order that means anything."""

    items: list[HeldRecord]
    next: str | None


class Otherwise(msgspec.Struct, frozen=True):
    """What the other verdict would change."""

    verdict: Verdict
    """The one that does not hold."""
    recipients: int
    """Whose failures lie in the incident."""
    looked_at: int
    """Of these; where it is fewer the counts below are of them alone."""
    changed: int
    """Whose status would be another."""
    before: dict[str, int]
    """How many have which status."""
    after: dict[str, int]
    """And how many would have."""


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


@get("/v1/incidents/{name:str}/held", opt={NEEDS: "read"})
async def held_decisions(
    installation: Here, name: FromPath[str], limit: HeldLimit = 50, cursor: Cursor = None
) -> HeldPage:
    """Recipients whose failures lie in an incident: their status, and what the other verdict would make it."""
    store, after = installation.lists, read_cursor(cursor, int)
    _known(name, await installation.answering(store.incident, name))
    found = await installation.answering(store.held, name, after=after[0] if after else -1, most=limit + 1)
    items, is_more = cut(found, limit)
    now = installation.clock()
    return HeldPage([held_record(each, now) for each in items], write_cursor(items[-1].number) if is_more else None)


@get("/v1/incidents/{name:str}/otherwise", opt={NEEDS: "read"})
async def otherwise(installation: Here, name: FromPath[str]) -> Otherwise:
    """What the other verdict would change: how many recipients would have which status."""
    store, now = installation.lists, installation.clock()
    told = _known(name, await installation.answering(store.incident, name))
    before, after = Counter[str](), Counter[str]()
    looked_at = changed = 0
    last = -1
    # Part by part, so that other questions get their turn.
    while looked_at < MOST_LOOKED_AT:
        part = await installation.answering(store.held, name, after=last, most=PART)
        for each in part:
            is_now, would_be = each.now.at(now).status, each.otherwise.at(now).status
            before[is_now] += 1
            after[would_be] += 1
            changed += is_now != would_be
        looked_at += len(part)
        if len(part) < PART:
            break
        last = part[-1].number
    return Otherwise(
        "real" if told.verdict == "outage" else "outage", told.recipients, looked_at, changed,
        dict(before.most_common()), dict(after.most_common()),
    )  # fmt: skip


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
