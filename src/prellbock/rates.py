"""What would traffic cost as cloud functions? Two rates and a standing charge, for whoever cannot run `prellbock.cost`.

The shipped ones (``rates.json``) are what `prellbock.cost.rates` derives from counted runs; ``scripts/scaling-page``
renews them together with the page of the figures.
"""

from functools import cache
from importlib.resources import files

import msgspec

DAYS_A_MONTH = 30.4
SHIPPED = "rates.json"
_MILLION = 1_000_000


class Rates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Euros without VAT, the table paid by request, as for traffic that comes at no known hour."""

    region: str
    dated: str
    """Year and month of the price table."""
    million_delivered: float
    """A million deliveries, 2 % of them to an open history."""
    million_others: float
    """A million of everything else: failures, deferrals, complaints."""
    day: float
    """What stands there anyway (alarms, secrets, schedules, a million histories), a day."""

    def of(self, delivered: int, others: int, days: float) -> float:
        """Euros for so many events in so many days."""
        return delivered / _MILLION * self.million_delivered + others / _MILLION * self.million_others + days * self.day


@cache
def shipped() -> Rates:
    """The rates of the package."""
    return msgspec.json.decode((files("prellbock") / SHIPPED).read_bytes(), type=Rates)
