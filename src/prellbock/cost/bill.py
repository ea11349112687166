"""The bill of a month: what was counted, times the traffic, times the price table."""

import math
from collections.abc import Iterable
from typing import Literal

import msgspec

from prellbock.cost.latency import latency
from prellbock.cost.measure import STREAM_BATCH, Cost, Folding, Measured
from prellbock.cost.prices import Prices
from prellbock.cost.stack import Stack
from prellbock.cost.traffic import CLIENT_SECONDS, OCTETS_A_SECOND, Calls, Traffic, calls
from prellbock.rates import DAYS_A_MONTH
from prellbock.store.dynamodb.objects import KEPT_COMMITS
from prellbock.store.dynamodb.shards import FOLD_AT

Group = Literal["per event", "idle", "optional"]
Capacity = Literal["on-demand", "provisioned"]
UTILISATION = 0.85
"""Of provisioned capacity: what the stack's scaling aims at."""
_AROUND_PEAK = 0.25
"""Hours before and after a known peak for which its capacity stands."""
_HOURS = 24 * DAYS_A_MONTH
_GB = 1e9
_KEPT_DAYS = 35
"""For so long deliveries are kept one by one."""
_RECEIVE_SECONDS = 20
_POLLERS = 5
"""Lambda asks an idle queue with so many at once, each waiting for 20 seconds ("Scaling behavior", Lambda and SQS)."""


class Line(msgspec.Struct, frozen=True):
    """One position."""

    group: Group
    what: str
    unit: str
    count: float
    """Units a month."""
    euros: float
    """A month."""


class Bill(msgspec.Struct, frozen=True):
    """Everything, without VAT."""

    traffic: Traffic
    capacity: Capacity
    parameters: dict[str, str]
    """With which the stack is to be deployed for it."""
    lines: list[Line]
    per_million: float
    per_hour: float
    """Of traffic, with what stands there anyway spread over the hours of traffic."""
    per_day: float
    per_month: float
    dominated_by: str
    dominated_share: float
    decision_seconds_p95: float
    writer_busy: float

    def of(self, group: Group) -> float:
        """Euros a month."""
        return sum(line.euros for line in self.lines if line.group == group)


def bill(traffic: Traffic, measured: Measured, stack: Stack, prices: Prices, *, capacity: Capacity, arch: str = "arm64",
         free: bool = False) -> Bill:  # fmt: skip
    """What the traffic costs with one of the two ways to pay for the table."""
    wanted: list[tuple[Group, str, str, float]] = []

    def add(group: Group, what: str, units: dict[str, float]) -> None:
        wanted.extend((group, what, unit, count) for unit, count in units.items() if count > 0)

    an_hour = calls(traffic, measured, stack)
    hours = traffic.hours * DAYS_A_MONTH
    count, events = an_hour.count * hours, traffic.per_month
    units = measured.ingest.of(count, events)
    table = {unit: units.pop(unit, 0.0) for unit in ("dynamodb_write_units", "dynamodb_read_units")}
    histories = "items" if measured.folding is None else "objects"
    parameters = {"Histories": histories, "BatchWindow": f"{traffic.window:g}", "Capacity": capacity}
    if capacity == "on-demand":
        add("per event", "table", table)
    else:
        provisioned, named = _provisioned(table, traffic)
        parameters |= named
        add("per event", "table", provisioned)
    add("per event", "objects", {name: units.get(name, 0.0) for name in ("s3_put_requests", "s3_get_requests")})
    if measured.folding is not None:
        add("per event", "folding", _folded(traffic, an_hour, measured.folding, stack, arch))
    envelopes = events / traffic.envelope
    # Put there by the sender; told by S3; received and deleted by Lambda, in tens.
    add("per event", "envelopes", {
        "s3_put_requests": envelopes,
        "sqs_requests": envelopes + 2 * max(count, envelopes / 10),
        "s3_gb_months": _kept(measured.octets_event * events, stack.defaults["EnvelopeDays"]),
    })  # fmt: skip
    add("per event", "ingest", _running(stack, "ingest", arch, count, count * an_hour.seconds))
    decisions = measured.decisions * events
    tellings = count * max(1.0, decisions / count / STREAM_BATCH)
    seconds = decisions * (measured.publish.seconds_per + CLIENT_SECONDS + 0.008 * measured.outlets["sqs_requests"])
    add("per event", "publish", _running(stack, "publish", arch, tellings, seconds))
    add("per event", "decisions to the queue", {"sqs_requests": decisions * measured.outlets["sqs_requests"]})
    add("per event", "memory of deliveries", {"s3_gb_months": _kept(measured.octets_kept * events, _KEPT_DAYS)})
    add("per event", "logs", _logged(units.get("octets_logged", 0.0), stack))

    for task, often in stack.schedules.items():
        cost: Cost = measured.tasks[task]
        runs = often * _HOURS
        units = cost.of(runs, runs * traffic.histories)
        logged = _logged(units.pop("octets_logged", 0.0), stack)
        seconds = runs * (cost.seconds_each + 0.5)
        billed = {name: each for name, each in units.items() if not name.startswith("octets")}
        add("idle", f"schedule: {task}", billed | logged | _running(stack, "schedule", arch, runs, seconds)
            | {"scheduler_invocations": runs})  # fmt: skip
    add("idle", "asking the queue", {"sqs_requests": stack.queues * _POLLERS * _HOURS * 3600 / _RECEIVE_SECONDS})
    add("idle", "alarms", {"alarm_months": stack.alarms, "budget_months": stack.budgets})
    add("idle", "secrets", {"secret_months": stack.secrets})
    stored = traffic.histories * measured.octets_item / _GB
    add("idle", "histories", {
        "dynamodb_gb_months": stored,
        # What folds have replaced lies there until so many commits later.
        "s3_gb_months": an_hour.shard_octets / _GB * (1 + KEPT_COMMITS / FOLD_AT),
    })  # fmt: skip
    if stack.is_backed_up:
        add("idle", "back-up to the second", {"dynamodb_backup_gb_months": stored})
    add(
        "optional",
        "decisions to EventBridge",
        {"eventbridge_events": decisions * measured.outlets["eventbridge_events"]},
    )
    add("optional", "decisions to SNS", {"sns_requests": decisions * measured.outlets["sns_requests"]})
    add("optional", "a key of one's own", {"key_months": 1})

    lines = [
        Line(group, what, unit, amount, prices.euros(_price(unit, arch), amount, free=free))
        for group, what, unit, amount in _together(wanted)
    ]
    paid = [line for line in lines if line.group != "optional"]
    month = sum(line.euros for line in paid)
    of: dict[str, float] = {}
    for line in paid:
        of[line.what] = of.get(line.what, 0.0) + line.euros
    first = max(of, key=lambda what: of[what])
    return Bill(
        traffic=traffic,
        capacity=capacity,
        parameters=parameters,
        lines=lines,
        per_million=month / events * 1e6,
        per_hour=month / hours,
        per_day=month / DAYS_A_MONTH,
        per_month=month,
        dominated_by=first,
        dominated_share=of[first] / month,
        decision_seconds_p95=latency(traffic, an_hour, stack),
        writer_busy=an_hour.busy,
    )


