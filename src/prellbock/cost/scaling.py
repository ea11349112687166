"""How far does the stack carry? From 5 million to a billion responses an hour: what is needed, what limits first.

Each limit stands in one row: what it is, how much of it the traffic takes, how much there is, and what helps.
"""

import math
from collections.abc import Callable

import msgspec

from prellbock.cost.bill import bill, cheapest
from prellbock.cost.measure import Measured
from prellbock.cost.prices import Prices
from prellbock.cost.stack import Stack
from prellbock.cost.traffic import Calls, Traffic, calls

STEPS = (5e6, 10e6, 20e6, 50e6, 100e6, 200e6, 500e6, 1e9)
"""Responses an hour, all day."""
WRITER_BUSY = 0.7
"""Of one writer's time: beyond, calls wait for each other for long."""


class Limit(msgspec.Struct, frozen=True):
    """Something of which there is only so much."""

    name: str
    there: float
    """How much an account has before it asks for more, or what the stack says; of ``unit``."""
    unit: str
    wanted: Callable[[Traffic, Calls, Measured], float]
    remedy: str


def _writes(traffic: Traffic, calls: Calls, measured: Measured) -> float:
    return calls.count / 3600 * (calls.events * measured.ingest.per.get("dynamodb_write_units", 0.0))


def _reads(traffic: Traffic, calls: Calls, measured: Measured) -> float:
    return calls.count / 3600 * (calls.events * measured.ingest.per.get("dynamodb_read_units", 0.0))


LIMITS = (
    # One call commits at a time (the lease); the others wait.
    Limit("the one writer", WRITER_BUSY, "of its time", lambda traffic, calls, measured: calls.busy,
          "another installation, each with the streams or tenants given to it (or histories sharded by hash)"),
    # "Burst and adaptive capacity", DynamoDB developer guide; a table on demand begins at 4,000 and doubles.
    Limit("writes of a new table", 4_000, "units/s", _writes,
          "warm throughput, or provisioned capacity as `prellbock cost` names it"),
    # "Designing partition keys", DynamoDB developer guide: 1,000 write units a second for one key. With histories in
    # objects the outbox is all that is written, under one.
    Limit("writes of one key", 1_000, "units/s",
          lambda traffic, calls, measured: _writes(traffic, calls, measured) if measured.folding else 0.0,
          "another installation, as for the writer"),
    # Service quotas of DynamoDB: 40,000 read and write units a second for a table.
    Limit("writes of a table", 40_000, "units/s", _writes, "ask AWS for a higher quota of the table"),
    Limit("reads of a table", 40_000, "units/s", _reads, "ask AWS for a higher quota of the table"),
    # "Performance guidelines", S3 user guide: 3,500 PUT a second for each prefix.
    Limit("puts below incoming/", 3_500, "puts/s",
          lambda traffic, calls, measured: traffic.per_hour / 3600 / traffic.envelope, "larger envelopes"),
    # Service quotas of Lambda: 1,000 instances an account.
    Limit("instances of an account", 1_000, "instances", lambda traffic, calls, measured: calls.busy * 2,
          "ask AWS for a higher quota"),
)  # fmt: skip


class Step(msgspec.Struct, frozen=True):
    """One rate of traffic, all day."""

    per_hour: float
    installations: int
    """So many, side by side, that no limit of the stack is passed."""
    concurrency: float
    """Instances of `ingest` at work, on average, in all of them."""
    events_per_call: float
    writer_busy: float
    """Of one installation."""
    writes: float
    """Units a second, of all."""
    first_limit: str
    """The first that one installation alone would meet; empty where it meets none."""
    reached: float
    """Times the limit."""
    remedy: str
    euros_per_day: float
    euros_per_million: float
    decision_seconds_p95: float


def simulate(measured: Measured, stack: Stack, prices: Prices, traffic: Traffic) -> list[Step]:
    """The steps, with the traffic's envelope and window."""
    return [_step(per_hour, measured, stack, prices, traffic) for per_hour in STEPS]


def _step(per_hour: float, measured: Measured, stack: Stack, prices: Prices, traffic: Traffic) -> Step:
    alone = msgspec.structs.replace(traffic, per_hour=per_hour, hours=24.0)
    in_one = calls(alone, measured, stack)
    taken = [(limit.wanted(alone, in_one, measured) / limit.there, limit) for limit in LIMITS]
    reached, first = max(taken, key=lambda each: each[0])
    installations = max(1, math.ceil(max(share for share, _ in taken)))
    part = msgspec.structs.replace(alone, per_hour=per_hour / installations)
    one = calls(part, measured, stack)
    best = cheapest(bill(part, measured, stack, prices, capacity=way) for way in ("on-demand", "provisioned"))
    return Step(
        per_hour=per_hour,
        installations=installations,
        concurrency=installations * one.busy,
        events_per_call=one.events,
        writer_busy=one.busy,
        writes=installations * _writes(part, one, measured),
        first_limit=first.name if reached > 1 else "",
        reached=reached,
        remedy=first.remedy if reached > 1 else "",
        euros_per_day=installations * best.per_day,
        euros_per_million=best.per_million,
        decision_seconds_p95=best.decision_seconds_p95,
    )
