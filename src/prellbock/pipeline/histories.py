"""Histories: which states does a batch change, and what is decided for whom?"""

import numpy as np

from prellbock.addresses import domain_of
from prellbock.history.cells import TOUCHING, TRANSPORT
from prellbock.history.failures import Failure
from prellbock.history.judge import Standing, scoped, standing
from prellbock.history.marks import Mark
from prellbock.history.policy import Policy
from prellbock.history.recipient import State
from prellbock.identity import HASH_OCTETS, Identity, short, short_message
from prellbock.pipeline.deliveries import SignsOfLife
from prellbock.pipeline.memory import Delivery, Memory
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
    touching = [each for each in reported if each.entity is not None and each.incident is None and touches(each)]
    of_domain = {identity.of_domain(domain): (domain, failures) for domain, failures in transport.items()}
    touched: Touched = {each.entity: each.event.recipient or "" for each in touching if each.entity is not None}
    touched.update((digest, f"@{domain}") for digest, (domain, _) in of_domain.items())
    failing = [*touched]
    delivered = _delivered(deliveries, names, life, touched, identity, memory)

    states = memory.states(touched.keys())
    before = {digest: judged(states.setdefault(digest, State()), name, policy) for digest, name in touched.items()}
    for each in touching:
        assert each.entity is not None
        remember(states[each.entity], each)
    for digest, (_, failures) in of_domain.items():
        for failure in failures:
            states[digest].add_failure(failure)
    # Who fails may fail with a message that was called delivered before: its deliveries are weighed anew.
    since = {short(digest): states[digest].oldest_failure for digest in failing}
    remembered = memory.deliveries(since)
    bounced = memory.bounced([
        digest for digest in touched
        if states[digest].failures.overflown and (short(digest) in remembered or short(digest) in delivered)
    ])  # fmt: skip
    for each in touching:
        if each.entity in bounced and each.event.outcome == "bounced":
            assert each.event.time is not None
            times, message = bounced[each.entity], short_message(each.message)
            times[message] = max(each.event.time, times.get(message, 0.0))
    for digest in failing:
        states[digest].last_delivery = 0.0
    for digest in touched:
        key = short(digest)
        life_signs = [*remembered.get(key, ()), *delivered.get(key, ())]
        states[digest].add_deliveries(life_signs, bounced.get(digest))

    changes: list[Change] = []
    decisions: list[Decision] = []
    for digest, name in touched.items():
        change = Change(digest, name, states[digest], *judged(states[digest], name, policy))
        changes.append(change)
        decisions.extend(compare(change, *before[digest]))
    return changes, decisions


def judged(state: State, name: str, policy: Policy) -> tuple[Standing, list[Standing]]:
    """What follows from the state of a recipient or a domain (``name`` begins with ``@``), complaints apart."""
    return standing(state, policy, domain=name.startswith("@")), scoped(state, policy)


def _delivered(
    deliveries: Deliveries,
    names: list[str],
    life: SignsOfLife,
    touched: Touched,
    identity: Identity,
    memory: Memory,
) -> dict[int, list[Delivery]]:
    """The batch's deliveries to everybody for whom one matters: who fails in it, or has an open history.

    Adds the latter to ``touched``.
    """
    found: dict[int, list[Delivery]] = {}
    failing = np.array([short(digest) for digest in touched], dtype=np.int64)
    wanted = memory.open_among(deliveries.recipients) | np.isin(deliveries.recipients, failing)
    for index in np.flatnonzero(wanted).tolist():
        touched[identity.of_address(names[index])] = names[index]
        delivery = (float(deliveries.times[index]), int(deliveries.messages[index]))
        found.setdefault(int(deliveries.recipients[index]), []).append(delivery)
    wanted = memory.open_among(life.keys) | np.isin(life.keys, failing)
    for index in np.flatnonzero(wanted).tolist():
        digest = life.hashes[index * HASH_OCTETS : (index + 1) * HASH_OCTETS]
        touched[digest] = life.names[index]
        sign = (float(life.times[index]), int(life.messages[index]))
        found.setdefault(int(life.keys[index]), []).append(sign)
    return found


def touches(report: Reported) -> bool:
    """Whether an event can change the state of its recipient."""
    outcome = report.event.outcome
    if outcome in ("complaint", "unsubscribe", "consent"):
        return True
    if outcome == "imported":
        # What another system suppressed for the fault of the sender or the network says nothing about the recipient.
        return report.verdict.fault in ("recipient", "domain", "none")
    if outcome == "feedback":
        return report.event.feedback_type == "not-spam"
    if outcome not in ("bounced", "deferred"):
        return False
    return report.verdict.category == "suppressed" or report.verdict.category in TOUCHING


def failure_of(report: Reported) -> Failure:
    """What a history remembers of a bounce or deferral."""
    assert report.event.time is not None
    verdict = report.verdict
    return Failure(
        time=report.event.time,
        event=report.key,
        message=report.message,
        category=verdict.category,
        permanent=verdict.permanent,
        stream=report.event.stream,
        provider=verdict.provider,
        origin=report.origin,
    )


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
        category = report.verdict.category if report.verdict.fault in ("recipient", "domain") else ""
        state.add_imported(Mark(event.time, report.key, event.reporting_mta or "", category))
    elif report.verdict.category == "suppressed":
        said_by = (event.meta or {}).get("said_by")
        source = str(said_by or report.verdict.provider or event.reporting_mta or "")
        state.add_mirrored(Mark(event.time, report.key, source))
    elif event.outcome == "deferred":
        state.add_deferral(failure_of(report))
    else:
        state.add_failure(failure_of(report))


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
        if report.verdict.category in TRANSPORT:
            if event.outcome == "bounced":
                transport.setdefault(domain, []).append(failure_of(report))
        elif report.verdict.fault not in ("domain", "none"):
            place = (domain, int(event.time // DAY))
            contacts[place] = max(event.time, contacts.get(place, 0.0))
    return transport, contacts


def engagements(reported: list[Reported]) -> list[tuple[str, float]]:
    """Who opened or clicked, and when: only the living do."""
    return [
        (report.event.recipient, report.event.time)
        for report in reported
        if report.event.outcome in ("open", "click") and report.event.recipient and report.event.time is not None
    ]


def compare(change: Change, before: Standing, marks_before: list[Standing]) -> list[Decision]:
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
        if _said(was, exactly := not (was.partial or now.partial)) != _said(now, exactly)
    ]


def _said(standing: Standing, exactly: bool) -> tuple[object, ...]:
    """What others are told of a standing. Of one that withholds no mail the rule is not worth a decision.

    Not ``exactly``: of a long history only the day is still known, and that it has forgotten the hour is no news.
    """
    if standing.status in ("deliverable", "watched"):
        return (standing.status,)
    since, until = standing.since, standing.until
    if not exactly and since is not None:
        since, until = since // DAY, None
    return (standing.status, since, until, standing.category, standing.rule, standing.source)
