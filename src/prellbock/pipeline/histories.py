"""Histories: which states does a batch change, and what is decided for whom?"""

import numpy as np

from prellbock.addresses import domain_of
from prellbock.history.judge import Standing, scoped, standing
from prellbock.history.policy import Policy
from prellbock.history.recipient import GROUP_TRANSPORT, Failure, Mark, State, group_of
from prellbock.identity import HASH_OCTETS, Identity, short
from prellbock.pipeline.deliveries import SignsOfLife
from prellbock.pipeline.memory import Memory
from prellbock.pipeline.result import DAY, Change, Decision, Deliveries, Place, Reported

Touched = dict[bytes, str]
"""Hash of a recipient or domain → canonical address or ``@domain``."""


def decide(
    reported: list[Reported],
    transport: dict[str, list[Failure]],
    deliveries: Deliveries,
    names: list[str],
    life: SignsOfLife,
    identity: Identity,
    policy: Policy,
    memory: Memory,
) -> tuple[list[Change], list[Decision]]:
    """The states that the batch changes and the decisions that follow.

    ``transport``: per domain its failures in transport; ``names``: the addresses of the deliveries, in their order.
    """
    touching = [each for each in reported if each.entity is not None and touches(each)]
    of_domain = {identity.of_domain(domain): (domain, failures) for domain, failures in transport.items()}
    touched: Touched = {}
    since: dict[int, float] = {}
    for each in touching:
        assert each.entity is not None
        assert each.event.recipient is not None
        assert each.event.time is not None
        touched[each.entity] = each.event.recipient
        _earliest(since, short(each.entity), each.event.time)
    for digest, (domain, failures) in of_domain.items():
        touched[digest] = f"@{domain}"
        _earliest(since, short(digest), min(failure.time for failure in failures))
    delivered = _delivered(deliveries, names, life, since, touched, identity, memory)

    states = memory.states(touched.keys())
    before: dict[bytes, tuple[Standing, list[Standing]]] = {}
    for digest, name in touched.items():
        state = states.get(digest)
        if state is None:
            states[digest] = state = State()
            before[digest] = (Standing(), [])
        else:
            before[digest] = _judged(state, name, policy)
        if (last := delivered.get(short(digest))) is not None:
            state.add_delivery(last)
    for each in touching:
        assert each.entity is not None
        remember(states[each.entity], each)
    for digest, (_, failures) in of_domain.items():
        for failure in failures:
            states[digest].add_failure(GROUP_TRANSPORT, failure)

    changes: list[Change] = []
    decisions: list[Decision] = []
    for digest, name in touched.items():
        change = Change(digest, name, states[digest], *_judged(states[digest], name, policy))
        changes.append(change)
        decisions.extend(_compare(change, *before[digest]))
    return changes, decisions


def _judged(state: State, name: str, policy: Policy) -> tuple[Standing, list[Standing]]:
    return standing(state, policy, domain=name.startswith("@")), scoped(state, policy)


def _delivered(
    deliveries: Deliveries,
    names: list[str],
    life: SignsOfLife,
    since: dict[int, float],
    touched: Touched,
    identity: Identity,
    memory: Memory,
) -> dict[int, float]:
    """The latest delivery of everybody for whom one matters: who fails in this batch, or has an open history.

    Adds the latter to ``touched``. ``since``: short keys of those who fail, with the earliest failure.
    """
    failing = np.fromiter(since, dtype=np.int64, count=len(since))
    latest = memory.last_deliveries(since)
    wanted = memory.open_among(deliveries.recipients) | np.isin(deliveries.recipients, failing)
    for index in np.flatnonzero(wanted).tolist():
        touched[identity.of_address(names[index])] = names[index]
        _latest(latest, int(deliveries.recipients[index]), float(deliveries.times[index]))
    wanted = memory.open_among(life.keys) | np.isin(life.keys, failing)
    for index in np.flatnonzero(wanted).tolist():
        digest = life.hashes[index * HASH_OCTETS : (index + 1) * HASH_OCTETS]
        touched[digest] = f"@{life.places[index][0]}"
        _latest(latest, int(life.keys[index]), float(life.times[index]))
    return latest


