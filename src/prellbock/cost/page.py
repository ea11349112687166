"""The bill and the steps for people, in 80 columns."""

import textwrap
from collections.abc import Iterator

from prellbock.cost.bill import Bill, Group
from prellbock.cost.measure import Measured
from prellbock.cost.prices import Prices
from prellbock.cost.scaling import Step

GROUPS: tuple[Group, ...] = ("per event", "idle", "optional")
_HEADS = {"per event": "per event", "idle": "idle, whatever comes in", "optional": "optional, not in the sums"}


def bill(found: Bill, on_demand: Bill, measured: Measured, prices: Prices) -> str:
    """The bill of one traffic, with what it rests on; ``on_demand``: the same with the table paid for by request."""
    return "\n".join(_bill(found, on_demand, measured, prices))


def _bill(found: Bill, on_demand: Bill, measured: Measured, prices: Prices) -> Iterator[str]:
    traffic, mix = found.traffic, measured.mix
    yield f"{traffic.per_hour:,.0f} responses an hour, {traffic.hours:g} h a day; {mix.delivered:.0%} delivered,"
    yield f"{mix.open:.1%} of these to an open history."
    rate = prices.currency.eur_per_usd
    yield f"{prices.provider} {prices.region}, prices of {prices.dated}, 1 USD = {rate:.2f} EUR, no VAT."
    yield ""
    yield f"{'':<38}{'units a month':>14}{'EUR a month':>14}{'per million':>13}"
    millions = traffic.per_month / 1e6
    for group in GROUPS:
        yield f"{_HEADS[group]:<52}{found.of(group):>14.2f}{found.of(group) / millions:>13.4f}"
        lines = sorted((line for line in found.lines if line.group == group), key=lambda line: -line.euros)
        small = [line for line in lines if line.euros < 0.005]
        for line in lines[: len(lines) - len(small)]:
            name = f"  {line.what}: {_short(line.unit)}"
            yield f"{name:<38}{line.count:>14,.0f}{line.euros:>14.2f}{line.euros / millions:>13.4f}"
        if small:
            rest = sum(line.euros for line in small)
            yield f"{f'  {len(small)} others below half a cent':<52}{rest:>14.2f}{rest / millions:>13.4f}"
    yield ""
    yield f"EUR {found.per_million:.4f} per million, {found.per_hour:.3f} per hour of traffic,"
    yield f"EUR {found.per_day:.2f} a day, {found.per_month:.2f} a month"
    yield f"decision told after {found.decision_seconds_p95:.0f} s (p95) at this price,"
    yield "later only where the outage shield has to judge first"
    yield f"most of it: {found.dominated_by} ({found.dominated_share:.0%})"
    yield f"one writer at a time, busy {found.writer_busy:.0%} of the hour"
    named = ("Histories", "BatchWindow", "Capacity")
    yield "deploy with " + " ".join(f"{name}={found.parameters[name]}" for name in named)
    if found.capacity == "provisioned":
        yield "  " + " ".join(
            f"{name}={value}" for name, value in found.parameters.items() if name.startswith(("Least", "Most"))
        )
        if traffic.hours < 24:
            yield "  PeakBegins=cron(...) PeakEnds=cron(...), a quarter of an hour around it"
        yield f"  (paid by request instead: EUR {on_demand.per_day:.2f} a day, {on_demand.per_month:.2f} a month)"
    yield ""


def brief(found: Bill, on_demand: Bill) -> str:
    """Two lines of a bill."""
    traffic = found.traffic
    paid = f"{found.per_month:.2f} a month, {found.per_day:.2f} a day, {found.per_million:.4f} per million"
    return (
        f"{traffic.per_hour:,.0f} an hour, {traffic.hours:g} h a day: EUR {paid},\n"
        f"  {found.parameters['Histories']}, {found.capacity}, p95 {found.decision_seconds_p95:.0f} s"
        f" (on demand: {on_demand.per_month:.2f} a month, {on_demand.per_day:.2f} a day)"
    )


def steps(found: list[Step]) -> str:
    """A table of the steps, and what each limit is and what helps."""
    return "\n".join(_steps(found))


def _steps(found: list[Step]) -> Iterator[str]:
    heads = f"{'an hour':>13}{'stacks':>7}{'at work':>8}{'writes/s':>9}{'EUR/day':>8}{'EUR/M':>7}{'p95 s':>6}"
    yield f"{heads}  first limit"
    for step in found:
        limit = f"{step.first_limit} x{step.reached:.1f}" if step.first_limit else "none"
        yield (
            f"{step.per_hour:>13,.0f}{step.installations:>7}{step.concurrency:>8.1f}{step.writes:>9,.0f}"
            f"{step.euros_per_day:>8.1f}{step.euros_per_million:>7.3f}{step.decision_seconds_p95:>6.0f}  {limit}"
        )
    yield ""
    for name, remedy in {step.first_limit: step.remedy for step in found if step.first_limit}.items():
        yield from textwrap.wrap(f"{name}: {remedy}", 80)


_WORDS = {
    "dynamodb_write_capacity_hours": "write unit hours", "dynamodb_read_capacity_hours": "read unit hours",
    "dynamodb_write_units": "writes", "dynamodb_read_units": "reads", "dynamodb_gb_months": "GB",
    "dynamodb_backup_gb_months": "GB", "s3_put_requests": "puts", "s3_get_requests": "gets", "s3_gb_months": "GB",
    "sqs_requests": "requests", "sns_requests": "requests", "eventbridge_events": "events",
    "lambda_gb_seconds": "GB-seconds", "lambda_disk_gb_seconds": "disk GB-s", "lambda_requests": "calls",
    "scheduler_invocations": "calls", "alarm_months": "alarms", "secret_months": "secrets", "key_months": "keys",
}  # fmt: skip


def _short(unit: str) -> str:
    return _WORDS.get(unit, unit.replace("_", " "))
