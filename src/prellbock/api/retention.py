"""``/v1/retention``: what is stored, for how long, and how much of it is there now."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, put
from litestar.params import JSONBody

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.store.retention import KeptShown, choose, kept


class RetentionShown(msgspec.Struct, frozen=True):
    """What is stored."""

    addresses: bool
    """Whether addresses are stored; else no response is as it came, either."""
    items: list[KeptShown]


class RetentionChanged(msgspec.Struct, forbid_unknown_fields=True):
    """Days by kind; null gives one back to its default."""

    values: Annotated[dict[str, float | None], msgspec.Meta(min_length=1, max_length=100)]


@get("/v1/retention", opt={NEEDS: "read"})
async def retention(installation: Here) -> RetentionShown:
    """What is stored, for how long, and how much of it is there now."""
    return await _shown(installation)


@put("/v1/retention", opt={NEEDS: "admin"})
async def change_retention(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[RetentionChanged]
) -> RetentionShown:
    """Chooses for some kinds how long they are kept; housekeeping, once an hour, follows. What is gone stays gone."""
    if not installation.publishes:
        raise ProblemError(501, "this installation keeps what the rules of its cloud stack say, not by itself")
    await installation.answering(choose, installation.store, data.values)
    await access.record(request.user, "retention.change", "retention", values=data.values)
    return await _shown(installation)


async def _shown(installation: Installation) -> RetentionShown:
    return RetentionShown(installation.lists.keeps_addresses, await installation.answering(kept, installation.lists))
