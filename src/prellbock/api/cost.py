"""``GET /v1/cost``: what the counted events would cost as cloud functions."""

from collections import Counter
from datetime import UTC, datetime

import msgspec
from litestar import get
from litestar.params import FromQuery

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.period import DAY, Since, Until, period
from prellbock.rates import DAYS_A_MONTH, Rates, shipped
from prellbock.times import rfc3339

_HOUR = 3600


class CostNow(msgspec.Struct, frozen=True):
    """Euros without VAT, by the rates of ``prellbock cost``, the table paid by request."""

    since: str | None
    until: str | None
    delivered: int
    others: int
    """Failures, deferrals, complaints and what else is no delivery."""
    euros: float
    """For this time: what its events cost, and its share of what stands there anyway."""
    standing: float
    """Of it, what stands there whether anything comes in or not."""
    month: float
    """What a month (30.4 days) costs if it goes on like that."""
    rates: Rates


@get("/v1/cost", opt={NEEDS: "read"})
async def cost(
    installation: Here, since: Since = None, until: Until = None, stream: FromQuery[str | None] = None
) -> CostNow:
    """What the events of a time cost where Prellbock runs as cloud functions; usually since midnight (UTC).

    Whole hours are counted. Where it runs on a machine of your own this is what the functions would cost.
    """
    now = installation.clock()
    midnight = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    begin, end = period(rfc3339(midnight) if since is None else since, until, max(now, midnight + 1))
    counts = await installation.answering(
        installation.figures.counts,
        since=begin,
        until=end,
        by=["outcome"],
        seconds=None,
        where={} if stream is None else {"stream": stream},
    )
    found = Counter[bool]()
    for each in counts:
        found[each.outcome == "delivered"] += each.count
    rates, days = shipped(), max(end - begin, _HOUR) / DAY
    euros = rates.of(found[True], found[False], days)
    return CostNow(
        since=rfc3339(begin),
        until=rfc3339(end),
        delivered=found[True],
        others=found[False],
        euros=round(euros, 4),
        standing=round(days * rates.day, 4),
        month=round(euros / days * DAYS_A_MONTH, 2),
        rates=rates,
    )
