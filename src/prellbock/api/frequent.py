"""What stands out in a time: ``GET /v1/templates/frequent``, ``GET /v1/campaigns``."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromQuery, QueryParameter

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.period import Since, Until, period
from prellbock.taxonomy import FAULT_OF
from prellbock.times import rfc3339

_PIECES = 30

Limit = Annotated[int, QueryParameter(ge=1, le=100, description="Templates at most.")]


class Provided(msgspec.Struct, frozen=True):
    """How often from a provider; null: not known."""

    provider: str | None
    count: int


class FrequentTemplate(msgspec.Struct, frozen=True):
    """A template and how often it came in a time; ``trend`` are counts in 30 equal pieces, oldest first."""

    key: str
    text: str
    category: str
    fault: str
    count: int
    before: int
    providers: list[Provided]
    trend: list[int]


class CampaignSeen(msgspec.Struct, frozen=True):
    """A campaign: its first failure in the time asked for, and how many."""

    name: str
    stream: str | None
    first: str | None
    count: int


@get("/v1/templates/frequent", opt={NEEDS: "read"})
async def frequent_templates(
    installation: Here,
    since: Since = None,
    until: Until = None,
    stream: FromQuery[str | None] = None,
    provider: FromQuery[str | None] = None,
    limit: Limit = 8,
) -> list[FrequentTemplate]:
    """What was answered most in a time, beside how often in the time before."""
    begin, end = period(since, until, installation.clock())
    found = await installation.answering(
        installation.figures.frequent,
        since=begin,
        until=end,
        pieces=_PIECES,
        stream=stream,
        provider=provider,
        most=limit,
    )
    return [
        FrequentTemplate(
            f"{each.template & 0xFFFF_FFFF_FFFF_FFFF:016x}", each.text, each.category, FAULT_OF[each.category],
            each.count, each.before, [Provided(*one) for one in each.providers], each.pieces,
        )
        for each in found
    ]  # fmt: skip


@get("/v1/campaigns", opt={NEEDS: "read"})
async def campaigns(
    installation: Here,
    since: Since = None,
    until: Until = None,
    stream: FromQuery[str | None] = None,
    provider: FromQuery[str | None] = None,
) -> list[CampaignSeen]:
    """The campaigns that had failures in a time, oldest first."""
    begin, end = period(since, until, installation.clock())
    found = await installation.answering(
        installation.figures.campaigns, since=begin, until=end, stream=stream, provider=provider
    )
    return [CampaignSeen(each.name, each.stream, rfc3339(each.first), each.count) for each in found]
