"""What the breaker of campaigns learns of a batch."""

from prellbock.addresses import domain_of
from prellbock.guard import breaker
from prellbock.guard.breaker import Key, Sent
from prellbock.guard.grouping import counted
from prellbock.history.marks import WINDOW
from prellbock.identity import WINDOWED
from prellbock.pipeline.memory import Memory
from prellbock.pipeline.prepared import Prepared
from prellbock.pipeline.result import Deliveries, Reported


def campaigns_of(
    prepared: Prepared, deliveries: Deliveries, reported: list[Reported], memory: Memory
) -> dict[Key, Sent]:
    """The mails of campaigns that have an outcome; those put off have none."""
    failed = _failed(reported, memory)
    delivered: list[tuple[str, str, int]] = []
    if len(deliveries.campaigns):
        named = deliveries.campaigns >= 0
        size = max(len(prepared.kinds), 1)
        for place, count in zip(*counted(deliveries.campaigns[named] * size + deliveries.kinds[named]), strict=True):
            campaign, kind = divmod(place, size)
            delivered.append((prepared.campaigns[campaign], prepared.kinds[kind][0], count))
    return breaker.counted(delivered, failed, prepared.size) if delivered or failed else {}


def _failed(reported: list[Reported], memory: Memory) -> list[tuple[str, str, bool]]:
    """Campaign, domain, hard or not of every mail that failed: of several reports of one mail the first."""
    of_campaigns = [
        each for each in reported if each.entity and each.event.campaign and each.event.outcome == "bounced"
    ]
    known = memory.failed_mails({each.entity for each in of_campaigns if each.entity}) if of_campaigns else {}
    failed = []
    for each in of_campaigns:
        assert each.entity is not None
        campaign, time = each.event.campaign or "", each.event.time or 0.0
        mail = (each.entity, campaign, each.message)
        before = known.get(mail)
        # By sender and stream alone a message is known for 72 hours; a campaign may write again later.
        if before is None or (each.message & WINDOWED and abs(time - before) >= WINDOW):
            failed.append((campaign, domain_of(each.event.recipient or ""), _is_hard(each)))
        known[mail] = time if before is None else max(time, before)
    return failed


def _is_hard(report: Reported) -> bool:
    return report.verdict.permanent is True and report.verdict.fault in ("recipient", "domain")
