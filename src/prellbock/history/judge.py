"""What does a history mean? Status is a pure function of (state, policy, now)."""

from typing import Literal

from prellbock.history.counting import of_failures
from prellbock.history.marks import Mark
from prellbock.history.model import Policy
from prellbock.history.recipient import State
from prellbock.history.standing import ALL, BY_HAND, NOTHING, RANK, Standing, Status

__all__ = ["ALL", "BY_HAND", "RANK", "Standing", "Status", "holds_for", "scoped", "standing"]


def standing(state: State, policy: Policy, *, domain: bool = False) -> Standing:
    """The strictest thing that follows from the failures, marks of complaint and unsubscribe left aside.

    Pauses are given with their end and not measured against a clock: ask `Standing.at`.
    """
    released = state.released
    after = max(state.last_delivery, released)
    found = NOTHING
    if state.failures.newest > after:
        found = of_failures(state.failures, after, policy, domain=domain)
    deferred = state.deferred
    if deferred is not None and found is NOTHING and deferred.time > after:
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
