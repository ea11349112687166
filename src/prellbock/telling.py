"""What is known of a recipient and of decisions, as objects: what every interface that tells it writes."""

from prellbock.history.check import deciding
from prellbock.history.languages import Language
from prellbock.history.story import Act, Chance, Evidence, Facts, tell
from prellbock.store.contract import Acted, Decided, Store, Story
from prellbock.times import rfc3339


def chance_of(store: Store, story: Story, now: float) -> Chance | None:
    """How such a pause usually ends, where the recipient is paused or gets a probe."""
    standing = story.standing.at(now)
    if standing.category is None or not (standing.status == "paused" or (standing.rule or "").endswith("/probe")):
        return None
    count = store.revival(standing.category, store.policy, now)
    return None if count.share is None else Chance(count.share, *count.interval, count.cases)


def sentences(
    story: Story, now: float, language: Language, chance: Chance | None = None, *, commands: bool = True
) -> list[str]:
    """The explanation at ``now`` (Unix seconds); ``commands``: with what to type to change it."""
    counted = {*story.standing.evidence}
    return tell(
        Facts(
            address=story.address,
            standing=story.standing.at(now),
            marks=story.marks,
            domain=story.domain.at(now),
            evidence=[
                Evidence(event.time, event.message, event.response or event.template)
                for event in story.events
                if event.key in counted
            ],
            last_delivery=story.last_delivery,
            known=bool(story.events or story.last_delivery or story.state.newest or story.actions),
            last_engagement=story.last_engagement,
            acts=[Act(act.time, act.kind, act.actor, act.reason, act.scope) for act in story.actions],
            probes=story.probes,
            chance=chance,
            excused=[(event.time, event.incident) for event in story.events if event.incident is not None],
            waiting=story.waiting is not None and story.waiting.status in ("paused", "suppressed"),
        ),
        language,
        commands=commands,
    )


def story_record(story: Story, now: float, language: Language, chance: Chance | None = None) -> dict[str, object]:
    """The story as one JSON object; the status is what `check` says of marketing mail.

    Keys of events are hexadecimal, for readers without 64-bit integers."""
    standing = deciding(story.standing, story.marks, story.domain, now=now)
    domain = story.domain.at(now)
    counted = {*story.standing.evidence}
    return {
        "address": story.address,
        "status": standing.status,
        "until": rfc3339(standing.until),
        "since": rfc3339(standing.since),
        "category": standing.category,
        "rule": standing.rule,
        "source": standing.source,
        "explanation": " ".join(sentences(story, now, language, chance)),
        "sentences": sentences(story, now, language, chance, commands=False),
        "marks": [
            {"status": mark.status, "scope": mark.scope, "since": rfc3339(mark.since), "category": mark.category}
            for mark in story.marks
        ],
        "domain": {
            "status": domain.status,
            "since": rfc3339(domain.since),
            "until": rfc3339(domain.until),
            "category": domain.category,
            "rule": domain.rule,
        },
        "last_delivery": rfc3339(story.last_delivery),
        "last_engagement": rfc3339(story.last_engagement),
        "chance": None
        if chance is None
        else {
            "share": round(chance.share, 6),
            "low": round(chance.low, 6),
            "high": round(chance.high, 6),
            "cases": chance.cases,
        },
        "probes": [{"granted": rfc3339(granted), "campaign": holder or None} for granted, holder in story.probes],
        "evidence": [
            {
                "event": _hex(event.key),
                "counted": event.key in counted,
                "time": rfc3339(event.time),
                "outcome": event.outcome,
                "category": event.category,
                "fault": event.fault,
                "permanent": event.permanent,
                "decided_by": event.decided_by,
                "rule": event.rule,
                "provider": event.provider,
                "response": event.response,
                "template": event.template,
                "status": event.status,
                "smtp_code": event.smtp_code,
                "message": _hex(event.message),
                "stream": event.stream,
                "campaign": event.campaign,
                "source": event.source,
                "incident": event.incident,
            }
            for event in story.events
        ],
        "history": [
            {
                "seq": entry.seq,
                "time": rfc3339(entry.time),
                "recorded": rfc3339(entry.recorded),
                "scope": entry.scope,
                "before": entry.before,
                "status": entry.status,
                "since": rfc3339(entry.since),
                "until": rfc3339(entry.until),
                "category": entry.category,
                "rule": entry.rule,
                "source": entry.source,
                "evidence": [_hex(key) for key in entry.evidence],
                "policy": entry.policy,
                "ruleset": entry.ruleset,
                "actor": entry.actor,
                "action": entry.action,
                "reason": entry.reason,
                "undone": entry.undone is not None,
            }
            for entry in story.ledger
        ],
        "actions": [
            {
                "time": rfc3339(action.time),
                "action": action.kind,
                "by": action.actor,
                "reason": action.reason,
                "scope": action.scope or "all",
            }
            for action in story.actions
        ],
    }


def decision_record(decided: Decided) -> dict[str, object]:
    """One decision as a JSON object; keys of events and operations are hexadecimal."""
    entry = decided.entry
    return {
        "seq": entry.seq,
        "time": rfc3339(entry.time),
        "recorded": rfc3339(entry.recorded),
        "address": decided.address,
        "hash": decided.hash,
        "scope": entry.scope,
        "before": entry.before,
        "status": entry.status,
        "since": rfc3339(entry.since),
        "until": rfc3339(entry.until),
        "category": entry.category,
        "rule": entry.rule,
        "source": entry.source,
        "provider": decided.provider,
        "evidence": [_hex(key) for key in entry.evidence],
        "policy": entry.policy,
        "ruleset": entry.ruleset or None,
        "by": entry.actor,
        "action": entry.action,
        "reason": entry.reason,
        "undone": None if entry.undone is None else f"{entry.undone:016x}",
    }


def acted_record(acted: Acted, what: str, now: float) -> dict[str, object]:
    """What undoing or redoing (``what`` is ``undone`` or ``redone``) did to a recipient, at ``now`` (Unix seconds)."""
    standing = acted.after.at(now)
    return {
        "address": acted.address,
        "hash": acted.hash,
        what: acted.decisions,
        "before": acted.before.at(now).status,
        "status": standing.status,
        "until": rfc3339(standing.until),
    }


def operation_record(operation: int | None, done: list[Acted], now: float, *, dry_run: bool) -> dict[str, object]:
    """The counts of an undoing or redoing."""
    return {
        "operation": None if operation is None or dry_run else f"{operation:016x}",
        "dry_run": dry_run,
        "decisions": sum(acted.decisions for acted in done),
        "recipients": len(done),
        "changed": sum(acted.before.at(now) != acted.after.at(now) for acted in done),
    }


def _hex(key: int) -> str:
    return f"{key & 0xFFFF_FFFF_FFFF_FFFF:016x}"
