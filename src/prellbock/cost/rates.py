"""The rates of `prellbock.rates`, from counted runs of two mixes: their difference tells a delivery from a failure.

A running installation cannot send a mix through the functions (half a minute of a processor) whenever somebody looks.
"""

from prellbock.cost.bill import bill
from prellbock.cost.measure import measure
from prellbock.cost.mix import Mix
from prellbock.cost.prices import Prices
from prellbock.cost.stack import Stack
from prellbock.cost.traffic import Traffic
from prellbock.rates import DAYS_A_MONTH, Rates

_MIXES = (0.95, 0.5)
"""Shares of deliveries of the two mixes."""


def derive(stack: Stack, prices: Prices) -> Rates:
    """Runs both mixes: a minute of one core."""
    each, standing = [], 0.0
    for share in _MIXES:
        traffic = Traffic(window=float(stack.defaults["BatchWindow"]))
        measured = measure(Mix(delivered=share), list(stack.schedules), histories=stack.defaults["Histories"])
        found = bill(traffic, measured, stack, prices, capacity=stack.defaults["Capacity"])
        each.append(found.of("per event") / traffic.per_month * 1_000_000)
        standing = found.of("idle") / DAYS_A_MONTH
    (much, few), (high, low) = each, _MIXES
    others = (few * high - much * low) / (high - low)
    return Rates(
        region=prices.region,
        dated=prices.dated,
        million_delivered=round((much - (1 - high) * others) / high, 5),
        million_others=round(others, 5),
        day=round(standing, 5),
    )
