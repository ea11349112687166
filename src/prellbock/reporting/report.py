"""A month's figures as a pure function of what was counted. Words and rates are those of the dashboard.

Rates are per messages with a final outcome (delivered or failed for good), a message counted once for each UTC day. No
recipient is named: nothing in here comes from a single address, and what people wrote is rid of addresses.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from prellbock.reporting.month import Month
from prellbock.store.figures import Count, Decisions, Tally
from prellbock.taxonomy import FAULTS
from prellbock.times import rfc3339

CSA_LIMIT = 0.01
"""Hard bounces a day that the Certified Senders Alliance allows, as a share of messages with a final outcome."""
LEAST_MESSAGES = 500
"""With fewer messages on a day its share says little, and the day does not count as over the limit."""
COMPARABLE = 0.2
"""With a smaller share of this month's events the month before was not recorded in full."""
_ADDRESS = re.compile(r"\S+@\S+")
_DAY = 86_400


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of messages, and their rates; a rate without any message is null."""

    delivered: int = 0
    deferred: int = 0
    """Reports of deferrals: the message was still being tried."""
    bounced: int = 0
    """Messages that failed for good."""
    hard: int = 0
    """Of these, permanently and by the fault of the recipient or the domain."""
    final: int = 0
    """Delivered or bounced."""
    complaints: int = 0
    unsubscribed: int = 0
    bounce_rate: float | None = None
    hard_rate: float | None = None


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A UTC day."""

    date: str
    final: int
    bounced: int
    hard: int
    hard_rate: float | None
    few: bool
    """Too few messages for a rate that says something."""
    over: bool
    """Whether the hard-bounce rate is over the limit; never with few messages."""


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why mail failed: reports of failures and deferrals of one category, now and in the month before."""

    fault: str
    category: str
    count: int
    bounced: int
    """Of ``count``, those that failed for good."""
    share: float
    """Of all reports of failures and deferrals."""
    before: int
    share_before: float | None


class ProviderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A provider; null: all that are not listed, together."""

    provider: str | None
    now: Sums
    before: Sums


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions about recipients of all streams."""

    suppressed: int = 0
    """Newly withheld until somebody releases them."""
    paused: int = 0
    """Withheld for a time."""
    revived: int = 0
    """May be mailed again after a pause or suppression, those released by hand included."""
    released: int = 0
    """Released by a person."""


class SuppressedFor(msgspec.Struct, frozen=True):
    """How many were newly suppressed because of one category; null: other reasons, such as a person's decision."""

    category: str | None
    count: int


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """An incident of the outage shield that touches the month; of all streams."""

    name: str
    provider: str | None
    category: str
    begin: str | None
    end: str | None
    """Null while it goes on."""
    verdict: str
    by_hand: bool
    failed: int
    recipients: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Rules or a policy that were published."""

    time: str | None
    subject: str
    """``rules`` or ``policy``."""
    number: int
    title: str
    restores: int | None


class Alarmed(msgspec.Struct, frozen=True):
    """How often a kind of alarm was raised."""

    kind: str
    count: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A month of one stream, or of all."""

    month: str
    stream: str | None
    """Null: all streams together."""
    begin: str | None
    until: str | None
    """The end of the month, or until when the figures go while it is not over."""
    running: bool
    """Whether the month is not over."""
    made: str | None
    csa_limit: float
    now: Sums
    before: Sums
    """The whole month before."""
    comparable: bool
    """Whether the month before was recorded in full enough to speak of changes."""
    days: list[Day]
    days_over: int
    worst: Day | None
    """The day with the highest hard-bounce rate of those that count."""
    causes: list[Cause]
    """By fault, then the most frequent first."""
    providers: list[ProviderLine]
    """Those with most messages first."""
    others: int
    """Providers that are left out of the list."""
    decided: Decided
    decided_before: Decided
    suppressed_for: list[SuppressedFor]
    incidents: list[Outage]
    steps: list[Step]
    alarms: list[Alarmed]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all came in."""
        return not (self.now.final or self.now.deferred or any(cause.count for cause in self.causes))


class Half(msgspec.Struct, frozen=True):
    """What was counted of one month."""

    counts: Sequence[Count]
    """By outcome, category, fault; with or without days."""
    tallies: Sequence[Tally]
    """By day."""
    providers: Mapping[str, Sums]
    decided: Sequence[Decisions]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that a report is made of."""

    month: Month
    stream: str | None
    now: float
    this: Half
    before: Half
    others: int = 0
    incidents: Sequence[Outage] = ()
    steps: Sequence[Step] = ()
    alarms: Sequence[str] = ()
    """Kinds of the alarms that were raised."""


def report(facts: Facts) -> Report:
    """The month's figures."""
    month, this = facts.month, facts.this
    until = min(month.end, facts.now)
    days = _days(this, month.begin, until)
    counting = [day for day in days if day.hard_rate is not None and not day.few]
    now, before = _sums(this), _sums(facts.before)
    return Report(
        month=str(month), stream=facts.stream, begin=rfc3339(month.begin), until=rfc3339(until),
        running=until < month.end, made=rfc3339(facts.now), csa_limit=CSA_LIMIT, now=now,
        before=before, comparable=before.final > COMPARABLE * now.final, days=days,
        days_over=sum(day.over for day in days),
        worst=max(counting, key=lambda day: day.hard_rate or 0.0, default=None),
        causes=_causes(this.counts, facts.before.counts),
        providers=_providers(this, facts.before, now, before), others=facts.others,
        decided=_decided(this.decided), decided_before=_decided(facts.before.decided),
        suppressed_for=_suppressed_for(this.decided), incidents=list(facts.incidents),
        steps=[msgspec.structs.replace(step, title=_ADDRESS.sub("…", step.title)) for step in facts.steps],
        alarms=[Alarmed(kind, count) for kind, count in Counter(facts.alarms).most_common()],
    )  # fmt: skip


