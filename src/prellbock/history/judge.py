"""What does a history mean? Status is a pure function of (state, policy, now)."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from prellbock.history.marks import Mark
from prellbock.history.messages import messages
from prellbock.history.policy import Ladder, Policy, Step
from prellbock.history.recipient import DAY, Failure, State

Status = Literal["deliverable", "watched", "paused", "suppressed", "complained", "unsubscribed"]

ALL = "all"
"""The scope of what is not limited to a stream."""

BY_HAND = "by-hand"
"""The rule of what a person has suppressed."""

RANK: dict[str, int] = {"deliverable": 0, "watched": 1, "paused": 2, "suppressed": 3}
"""How much a status withholds; ``complained`` and ``unsubscribed`` stand beside these."""

HOUR = 3600.0


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
    """Keys of the events that were counted."""
    scope: str = ALL
    source: str | None = None
    """Who says so where it is not our own history: an import, a provider's list."""

    def at(self, now: float) -> "Standing":
        """The standing at a time: a pause that has ended leaves the recipient watched, with one probe allowed."""
        if self.status == "paused" and self.until is not None and self.until <= now:
            return msgspec.structs.replace(self, status="watched", rule=f"{self.rule}/probe")
        return self


_NOTHING = Standing()


class _Day(msgspec.Struct, frozen=True):
    """A UTC day on which at least one message failed that had not failed on an earlier day."""

    time: float
    events: tuple[int, ...]
    category: str


def standing(state: State, policy: Policy, *, domain: bool = False) -> Standing:
    """The strictest thing that follows from the failures, marks of complaint and unsubscribe left aside.

    Pauses are given with their end and not measured against a clock: ask `Standing.at`.
    """
    after = state.cleared_until
    found = _NOTHING
    for ladder in policy.domain_ladders if domain else policy.ladders:
        days = _days((f for group in ladder.groups for f in state.failures.get(group, ())), after)
        if days:
            found = _stricter(found, _climb(ladder, days))
    if found is _NOTHING and not domain:
        days = _days((f for failures in state.failures.values() for f in failures), after)
        if days:
            found = _judged("watched", "failing", days)
    for mark, rule, floor in (
        (state.mirrored, "mirrored", after),
        (state.imported, "imported", state.released),
        (state.by_hand, BY_HAND, state.released),
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


def _days(failures: Iterable[Failure], after: float) -> list[_Day]:
    """The days that count: every message counts once, on the first day it failed, unless a delivery came after."""
    days: dict[int, list[Failure]] = {}
    for reports in messages(failures):
        if (first := reports[0]).time > after:
            days.setdefault(int(first.time // DAY), []).append(first)
    return [
        _Day(time=found[-1].time, events=tuple(f.event for f in found), category=found[-1].category)
        for _, found in sorted(days.items())
    ]


def _climb(ladder: Ladder, days: list[_Day]) -> Standing:
    """Takes the steps of a ladder in the order of time."""
    reached = _judged("watched", "failing", days)
    begin, number = 0, 0
    while ladder.steps:
        step = ladder.steps[min(number, len(ladder.steps) - 1)]
        if number >= len(ladder.steps) and not ladder.repeat_last:
            break
        if step.after_pause and reached.until is not None:
            end = reached.until
            begin = next((i for i, day in enumerate(days) if day.time >= end), len(days))
        counted = _window(step, days, begin)
        if not counted:
            break
        until = counted[-1].time + step.pause_days * DAY if step.then == "paused" else None
        reached = _judged(step.then, step.name, counted, until)
        number += 1
    return reached


def _window(step: Step, days: list[_Day], begin: int) -> list[_Day]:
    """The earliest run of days from ``begin`` on that satisfies a step; empty if none does."""
    for last in range(begin, len(days)):
        first = begin
        if step.within_days is not None:
            while days[last].time - days[first].time >= step.within_days * DAY:
                first += 1
        span = days[last].time - days[first].time
        if (
            last - first + 1 >= step.days
            and span >= (step.days - 1) * step.hours_apart * HOUR
            and span >= step.over_days * DAY
        ):
            return days[first : last + 1]
    return []


def _judged(status: Status, rule: str, days: list[_Day], until: float | None = None) -> Standing:
    return Standing(
        status=status,
        since=days[-1].time if status != "watched" else days[0].time,
        until=until,
        category=days[-1].category,
        rule=rule,
        evidence=tuple(event for day in days for event in day.events)[-50:],
    )


def _stricter(left: Standing, right: Standing) -> Standing:
    def key(s: Standing) -> tuple[int, float, float]:
        # Of two suppressions the earlier one is the cause; of two pauses the one that lasts longer.
        return (RANK[s.status], s.until or 0.0, -(s.since or 0.0))

    return max(left, right, key=key)