def cheapest(bills: Iterable[Bill]) -> Bill:
    """That with the smallest sum."""
    return min(bills, key=lambda each: each.per_month)


def _provisioned(table: dict[str, float], traffic: Traffic) -> tuple[dict[str, float], dict[str, str]]:
    """Capacity hours a month, and the parameters of the stack that give them."""
    hours = _HOURS if traffic.hours >= 24 else (traffic.hours + 2 * _AROUND_PEAK) * DAYS_A_MONTH
    units: dict[str, float] = {}
    named: dict[str, str] = {}
    for kind, word in (("write", "Writes"), ("read", "Reads")):
        a_second = table[f"dynamodb_{kind}_units"] / (traffic.hours * DAYS_A_MONTH * 3600)
        most = max(1.0, math.ceil(a_second / UTILISATION))
        least = most if traffic.hours >= 24 else 1.0
        units[f"dynamodb_{kind}_capacity_hours"] = hours * most + (_HOURS - hours) * least
        named |= {f"Least{word}": f"{least:.0f}", f"Most{word}": f"{most:.0f}"}
    if traffic.hours < 24:
        named |= {"PeakBegins": "cron(...)", "PeakEnds": "cron(...)"}
    return units, named


def _folded(traffic: Traffic, calls: Calls, folding: Folding, stack: Stack, arch: str) -> dict[str, float]:
    """A month of folds: all shards are read and written, one after the other; then ingest fetches them."""
    folds = calls.folds * traffic.hours * DAYS_A_MONTH
    seconds = folding.seconds * traffic.histories + 2 * calls.shard_octets / OCTETS_A_SECOND
    return {
        "s3_get_requests": folds * (calls.shards * (1 + stack.pollers) + FOLD_AT),
        "s3_put_requests": folds * (calls.shards + 1),
        **_running(stack, "schedule", arch, 0, folds * seconds),
    }


def _kept(octets: float, days: float) -> float:
    """GB-months of what comes in a month, each part for so many days."""
    return octets / _GB * days / DAYS_A_MONTH


def _logged(octets: float, stack: Stack) -> dict[str, float]:
    gigabytes = octets / _GB
    return {"logs_gb": gigabytes, "logs_gb_months": _kept(octets, stack.defaults["LogDays"])}


def _running(stack: Stack, name: str, arch: str, count: float, seconds: float) -> dict[str, float]:
    function = stack.functions[name]
    return {
        "lambda_requests": count,
        "lambda_gb_seconds": seconds * function.memory / 1024,
        "lambda_disk_gb_seconds": seconds * max(0, function.disk - 512) / 1024,
    }


def _price(unit: str, arch: str) -> str:
    return f"{unit}_{arch}" if unit == "lambda_gb_seconds" else unit


def _together(wanted: list[tuple[Group, str, str, float]]) -> list[tuple[Group, str, str, float]]:
    found: dict[tuple[Group, str, str], float] = {}
    for group, what, unit, count in wanted:
        found[group, what, unit] = found.get((group, what, unit), 0.0) + count
    return [(*place, count) for place, count in found.items()]
