"""``POST /v1/recipients/erase``: people want to be forgotten."""

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import JSONBody

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.recipients import MOST_REASON, Refused, sorted_out
from prellbock.api.repeats import REPEATABLE
from prellbock.history.actions import KEPT_WHEN_ERASED
from prellbock.store.contract import Erased

MOST = 100
"""Addresses of one request: for each of them everything stored is looked through."""


class WantedErased(msgspec.Struct, forbid_unknown_fields=True):
    """Who is to be forgotten."""

    addresses: Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST)]
    forget: bool = False
    """Forget complaints, unsubscribes and suppressions, too."""
    dry_run: bool = False
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_REASON)] = KEPT_WHEN_ERASED
    """Stands beside what is kept; it should name nobody."""


class AreErased(msgspec.Struct, frozen=True):
    """What was removed; ``bad`` are texts that name nobody."""

    items: list[Erased]
    bad: list[Refused]


@post("/v1/recipients/erase", opt={NEEDS: "admin", REPEATABLE: True}, status_code=200)
async def erase(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[WantedErased]
) -> AreErased:
    """Removes everything that says who somebody is, for good. The audit log says that, not of whom."""
    names, bad = sorted_out(data.addresses, domains=False)
    items = []
    for name in names:
        items.append(
            await installation.answering(
                installation.store.erase,
                name,
                forget=data.forget,
                actor=request.user.actor,
                reason=data.reason,
                policy=installation.policy,
                now=installation.clock(),
                dry_run=data.dry_run,
            )
        )
        if not data.dry_run:
            await access.record(request.user, "recipient.erase", "erased", forget=data.forget)
    return AreErased(items, bad)
