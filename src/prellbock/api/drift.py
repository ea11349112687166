"""``/v1/drift``: do servers speak otherwise than they used to, and do verdicts agree less?"""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter

from prellbock.alarming.drift import DAYS, Drift
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.period import Until, period
from prellbock.times import rfc3339

Days = Annotated[int, QueryParameter(ge=1, le=60, description="So many latest days, beside those before.")]


class DriftFound(msgspec.Struct, frozen=True):
    """What drifts first. ``until`` is the end of the latest days."""

    items: list[Drift]
    until: str | None
    days: int
    counting: bool
    """Much is stored and still being counted: ask again."""


@get("/v1/drift", opt={NEEDS: "read"})
async def read_drift(installation: Here, days: Days = DAYS, until: Until = None) -> DriftFound:
    """New templates, changed wording of providers, agreement of rules and model, of verdicts and outcomes."""
    _, end = period(None, until, installation.clock())
    found = await installation.hindsight.drift(days, None if until is None else end)
    return DriftFound(found or [], rfc3339(end), days, found is None)
