"""``GET /v1/templates``: what servers answer most."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromQuery, QueryParameter

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.store.figures import Template
from prellbock.times import rfc3339

Most = Annotated[int, QueryParameter(ge=1, le=5000, description="Templates at most.")]


class Shown(msgspec.Struct, frozen=True):
    """A template; ``key`` is hexadecimal, for readers without 64-bit integers."""

    key: str
    text: str
    category: str
    provider: str | None
    count: int
    first: str | None
    last: str | None


@get("/v1/templates", opt={NEEDS: "read"})
async def templates(
    installation: Here,
    category: FromQuery[str | None] = None,
    provider: FromQuery[str | None] = None,
    limit: Most = 100,
) -> list[Shown]:
    """What servers answer, its variable parts masked: the most frequent first."""
    found = await installation.answering(installation.lists.templates, category=category, provider=provider, most=limit)
    return [_shown(each) for each in found]


def _shown(template: Template) -> Shown:
    key = f"{template.key & 0xFFFF_FFFF_FFFF_FFFF:016x}"
    return Shown(
        key, template.text, template.category, template.provider, template.count, rfc3339(template.first),
        rfc3339(template.last),
    )  # fmt: skip
