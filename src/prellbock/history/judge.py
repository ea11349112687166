"""What does a history mean? Status is a pure function of (state, policy, now)."""

from typing import Literal

import msgspec

from prellbock.history.climb import Days, Reached, climb
from prellbock.history.failures import DAY, DAYS_KEPT, PERMANENT, Failures, Report, cell, cell_of
from prellbock.history.marks import Mark
from prellbock.history.messages import messages
from prellbock.history.model import HistoryRule, Policy
from prellbock.history.recipient import State
from prellbock.identity import WINDOWED

Status = Literal["deliverable", "watched", "paused", "suppressed", "complained", "unsubscribed"]

ALL = "all"
"""The scope of what is not limited to a stream."""

BY_HAND = "by-hand"
"""The rule of what a person has suppressed."""

RANK: dict[str, int] = {"deliverable": 0, "watched": 1, "paused": 2, "suppressed": 3}
"""How much a status withholds; ``complained`` and ``unsubscribed`` stand beside these."""


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What follows from one history, and from what. Times are Unix seconds UTC."""

    status: Status = "deliverable"
    since: float | None = None
    until: float | None = None
    """End of a pause; None for what has no end."""
    category: str | None = None
    rule: str | None = None
    """Name of the history rule that decided."""
    evidence: tuple[int, ...] = ()
    """Keys of the events that were counted, as far as the history still knows them."""
    partial: bool = False
    """Whether days were counted whose events the history no longer knows; they are in the store."""
    begin: float | None = None
    """Time of the first failure that was counted."""
    expires: float | None = None
    """When nothing of this is held against the recipient any more, if nothing else happens."""
    probe: bool = True
    """Whether a pause ends in one probe."""
    scope: str = ALL
    source: str | None = None
    """Who says so where it is not our own history: an import, a provider's list."""

    def at(self, now: float) -> "Standing":
        """The standing at a time: a pause that has ended leaves the recipient watched, mostly for one probe."""
        if self.expires is not None and self.expires <= now:
            return _NOTHING
        if self.status == "paused" and self.until is not None and self.until <= now:
            return msgspec.structs.replace(
                self, status="watched", rule=f"{self.rule}/{'probe' if self.probe else 'ended'}"
            )
        return self


_NOTHING = Standing()


def standing(state: State, policy: Policy, *, domain: bool = False) -> Standing:
    """The strictest thing that follows from the failures, marks of complaint and unsubscribe left aside.

    Pauses are given with their end and not measured against a clock: ask `Standing.at`.
    """
    released = state.released
    after = max(state.last_delivery, released)
    found = _NOTHING
    if state.failures.newest > after:
        found = _of_failures(state.failures, after, policy, domain=domain)
    deferred = state.deferred
    if deferred is not None and found is _NOTHING and deferred.time > after:
        time, evidence = deferred.time, (deferred.event,)
        found = Standing("watched", time, None, deferred.category, "deferred", evidence, begin=time)
    if state.mirrored is None and state.imported is None and state.by_hand is None:
        return found
    for mark, rule, floor in (
        (state.mirrored, "mirrored", after),
        (state.imported, "imported", released),
        (state.by_hand, BY_HAND, released),
    ):
        # What a person has said is told before anything else that suppresses as well.
        if mark is not None and mark.time > floor and (RANK[found.status] < RANK["suppressed"] or rule == BY_HAND):
            found = Standing(
                status="suppressed",
                since=mark.time,
                category=None if rule == BY_HAND else mark.category or "suppressed",
                rule=rule,
                evidence=(mark.event,),
                source=mark.source or None,
            )
    return found


def scoped(state: State, policy: Policy) -> list[Standing]:
    """The complaints and unsubscribes that hold, one for each scope (a stream or a stream group)."""
    if not state.complaints and not state.unsubscribes:
        return []
    complaints = _by_scope(state.complaints, policy)
    unsubscribes = _by_scope(state.unsubscribes, policy)
    not_spam = _by_scope(state.not_spam, policy)
    consents = _by_scope({stream: mark for stream, mark in state.consents.items() if stream}, policy)
    releases = _by_scope({scope: mark for scope, mark in state.releases.items() if scope}, policy)
    everything = _time(state.consents.get(""))
    found = []
    for scope in sorted({*complaints, *unsubscribes}):
        consent = max(everything, _time(consents.get(scope)), _time(releases.get(scope)))
        complaint, unsubscribe = complaints.get(scope), unsubscribes.get(scope)
        if complaint is not None and complaint.time > max(consent, _time(not_spam.get(scope))):
            found.append(_marked("complained", complaint, scope))
        elif unsubscribe is not None and unsubscribe.time > consent:
            found.append(_marked("unsubscribed", unsubscribe, scope))
    return found


def _by_scope(marks: dict[str, Mark], policy: Policy) -> dict[str, Mark]:
    """The latest mark of each scope; marks of critical streams hold for nothing."""
    latest: dict[str, Mark] = {}
    for stream, mark in marks.items():
        if not policy.is_critical(stream):
            scope = policy.scope_of(stream)
            latest[scope] = max(mark, latest.get(scope, mark))
    return latest


def holds_for(mark: Standing, stream: str | None, policy: Policy) -> bool:
    """Whether a complaint or unsubscribe withholds mail of a stream."""
    return not policy.is_critical(stream) and mark.scope == policy.scope_of(stream)


