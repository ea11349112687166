"""What the outage shield learns of a batch, and what it takes out of it."""

import msgspec
import numpy as np

from prellbock.guard.buckets import Tally, is_definite, tally
from prellbock.guard.incidents import Shield
from prellbock.pipeline.prepared import Prepared
from prellbock.pipeline.result import Deliveries, Reported
from prellbock.providers import provider_of


def shielded(reported: list[Reported], shield: Shield) -> list[Reported]:
    """The reports, those in the window of an incident marked with it."""
    if not shield:
        return reported
    return [
        each if number is None else msgspec.structs.replace(each, incident=number)
        for each in reported
        for number in [_incident(each, shield)]
    ]


def _incident(report: Reported, shield: Shield) -> int | None:
    if report.event.outcome != "bounced" or report.event.time is None:
        return None
    return shield.covering(report.event.time, report.verdict.provider, report.verdict.category)


def tally_of(prepared: Prepared, deliveries: Deliveries, reported: list[Reported]) -> Tally | None:
    """The batch as counts. ``deliveries``: those to recipients alone come first, and have kinds."""
    names: dict[str, int] = {}
    provider = np.array(
        [names.setdefault(provider_of(mx, f"@{domain}") or "", len(names)) for domain, mx, _ in prepared.kinds],
        dtype=np.int64,
    )
    count = len(deliveries.kinds)
    failures: list[tuple[float, str, str]] = []
    others: list[float] = []
    for report in reported:
        event, verdict = report.event, report.verdict
        if event.time is None:
            continue
        if is_definite(event.outcome, verdict.category, verdict.permanent) and event.recipient is not None:
            failures.append((event.time, verdict.provider or "", verdict.category))
        else:
            others.append(event.time)
    return tally(
        deliveries.times[:count], provider[deliveries.kinds] if count else provider[:0], list(names), failures, others
    )
