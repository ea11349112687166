"""``GET /v1/audit``: what was changed, by whom."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter

from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.times import rfc3339

Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Entries at most.")]
Before = Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1, description="The `next` of the page before.")]


class Audited(msgspec.Struct, frozen=True):
    """A change."""

    seq: int
    time: str | None
    by: str
    action: str
    subject: str
    details: dict[str, object]


class AuditPage(msgspec.Struct, frozen=True):
    """Changes, the newest first."""

    items: list[Audited]
    next: int | None
    """Ask with it as ``before`` for the next page; null at the end."""


@get("/v1/audit", opt={NEEDS: "admin"})
async def audit(access: Door, limit: Limit = 100, before: Before = None) -> AuditPage:
    """The newest changes first. Recipients are named by their hash."""
    found = await access.installation.answering(access.accounts.audit, before=before, most=limit + 1)
    items = [
        Audited(each.seq, rfc3339(each.time), each.actor, each.action, each.subject, each.details) for each in found
    ]
    return AuditPage(items[:limit], items[limit - 1].seq if len(items) > limit else None)
