"""What is wrong now? Each question is one function over what the store knows; none names a recipient."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

import msgspec

from prellbock.alarming.drift import drift
from prellbock.alarming.settings import Limits
from prellbock.classify.details import details_of
from prellbock.classify.model import shipped_model
from prellbock.doors.state import Shown
from prellbock.events import DeliveryEvent, Verdict
from prellbock.guard.alarms import Finding, Kind, is_wrong
from prellbock.scheduled import late_since
from prellbock.store.contract import Store
from prellbock.store.destinations import Publishes
from prellbock.store.exports import Export
from prellbock.store.reports import Mailing
from prellbock.store.syncs import Sync
from prellbock.times import rfc3339

DAY = 86400.0
_REVIVAL_DAYS, _REVIVAL_BEFORE = 14, 90
_REGULAR_DAYS, _LOOK_BACK_DAYS = 3, 14


class Look(msgspec.Struct, frozen=True):
    """What a question may look at. ``standing`` says whether an alarm of a kind and subject stands."""

    store: Store
    limits: Limits
    now: float
    standing: Callable[[Kind, str], bool]
    doors: Sequence[Shown] = ()
    """How the doors are, where a server keeps them open."""
    exports: Sequence[Export] = ()
    """How the exports are, where files are written."""
    outbox: Publishes | None = None
    """Knows the destinations, where the store sends by itself."""
    mailings: Sequence[Mailing] = ()
    """Who gets reports by mail, where a server sends them."""
    syncs: Sequence[Sync] = ()
    """How the syncs are, where lists are kept alike."""


def hard_bounces(look: Look) -> Iterator[Finding]:
    """Per stream and provider, today and yesterday (UTC)."""
    today = int(look.now // DAY)
    for rate in look.store.rates(today - 1):
        messages = rate.delivered + rate.failed
        if messages < look.limits.hard_bounce_messages:
            continue
        day = (rfc3339(rate.day * DAY) or "")[:10]
        subject = f"{rate.stream or 'no stream'} at {rate.provider or 'others'}, {day}"
        share, limit = rate.hard / messages, look.limits.hard_bounce_share
        if is_wrong(share, limit, stands=look.standing("hard_bounces", subject)):
            yield Finding(
                kind="hard_bounces", subject=subject, value=round(share, 5), limit=limit,
                details={"stream": rate.stream, "provider": rate.provider, "day": day, "messages": messages,
                         "hard": rate.hard},
            )  # fmt: skip


def refusals(look: Look) -> Iterator[Finding]:
    """Blocklists, reputation and authentication within 24 hours, by what of ours is affected."""
    groups: dict[tuple[Kind, str], Counter[str]] = defaultdict(Counter)
    facts: dict[tuple[Kind, str], dict[str, str | int | float]] = {}
    for each in look.store.blocked(look.now - DAY):
        kind: Kind = "authentication" if each.category == "authentication_failed" else "sender_blocked"
        event = DeliveryEvent(response=each.sender_text)
        told = details_of(event, Verdict(each.category, "sender", None, "rule", provider=each.provider))
        ours = told.affected_ip or told.affected_domain or "unknown"
        subject = f"{ours} on {told.blocklist}" if told.blocklist else f"{ours} ({each.category})"
        groups[kind, subject][each.provider or "others"] += 1
        known = {"affected_ip": told.affected_ip, "affected_domain": told.affected_domain,
                 "blocklist": told.blocklist, "page": told.page, "category": each.category}  # fmt: skip
        facts.setdefault((kind, subject), {name: value for name, value in known.items() if value})
    for (kind, subject), providers in groups.items():
        count = providers.total()
        if is_wrong(count, look.limits.sender_refusals - 1, stands=look.standing(kind, subject)):
            yield Finding(
                kind=kind, subject=subject, value=count, limit=look.limits.sender_refusals,
                details={**facts[kind, subject], "providers": ", ".join(sorted(providers))},
            )  # fmt: skip


def feedback(look: Look) -> Iterator[Finding]:
    """Reports about the sender within 24 hours."""
    for kind, count in look.store.feedback(look.now - DAY).items():
        if count >= look.limits.feedback_reports:
            yield Finding(kind="feedback", subject=kind, value=count, limit=look.limits.feedback_reports)


def unclassified(look: Look) -> Iterator[Finding]:
    """The share of failures and deferrals of 24 hours that nothing understands."""
    counts: Counter[str] = Counter()
    for each in look.store.counts(since=look.now - DAY, until=look.now, by=("outcome", "category"), seconds=None):
        if each.outcome in ("bounced", "deferred"):
            counts[each.category or ""] += each.count
    messages, limit = counts.total(), look.limits.unclassified_share
    if messages >= look.limits.unclassified_messages:
        share = counts["unclassified"] / messages
        if is_wrong(share, limit, stands=look.standing("unclassified", "responses")):
            yield Finding(kind="unclassified", subject="responses", value=round(share, 5), limit=limit,
                          details={"messages": messages, "unclassified": counts["unclassified"]})  # fmt: skip


def silence(look: Look) -> Iterator[Finding]:
    """Sources that are regular and bring nothing any more. Files that come once each are not regular."""
    limit = look.limits.silence_hours
    if not limit:
        return
    for source, days, last in look.store.bringing(look.now - _LOOK_BACK_DAYS * DAY):
        hours = (look.now - last) / 3600
        if days >= _REGULAR_DAYS and hours > limit:
            yield Finding(kind="silence", subject=source, value=round(hours, 1), limit=limit,
                          details={"last": rfc3339(last) or ""})  # fmt: skip


def revival(look: Look) -> Iterator[Finding]:
    """Categories of pauses of which fewer come back than before."""
    begin = look.now - _REVIVAL_DAYS * DAY
    recent = look.store.revivals_between(begin, look.now)
    before = look.store.revivals_between(begin - _REVIVAL_BEFORE * DAY, begin)
    for (section, name), count in recent.items():
        earlier = before.get((section, name))
        least = look.limits.revival_cases
        if section != "category" or earlier is None or count.cases < least or earlier.cases < least:
            continue
        usual, share = earlier.share or 0.0, count.share or 0.0
        if usual and share < look.limits.revival_share * usual:
            yield Finding(kind="revival", subject=name, value=round(share, 4), limit=round(usual, 4),
                          details={"cases": count.cases, "before": round(usual, 4)})  # fmt: skip


def incidents(look: Look) -> Iterator[Finding]:
    """Outages that go on."""
    for each in look.store.incidents(most=100):
        if each.end is None and each.verdict == "outage":
            yield Finding(kind="incident", subject=each.name, value=each.recipients, limit=0,
                          details={"provider": each.provider or "others", "category": each.category,
                                   "begin": rfc3339(each.begin) or "", "recipients": each.recipients})  # fmt: skip


def stops(look: Look) -> Iterator[Finding]:
    """Campaigns that should stop and that nobody has let go on."""
    for each in look.store.stops():
        where = each.domain or "everywhere"
        yield Finding(kind="stop", subject=f"{each.campaign} at {where}", value=round(each.failed / each.messages, 4),
                      limit=0, details={"stop": each.number, "campaign": each.campaign, "domain": each.domain,
                                        "reason": each.reason, "messages": each.messages,
                                        "failed": each.failed})  # fmt: skip


def apart(look: Look) -> Iterator[Finding]:
    """What each door has set apart within 24 hours."""
    limit = look.limits.apart
    for door, count in look.store.apart_counts(look.now - DAY).items() if limit else ():
        if count >= limit:
            yield Finding(kind="apart", subject=door, value=count, limit=limit)


def doors(look: Look) -> Iterator[Finding]:
    """Doors that have failed for some time. Asked by a server alone: nobody else knows."""
    limit = look.limits.door_minutes
    for each in look.doors:
        minutes = (look.now - each.since) / 60
        if each.condition == "failing" and minutes >= limit:
            yield Finding(kind="door", subject=f"{each.kind}:{each.name}", value=round(minutes, 1), limit=limit,
                          details={"problem": each.problem or ""})  # fmt: skip


def exports(look: Look) -> Iterator[Finding]:
    """Exports whose last run failed, or that are due for an hour and have not run."""
    for each in look.exports:
        if each.paused:
            continue
        since = late_since(each, look.now)
        if each.failing or since is not None:
            late = 0.0 if since is None else round((look.now - since) / 3600, 1)
            why = each.last.why if each.failing and each.last is not None else None
            yield Finding(kind="export", subject=each.name, value=each.failing, limit=0,
                          details={"late_hours": late, "why": why or ""})  # fmt: skip


def syncs(look: Look) -> Iterator[Finding]:
    """Syncs whose last run failed, or that are due for an hour and have not run."""
    for each in look.syncs:
        since = late_since(each, look.now)
        if not each.paused and (each.failing or since is not None):
            late = 0.0 if since is None else round((look.now - since) / 3600, 1)
            why = each.last.why if each.failing and each.last is not None else None
            yield Finding(kind="sync", subject=each.name, value=each.failing, limit=0,
                          details={"provider": each.provider, "late_hours": late, "why": why or ""})  # fmt: skip


def mailings(look: Look) -> Iterator[Finding]:
    """Reports of which the last attempt to mail them failed."""
    for each in look.mailings:
        if not each.paused and each.last is not None and each.last.sent is None and each.last.error is not None:
            yield Finding(kind="report", subject=f"{each.stream or 'all streams'}, {each.last.month}",
                          value=each.last.attempts, limit=0, details={"why": each.last.error})  # fmt: skip


def destinations(look: Look) -> Iterator[Finding]:
    """Destinations that fail, have been disabled, or fall behind. What people have paused is no alarm."""
    limits = look.limits
    for each in look.outbox.destinations() if look.outbox is not None else ():
        failed = None if each.failing is None else (look.now - each.failing) / 60
        # One that is sent everything from the beginning is not behind because the ledger is old.
        behind = None if each.oldest is None else (look.now - max(each.oldest, each.created)) / 60
        facts: dict[str, str | int | float] = {"kind": each.kind, "state": each.state, "why": each.why or ""}
        if each.state == "disabled" or (each.state == "active" and failed and failed >= limits.destination_minutes):
            yield Finding(kind="destination", subject=each.name, value=round(failed or 0.0, 1),
                          limit=limits.destination_minutes, details=facts)  # fmt: skip
        elif each.state == "active" and limits.behind_minutes and behind and behind >= limits.behind_minutes:
            facts["oldest"] = rfc3339(each.oldest) or ""
            yield Finding(kind="destination", subject=each.name, value=round(behind, 1),
                          limit=limits.behind_minutes, details=facts)  # fmt: skip


def drifting(look: Look) -> Iterator[Finding]:
    """What servers say and what is made of it, the latest week against the four before."""
    limits = look.limits.drift
    if not limits.responses:
        return
    for each in drift(look.store, shipped_model(), look.now, limits=limits):
        if each.drifts and each.limit is not None:
            samples = {f"sample_{n}": f"{sample.count} x {sample.says}: {sample.text}"[:300]
                       for n, sample in enumerate(each.samples, 1)}  # fmt: skip
            yield Finding(kind="drift", subject=f"{each.kind}: {each.subject}", value=each.share, limit=each.limit,
                          details={"responses": each.cases, "usual": each.usual or 0.0, **samples})  # fmt: skip


QUICK: tuple[Callable[[Look], Iterator[Finding]], ...] = (stops, incidents)
"""Asked every few seconds."""
SLOW: tuple[Callable[[Look], Iterator[Finding]], ...] = (
    hard_bounces, refusals, feedback, unclassified, silence, apart, destinations,
)  # fmt: skip
"""Asked every few minutes."""
RARE: tuple[Callable[[Look], Iterator[Finding]], ...] = (revival, drifting)
"""Asked a few times a day: they go through all histories."""
KINDS: dict[Callable[[Look], Iterator[Finding]], tuple[Kind, ...]] = {
    stops: ("stop",), incidents: ("incident",), hard_bounces: ("hard_bounces",), feedback: ("feedback",),
    refusals: ("sender_blocked", "authentication"), unclassified: ("unclassified",), silence: ("silence",),
    revival: ("revival",), apart: ("apart",), doors: ("door",), exports: ("export",), syncs: ("sync",),
    mailings: ("report",), destinations: ("destination",), drifting: ("drift",),
}  # fmt: skip
"""The kinds of alarm that each question finds: only these can be over when it finds nothing."""
