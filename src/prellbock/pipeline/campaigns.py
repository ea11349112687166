"""What the breaker of campaigns learns of a batch."""

import numpy as np

from prellbock.addresses import domain_of
from prellbock.guard.breaker import Key, Sent, counted
from prellbock.pipeline.prepared import Prepared
from prellbock.pipeline.result import Deliveries, Reported


def campaigns_of(prepared: Prepared, deliveries: Deliveries, reported: list[Reported]) -> dict[Key, Sent]:
    """The mails of campaigns that have an outcome; those put off have none."""
    failed = [
        (each.event.campaign, domain_of(each.event.recipient), _is_hard(each))
        for each in reported
        if each.event.campaign and each.event.recipient and each.event.outcome == "bounced"
    ]
    delivered: list[tuple[str, str, int]] = []
    if len(deliveries.campaigns):
        named = deliveries.campaigns >= 0
        size = max(len(prepared.kinds), 1)
        places, counts = np.unique(
            deliveries.campaigns[named] * size + deliveries.kinds[named], return_counts=True
        )  # fmt: skip
        for place, count in zip(places.tolist(), counts.tolist(), strict=True):
            campaign, kind = divmod(place, size)
            delivered.append((prepared.campaigns[campaign], prepared.kinds[kind][0], count))
    return counted(delivered, failed, prepared.size) if delivered or failed else {}


def _is_hard(report: Reported) -> bool:
    return report.verdict.permanent is True and report.verdict.fault in ("recipient", "domain")