def _latest(times: dict[int, float], key: int, time: float) -> None:
    times[key] = max(time, times.get(key, 0.0))


def _earliest(times: dict[int, float], key: int, time: float) -> None:
    times[key] = min(time, times.get(key, time))


def touches(report: Reported) -> bool:
    """Whether an event can change the state of its recipient."""
    outcome = report.event.outcome
    if outcome in ("complaint", "unsubscribe", "consent", "imported"):
        return True
    if outcome == "feedback":
        return report.event.feedback_type == "not-spam"
    if outcome not in ("bounced", "deferred"):
        return False
    return report.verdict.category == "suppressed" or _group(report) is not None


def _group(report: Reported) -> str | None:
    verdict = report.verdict
    return group_of(verdict.category, verdict.permanent, deferred=report.event.outcome == "deferred")


def _failure(report: Reported) -> Failure:
    assert report.event.time is not None
    verdict = report.verdict
    return Failure(report.event.time, report.key, report.message, verdict.category, verdict.permanent)


def remember(state: State, report: Reported) -> None:
    """Puts one event into a state."""
    event = report.event
    assert event.time is not None
    mark = Mark(event.time, report.key, "")
    if event.outcome == "complaint":
        state.add_mark(state.complaints, event.stream, mark)
    elif event.outcome == "unsubscribe":
        state.add_mark(state.unsubscribes, event.stream, mark)
    elif event.outcome == "feedback":
        state.add_mark(state.not_spam, event.stream, mark)
    elif event.outcome == "consent":
        state.add_mark(state.consents, event.stream, mark)
    elif event.outcome == "imported":
        state.add_imported(Mark(event.time, report.key, event.response or ""))
    elif report.verdict.category == "suppressed":
        source = report.verdict.provider or event.reporting_mta or ""
        state.add_mirrored(Mark(event.time, report.key, source))
    elif (group := _group(report)) is not None:
        state.add_failure(group, _failure(report))


def domain_reports(
    reported: list[Reported],
) -> tuple[dict[str, list[Failure]], dict[Place, float]]:
    """Per domain its failures in transport, and per domain and day the latest other answer: a sign of life."""
    transport: dict[str, list[Failure]] = {}
    contacts: dict[Place, float] = {}
    for report in reported:
        event = report.event
        if event.recipient is None or event.time is None or event.outcome not in ("bounced", "deferred"):
            continue
        domain = domain_of(event.recipient)
        if report.verdict.fault == "transport":
            if event.outcome == "bounced":
                transport.setdefault(domain, []).append(_failure(report))
        elif report.verdict.fault not in ("domain", "none"):
            place = (domain, int(event.time // DAY))
            contacts[place] = max(event.time, contacts.get(place, 0.0))
    return transport, contacts


def _compare(change: Change, before: Standing, marks_before: list[Standing]) -> list[Decision]:
    """The decisions that lead from one standing to the next, the marks of complaint and unsubscribe one by one."""
    pairs = [(before, change.standing)]
    old = {mark.scope: mark for mark in marks_before}
    new = {mark.scope: mark for mark in change.marks}
    for scope in sorted({*old, *new}):
        nothing = Standing(scope=scope)
        pairs.append((old.get(scope, nothing), new.get(scope, nothing)))
    return [
        Decision(change.entity, change.name, change.state.newest, was, now)
        for was, now in pairs
        if _said(was) != _said(now)
    ]


def _said(standing: Standing) -> tuple[object, ...]:
    """What others are told of a standing. Of one that withholds no mail the rule is not worth a decision."""
    if standing.status in ("deliverable", "watched"):
        return (standing.status,)
    return (standing.status, standing.since, standing.until, standing.category, standing.rule, standing.source)