def sums_of(outcomes: Mapping[str | None, int], tallies: Iterable[Tally]) -> Sums:
    """Counts with their rates, of events by outcome and of the messages that failed."""
    found = [*tallies]
    bounced, hard = sum(each.bounced for each in found), sum(each.hard for each in found)
    final = outcomes.get("delivered", 0) + bounced
    return Sums(
        delivered=outcomes.get("delivered", 0), deferred=outcomes.get("deferred", 0), bounced=bounced, hard=hard,
        final=final, complaints=outcomes.get("complaint", 0), unsubscribed=outcomes.get("unsubscribe", 0),
        bounce_rate=_rate(bounced, final), hard_rate=_rate(hard, final),
    )  # fmt: skip


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole > 0 else None


def _sums(half: Half) -> Sums:
    by_outcome: Counter[str | None] = Counter()
    for each in half.counts:
        by_outcome[each.outcome] += each.count
    return sums_of(by_outcome, half.tallies)


def _providers(this: Half, earlier: Half, now: Sums, before: Sums) -> list[ProviderLine]:
    """Those that are known, the largest first; then what is left."""
    lines = [
        ProviderLine(provider=name, now=sums, before=earlier.providers.get(name, Sums()))
        for name, sums in sorted(this.providers.items(), key=lambda each: (-each[1].final, each[0]))
    ]
    rest = _rest(now, [line.now for line in lines])
    if rest.final or rest.deferred:
        lines.append(ProviderLine(provider=None, now=rest, before=_rest(before, [line.before for line in lines])))
    return lines


def _rest(whole: Sums, parts: Iterable[Sums]) -> Sums:
    """What the parts leave of the whole; a message that failed at two providers is counted at both."""
    outcomes = Counter[str | None]()
    names = {"delivered": "delivered", "deferred": "deferred", "complaint": "complaints", "unsubscribe": "unsubscribed"}
    left = {field: getattr(whole, field) for field in (*names.values(), "bounced", "hard")}
    for part in parts:
        for field in left:
            left[field] -= getattr(part, field)
    for outcome, field in names.items():
        outcomes[outcome] = max(0, left[field])
    return sums_of(outcomes, [Tally(0.0, max(0, left["bounced"]), max(0, left["hard"]))])


def _days(half: Half, begin: float, until: float) -> list[Day]:
    delivered: Counter[int] = Counter()
    for count in half.counts:
        if count.outcome == "delivered" and count.time is not None:
            delivered[int(count.time // _DAY)] += count.count
    failed = {int(tally.time // _DAY): tally for tally in half.tallies}
    days = []
    for number in range(int(begin // _DAY), -int(-until // _DAY)):
        tally = failed.get(number, Tally(number * float(_DAY)))
        final = delivered[number] + tally.bounced
        rate, few = _rate(tally.hard, final), final < LEAST_MESSAGES
        over = rate is not None and not few and rate > CSA_LIMIT
        days.append(
            Day(date=f"{datetime.fromtimestamp(number * _DAY, UTC):%Y-%m-%d}", final=final, bounced=tally.bounced,
                hard=tally.hard, hard_rate=rate, few=few, over=over)
        )  # fmt: skip
    return days


def _causes(now: Iterable[Count], before: Iterable[Count]) -> list[Cause]:
    counts, earlier, bounced = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for found, events in ((counts, now), (earlier, before)):
        for each in events:
            if each.outcome in ("bounced", "deferred"):
                found[each.fault or "none", each.category or "unclassified"] += each.count
                if found is counts and each.outcome == "bounced":
                    bounced[each.fault or "none", each.category or "unclassified"] += each.count
    whole, whole_before = counts.total(), earlier.total()
    causes = [
        Cause(
            fault=fault, category=category, count=counts[fault, category], bounced=bounced[fault, category],
            share=_rate(counts[fault, category], whole) or 0.0, before=earlier[fault, category],
            share_before=_rate(earlier[fault, category], whole_before),
        )
        for fault, category in {*counts, *earlier}
    ]  # fmt: skip
    order: dict[str, int] = {fault: number for number, fault in enumerate(FAULTS)}
    return sorted(causes, key=lambda each: (order.get(each.fault, len(order)), -each.count, each.category))


def _decided(counted: Iterable[Decisions]) -> Decided:
    found: Counter[str] = Counter()
    for each in counted:
        found[each.what] += each.count
    return Decided(
        suppressed=found["suppressed"], paused=found["paused"], revived=found["revived"] + found["released"],
        released=found["released"],
    )  # fmt: skip


def _suppressed_for(counted: Iterable[Decisions]) -> list[SuppressedFor]:
    found: Counter[str | None] = Counter()
    for each in counted:
        if each.what == "suppressed":
            found[each.category] += each.count
    return [SuppressedFor(category, count) for category, count in found.most_common()]
