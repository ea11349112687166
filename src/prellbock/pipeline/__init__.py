"""From events to verdicts to decisions: one function on a batch, the same in every shell.

`process` reads what is remembered through the `Memory` protocol and returns everything that a store has to write. It
has no clock, writes nothing and gives the same answer for the same (events, rules, policy, memory).
"""

from collections import Counter
from collections.abc import Sequence

from prellbock.events import DeliveryEvent
from prellbock.guard.incidents import NO_SHIELD, Shield
from prellbock.history.policy import Policy
from prellbock.identity import Identity
from prellbock.pipeline.campaigns import campaigns_of
from prellbock.pipeline.deliveries import SignsOfLife, deliver
from prellbock.pipeline.histories import compare, decide, domain_reports, engagements, judged, remember, touches
from prellbock.pipeline.joined import counts_of_each, joined
from prellbock.pipeline.judgements import Judgements
from prellbock.pipeline.memory import Classifies, Keys, Memory
from prellbock.pipeline.prepared import Prepared, prepare
from prellbock.pipeline.reports import count, counted, report, unseen
from prellbock.pipeline.result import (
    Change,
    Decision,
    Deliveries,
    Judgement,
    Reported,
    Result,
    RollupKey,
    TemplateCount,
)
from prellbock.pipeline.shielding import shielded, tally_of

__all__ = ["Change", "Classifies", "Decision", "Deliveries", "Judgement", "Keys", "Memory", "Prepared", "Reported",
           "Result", "RollupKey", "TemplateCount", "compare", "counts_of_each", "joined", "judge", "judged", "prepare",
           "process", "remember", "touches"]  # fmt: skip


def process(
    events: Sequence[DeliveryEvent], *, identity: Identity, classifier: Classifies, policy: Policy, memory: Memory
) -> Result:
    """Judges a batch. Events have passed a source: canonical recipient (or None), time and outcome are set."""
    return judge(prepare(events, identity), identity=identity, classifier=classifier, policy=policy, memory=memory)


def judge(
    prepared: Prepared,
    *,
    identity: Identity,
    classifier: Classifies,
    policy: Policy,
    memory: Memory,
    shield: Shield = NO_SHIELD,
) -> Result:
    """The part of `process` that asks what is remembered. What ``shield`` covers says nothing about its recipients."""
    rollups: Counter[RollupKey] = Counter()
    judgements = Judgements()
    reported = shielded(report(unseen(prepared, memory), identity, classifier, judgements), shield)
    deliveries, names, latest = deliver(prepared, memory, rollups)
    templates = count(reported, rollups)
    counts = counted(prepared.size, reported, len(deliveries.recipients))

    transport, contacts = domain_reports(reported)
    for place, time in contacts.items():
        latest[place] = max(time, latest.get(place, 0.0))
    life = SignsOfLife(latest, engagements(reported), identity)
    changes, decisions = decide(reported, transport, deliveries, names, life, identity, policy, memory)
    tally = tally_of(prepared, deliveries, reported)
    campaigns = campaigns_of(prepared, deliveries, reported, memory)
    return Result(
        counts=counts,
        reported=reported,
        deliveries=life.added_to(deliveries),
        changes=changes,
        decisions=decisions,
        rollups=rollups,
        templates=templates,
        judgements=judgements.counted(),
        tally=tally,
        campaigns=campaigns,
    )