def _marked(status: Literal["complained", "unsubscribed"], mark: Mark, scope: str) -> Standing:
    category = "complaint" if status == "complained" else "unsubscribe"
    return Standing(
        status=status,
        since=mark.time,
        category=category,
        rule=category,
        evidence=(mark.event,),
        scope=scope,
        source=mark.source or None,
    )


def _time(mark: Mark | None) -> float:
    return mark.time if mark is not None else 0.0


class _Share:
    """The failures that one rule counts."""

    __slots__ = ("bits", "first_cell", "permanent", "reports")

    def __init__(self) -> None:
        self.bits = 0
        self.permanent = 0
        """The bits of days with a permanent failure."""
        self.reports: list[Report] = []
        self.first_cell = 0
        """The smallest of the cells."""


def _of_failures(failures: Failures, after: float, policy: Policy, *, domain: bool) -> Standing:
    """The strictest thing that any rule makes of the failures after a time."""
    shares: dict[int, _Share] = {}
    of_cell: dict[int, _Share] = {}
    for number, bits in failures.days.items():
        index = policy.rule_for(number)
        of_cell[number] = share = shares.get(index) or shares.setdefault(index, _Share())
        share.bits |= bits
        share.first_cell = min(number, share.first_cell or number)
        if number & PERMANENT:
            share.permanent |= bits
    if len(shares) == 1:
        share.reports = failures.latest
    else:
        for each in failures.latest:
            of_cell[each.cell].reports.append(each)
    found = _NOTHING
    pending = sorted(shares)
    for index in pending:
        if index < 0 and domain:
            continue
        share = shares[index]
        days = _days(failures, share, after)
        if days is None:
            continue
        rule = policy.rules[index] if index >= 0 else _UNRULED
        reached = climb(rule, days)
        if reached.step is not None and reached.step.then == "recategorised":
            _recategorise(failures, shares, pending, index, reached, policy)
        follows = _judged(rule, reached, days, share)
        found = follows if found is _NOTHING else _stricter(found, follows)
    return found


_UNRULED = HistoryRule(name="failing", category=())
"""For failures that no rule of the policy counts."""


def _days(failures: Failures, share: _Share, after: float) -> Days | None:
    """The days that count, if there are any: every message counts once, on the first day it failed, unless a delivery
    came after."""
    top, bits = failures.top, share.bits
    # The days after that of the delivery count as they are, and its own day if something failed after it.
    cleared = int(after // DAY)
    width = top - cleared
    if width < 0:
        return None
    if width < DAYS_KEPT:
        bits &= (2 << width) - 1
        if bits >> width and cleared * DAY + failures.earliest <= after:
            bits ^= 1 << width
    reports = share.reports
    single = _are_single(reports)
    if single and (not reports or reports[0].time > after):
        # The bits say already what the reports would say.
        return Days(bits, top, failures.earliest, reports, share.permanent) if bits else None
    known = counting = 0
    for report in reports:
        known |= 1 << top - int(report.time // DAY)
    if not single:
        reports = [reports[0] for reports in messages(reports)]
    reports = [report for report in reports if report.time > after]
    for report in reports:
        counting |= 1 << top - int(report.time // DAY)
    bits = bits & ~known | counting
    return Days(bits, top, failures.earliest, reports, share.permanent) if bits else None


def _are_single(reports: list[Report]) -> bool:
    """Whether each report is plainly of a message of its own."""
    seen = set()
    for report in reports:
        if report.message & WINDOWED:
            return False
        seen.add(report.message)
    return len(seen) == len(reports)


def _recategorise(
    failures: Failures, shares: dict[int, _Share], pending: list[int], index: int, reached: Reached, policy: Policy
) -> None:
    """Lets the failures from the last counted day on count for the rule of another category, as permanent ones."""
    assert reached.step is not None
    assert reached.step.becomes is not None
    number = cell_of(reached.step.becomes, True, None, None)
    target = policy.rule_for(number)
    if target <= index:
        return
    share, day = shares[index], reached.days[-1]
    moved = share.bits & (1 << failures.top - day + 1) - 1
    if target not in shares:
        shares[target] = _Share()
        shares[target].first_cell = number
        pending.append(target)
        pending.sort()
    into = shares[target]
    into.bits |= moved
    into.permanent |= moved
    again = [msgspec.structs.replace(r, cell=number) for r in share.reports if int(r.time // DAY) >= day]
    into.reports = sorted([*into.reports, *again])


def _judged(rule: HistoryRule, reached: Reached, days: Days, share: _Share) -> Standing:
    step, counted = reached.step, reached.days
    begin = days.time(counted[0])
    status: Status = "watched"
    name, since, expires = "failing", begin, None
    if step is not None:
        name = step.name
        if step.then == "paused" or step.then == "suppressed":
            status, since = step.then, days.time(counted[-1])
    if status == "watched":
        counted = days.known() or counted
    evidence, partial, last = days.evidence(counted)
    if rule.expires_days is not None and status != "suppressed":
        expires = max(reached.last, reached.until or 0.0) + rule.expires_days * DAY
    category = cell(share.first_cell if last is None else last).category
    return Standing(
        status, since, reached.until, category, name, evidence, partial, begin, expires, rule.probe
    )  # fmt: skip


def _stricter(left: Standing, right: Standing) -> Standing:
    def key(s: Standing) -> tuple[int, float, float]:
        # Of two suppressions the earlier one is the cause; of two pauses the one that lasts longer.
        return (RANK[s.status], s.until or 0.0, -(s.since or 0.0))

    return max(left, right, key=key)
