"""Which failures count, by which rule of a policy, and what follows from them?"""

import msgspec

from prellbock.history.cells import PERMANENT, cell, cell_of
from prellbock.history.climb import Days, Reached, climb
from prellbock.history.failures import DAY, DAYS_KEPT, Failures, Report
from prellbock.history.messages import messages
from prellbock.history.model import HistoryRule, Policy
from prellbock.history.standing import NOTHING, RANK, Standing, Status
from prellbock.identity import WINDOWED


class _Share:
    """The failures that one rule counts."""

    __slots__ = ("bits", "cells", "permanent", "reports")

    def __init__(self) -> None:
        self.bits = 0
        self.permanent = 0
        """The bits of days with a permanent failure."""
        self.reports: list[Report] = []
        self.cells: dict[int, int] = {}
        """The bits of each of its cells."""


def of_failures(failures: Failures, after: float, policy: Policy, *, domain: bool) -> Standing:
    """The strictest thing that any rule makes of the failures after a time."""
    shares: dict[int, _Share] = {}
    of_cell: dict[int, _Share] = {}
    for number, bits in failures.days.items():
        index = policy.rule_for(number)
        of_cell[number] = share = shares.get(index) or shares.setdefault(index, _Share())
        share.bits |= bits
        share.cells[number] = bits
        if number & PERMANENT:
            share.permanent |= bits
    if len(shares) == 1:
        share.reports = failures.latest
    else:
        for each in failures.latest:
            of_cell[each.cell].reports.append(each)
    found = NOTHING
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
        follows = _judged(failures, rule, reached, days, share)
        found = follows if found is NOTHING else _stricter(found, follows)
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
    if single and (not reports or reports[0].time // DAY > cleared):
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
    seen = {report.message for report in reports}
    return len(seen) == len(reports) and not any(message & WINDOWED for message in seen)


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
        pending.append(target)
        pending.sort()
    into = shares[target]
    into.bits |= moved
    into.cells[number] = into.cells.get(number, 0) | moved
    into.permanent |= moved
    again = [msgspec.structs.replace(r, cell=number) for r in share.reports if int(r.time // DAY) >= day]
    into.reports = sorted([*into.reports, *again])


def _judged(failures: Failures, rule: HistoryRule, reached: Reached, days: Days, share: _Share) -> Standing:
    step, counted = reached.step, reached.days
    begin = days.time(counted[0])
    status: Status = "watched"
    name, since, expires = "failing", begin, None
    if reached.earlier:
        begin = days.time(reached.earlier[0])
    if step is not None:
        name = step.name
        if step.then == "paused" or step.then == "suppressed":
            status, since = step.then, days.time(counted[-1])
    if status == "watched":
        counted = days.known() or counted
    evidence, partial, forgotten, last = days.evidence(counted, reached.earlier)
    if rule.expires_days is not None and status != "suppressed":
        last_day = max(reached.last or counted[-1], int((reached.until or 0.0) // DAY))
        expires = (last_day + rule.expires_days + 1) * DAY
    if last is None:
        # Of several categories on one day the latest is no longer known: any one, but always the same.
        last = min(number for number, bits in share.cells.items() if bits >> failures.top - counted[-1] & 1)
    category = cell(last).category
    return Standing(
        status, since, reached.until, category, name, evidence, partial, forgotten, begin, tuple(reached.pauses),
        expires, rule.probe,
    )  # fmt: skip


def _stricter(left: Standing, right: Standing) -> Standing:
    def key(s: Standing) -> tuple[int, float, float]:
        # Of two suppressions the earlier one is the cause; of two pauses the one that lasts longer.
        return (RANK[s.status], s.until or 0.0, -(s.since or 0.0))

    return max(left, right, key=key)
