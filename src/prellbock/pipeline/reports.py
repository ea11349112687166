"""Events that are not deliveries: which are new, what was their cause, and how often did it occur?"""

from collections import Counter

from prellbock.events import DeliveryEvent
from prellbock.identity import Identity, template_key
from prellbock.pipeline.histories import touches
from prellbock.pipeline.judgements import Judgements, judgement_of
from prellbock.pipeline.memory import Classifies, Memory
from prellbock.pipeline.prepared import Prepared
from prellbock.pipeline.result import HOUR, Reported, RollupKey, TemplateCount


def unseen(prepared: Prepared, memory: Memory) -> dict[int, DeliveryEvent]:
    """The events that are new, by key; of several with one key in the batch the first."""
    unique: dict[int, DeliveryEvent] = {}
    for key, event in zip(prepared.other_keys, prepared.others, strict=True):
        unique.setdefault(key, event)
    for key in memory.known_events(unique.keys()):
        del unique[key]
    return unique


def report(
    events: dict[int, DeliveryEvent], identity: Identity, classifier: Classifies, judgements: Judgements | None = None
) -> list[Reported]:
    """The events with everything that is concluded from each alone; ``judgements`` counts what of it rests on rules."""
    verdicts = classifier.classify_many(list(events.values()))
    judgements = judgements or Judgements()
    reported = []
    for (key, event), verdict in zip(events.items(), verdicts, strict=True):
        template = template_key(verdict.template) if verdict.template else None
        reported.append(
            Reported(
                key=key,
                message=identity.of_message(event, key),
                entity=identity.of_address(event.recipient) if event.recipient else None,
                event=event,
                verdict=verdict,
                template=template,
                origin=identity.of_origin(event) if event.sender or event.stream else 0,
                judgement=judgements.add(judgement_of(event, verdict, template)),
            )
        )
    return reported


def counted(size: int, reported: list[Reported], delivered: int) -> Counter[str]:
    """The counts of a batch of so many events, of which these are new."""
    counts: Counter[str] = Counter(read=size)
    for report in reported:
        outcome = report.event.outcome
        assert outcome is not None
        counts["failed" if outcome == "bounced" else outcome] += 1
    if set_aside := sum(each.event.outcome == "imported" and not touches(each) for each in reported):
        counts["set_aside"] = set_aside
    counts["delivered"] = delivered
    counts["new"] = len(reported) + delivered
    counts["duplicate"] = size - counts["new"]
    return counts


def count(reported: list[Reported], rollups: Counter[RollupKey]) -> dict[int, TemplateCount]:
    """Fills the counts per hour; gives those per template."""
    templates: dict[int, TemplateCount] = {}
    for report in reported:
        event, verdict = report.event, report.verdict
        assert event.time is not None
        assert event.outcome is not None
        rollups[
            RollupKey(
                int(event.time // HOUR),
                verdict.category,
                verdict.fault,
                verdict.provider or "",
                event.stream or "",
                verdict.rule or "",
                event.outcome,
            )
        ] += 1
        if report.template is None or verdict.template is None:
            continue
        if (known := templates.get(report.template)) is None:
            templates[report.template] = TemplateCount(
                verdict.template,
                1,
                event.time,
                event.time,
                verdict.category,
                verdict.provider,
                event.response or "",
                event.recipient or "",
            )
        else:
            known.count += 1
            known.first = min(known.first, event.time)
            known.last = max(known.last, event.time)
    return templates
