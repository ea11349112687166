"""From events to verdicts to decisions: one function on a batch, the same in every shell.

`process` reads what is remembered through the `Memory` protocol and returns everything that a store has to write. It
has no clock, writes nothing and gives the same answer for the same (events, rules, policy, memory).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import compress
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from prellbock.addresses import domain_of
from prellbock.events import DeliveryEvent, Verdict
from prellbock.history.judge import Standing, scoped, standing
from prellbock.history.policy import Policy
from prellbock.history.recipient import GROUP_TRANSPORT, Failure, Mark, State, group_of
from prellbock.identity import Identity, short, shorts, template_key
from prellbock.providers import provider_of

HOUR = 3600
DAY = 86400
_MOST_KINDS = 1 << 24
"""More kinds of delivery (domain, mx, stream) than any batch can hold."""

Keys = NDArray[np.int64]


class Classifies(Protocol):
    """What the pipeline wants of a classifier: `prellbock.classify.classifier.Classifier` is one."""

    @property
    def version(self) -> str: ...

    def classify_many(self, events: Sequence[DeliveryEvent], /) -> list[Verdict]: ...


class Memory(Protocol):
    """What is remembered, to be asked once per question and batch."""

    def known_events(self, keys: Collection[int]) -> set[int]:
        """Which of these events (not deliveries) are stored already."""
        ...

    def known_deliveries(self, hours: Keys, keys: Keys) -> NDArray[np.bool_]:
        """Which of these deliveries, by event key and hour since 1970 of their time, were counted already."""
        ...

    def open_among(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of these recipients (short keys) have a history that a delivery could change."""
        ...

    def states(self, hashes: Collection[bytes]) -> dict[bytes, State]:
        """The stored states of recipients and domains; unknown ones are missing. The caller may change them."""
        ...

    def last_deliveries(self, since: dict[int, float]) -> dict[int, float]:
        """Per recipient (short key) the time of the latest delivery remembered that is not before the given time."""
        ...


class Prepared(msgspec.Struct):
    """A batch with all its keys, ready to be judged: plain values, so that it can be made in another process.

    Of deliveries only columns are left: ``ids`` (event keys, int64), ``times`` (Unix seconds, float64), ``hashes``
    (16 octets each), ``kind_of`` (index into ``kinds``, int64), ``names`` (canonical addresses, one a line).
    """

    size: int
    others: list[DeliveryEvent]
    other_keys: list[int]
    ids: bytes
    times: bytes
    hashes: bytes
    names: str
    kind_of: bytes
    kinds: list[tuple[str, str | None, str | None]]
    """Domain, MX host and stream of a delivery."""


class Reported(msgspec.Struct, frozen=True):
    """An event that is not a delivery, with everything that was concluded from it alone."""

    key: int
    message: int
    entity: bytes | None
    """Hash of the recipient; None where the report names none."""
    event: DeliveryEvent
    verdict: Verdict
    template: int | None


class Deliveries(msgspec.Struct):
    """New deliveries of a batch, as columns. Domains stand among the recipients, without an event key of their own."""

    hours: Keys
    events: Keys
    days: NDArray[np.int32]
    recipients: Keys
    times: NDArray[np.float64]


class Change(msgspec.Struct):
    """The state of a recipient or domain after the batch."""

    entity: bytes
    name: str
    """Canonical address, or ``@domain``."""
    state: State
    standing: Standing
    marks: list[Standing]
    is_new: bool


class Decision(msgspec.Struct, frozen=True):
    """A change of a recipient's status, dated by the newest event of that recipient."""

    entity: bytes
    name: str
    time: float
    before: Standing
    after: Standing


class RollupKey(msgspec.Struct, frozen=True, array_like=True):
    """One cell of the hourly counts."""

    hour: int
    category: str
    fault: str
    provider: str
    stream: str
    rule: str
    outcome: str


class TemplateCount(msgspec.Struct):
    """How often a template occurred in a batch, and when."""

    text: str
    count: int
    first: float
    last: float
    category: str
    provider: str | None
    sample: str


class Result(msgspec.Struct):
    """Everything that follows from a batch."""

    counts: Counter[str]
    reported: list[Reported]
    deliveries: Deliveries
    changes: list[Change]
    decisions: list[Decision]
    rollups: Counter[RollupKey]
    templates: dict[int, TemplateCount]


def process(
    events: Sequence[DeliveryEvent], *, identity: Identity, classifier: Classifies, policy: Policy, memory: Memory
) -> Result:
    """Judges a batch. Events have passed a source: canonical recipient (or None), time and outcome are set."""
    return judge(prepare(events, identity), identity=identity, classifier=classifier, policy=policy, memory=memory)


def prepare(events: Sequence[DeliveryEvent], identity: Identity) -> Prepared:
    """The part of `process` that needs nothing but the events: their keys."""
    others = [event for event in events if event.outcome != "delivered" or not event.recipient]
    delivered = events if not others else [e for e in events if e.outcome == "delivered" and e.recipient]
    of_event = identity.of_event
    names = [event.recipient or "" for event in delivered]
    kinds: dict[tuple[str, str | None, str | None], int] = {}
    enter = kinds.setdefault
    kind_of = [
        enter((name.rpartition("@")[2], event.mx, event.stream), len(kinds))
        for name, event in zip(names, delivered, strict=True)
    ]
    return Prepared(
        size=len(events),
        others=others,
        other_keys=[of_event(event) for event in others],
        ids=np.array([of_event(event) for event in delivered], dtype=np.int64).tobytes(),
        times=np.array([event.time for event in delivered], dtype=np.float64).tobytes(),
        hashes=identity.of_addresses(names),
        names="\n".join(names),
        kind_of=np.array(kind_of, dtype=np.int64).tobytes(),
        kinds=list(kinds),
    )


def judge(prepared: Prepared, *, identity: Identity, classifier: Classifies, policy: Policy, memory: Memory) -> Result:
    """The part of `process` that asks what is remembered."""
    counts: Counter[str] = Counter(read=prepared.size)
    rollups: Counter[RollupKey] = Counter()
    reported = _report(_unseen(prepared, memory), identity, classifier)
    deliveries, names, domains = _deliver(prepared, memory, rollups)
    templates = _count(reported, counts, rollups)
    counts["delivered"] = len(deliveries.recipients)
    counts["new"] = len(reported) + len(deliveries.recipients)
    counts["duplicate"] = prepared.size - counts["new"]

    changes, decisions, contacts = _decide(reported, deliveries, names, domains, identity, policy, memory)
    return Result(
        counts=counts,
        reported=reported,
        deliveries=_with_domains(deliveries, domains, contacts, identity),
        changes=changes,
        decisions=decisions,
        rollups=rollups,
        templates=templates,
    )


# --- events that are not deliveries ------------------------------------------------------------------------------


def _unseen(prepared: Prepared, memory: Memory) -> dict[int, DeliveryEvent]:
    """The events that are new, by key; of several with one key in the batch the first."""
    unique: dict[int, DeliveryEvent] = {}
    for key, event in zip(prepared.other_keys, prepared.others, strict=True):
        unique.setdefault(key, event)
    for key in memory.known_events(unique.keys()):
        del unique[key]
    return unique


def _report(events: dict[int, DeliveryEvent], identity: Identity, classifier: Classifies) -> list[Reported]:
    verdicts = classifier.classify_many(list(events.values()))
    return [
        Reported(
            key=key,
            message=identity.of_message(event, key),
            entity=identity.of_address(event.recipient) if event.recipient else None,
            event=event,
            verdict=verdict,
            template=template_key(verdict.template) if verdict.template else None,
        )
        for (key, event), verdict in zip(events.items(), verdicts, strict=True)
    ]


def _count(reported: list[Reported], counts: Counter[str], rollups: Counter[RollupKey]) -> dict[int, TemplateCount]:
    """Fills the counts per outcome and per hour; gives those per template."""
    templates: dict[int, TemplateCount] = {}
    for report in reported:
        event, verdict = report.event, report.verdict
        assert event.time is not None
        assert event.outcome is not None
        counts["failed" if event.outcome == "bounced" else event.outcome] += 1
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
                verdict.template, 1, event.time, event.time, verdict.category, verdict.provider, event.response or ""
            )
        else:
            known.count += 1
            known.first = min(known.first, event.time)
            known.last = max(known.last, event.time)
    return templates


# --- deliveries: never rows, and most of them touch nothing ------------------------------------------------------


def _deliver(
    prepared: Prepared, memory: Memory, rollups: Counter[RollupKey]
) -> tuple[Deliveries, list[str], dict[tuple[str, int], float]]:
    """The new deliveries as columns, with their addresses; per domain and day the latest delivery."""
    ids = np.frombuffer(prepared.ids, dtype=np.int64)
    at = np.frombuffer(prepared.times, dtype=np.float64)
    kind_of = np.frombuffer(prepared.kind_of, dtype=np.int64)
    hours = (at // HOUR).astype(np.int64)
    new = np.zeros(len(ids), dtype=np.bool_)
    new[np.unique(ids, return_index=True)[1]] = True
    if len(ids):
        new &= ~memory.known_deliveries(hours, ids)

    # Counted per (domain, mx, stream) and hour; of the domain the latest delivery of each day.
    cells, cell_of = np.unique(hours * _MOST_KINDS + kind_of, return_inverse=True)
    hits = np.bincount(cell_of[new], minlength=len(cells)).tolist()
    latest = np.zeros(len(cells))
    np.maximum.at(latest, cell_of, at)
    domains: dict[tuple[str, int], float] = {}
    for cell, count, newest in zip(cells.tolist(), hits, latest.tolist(), strict=True):
        hour, kind = divmod(cell, _MOST_KINDS)
        domain, mx, stream = prepared.kinds[kind]
        if count:
            provider = provider_of(mx, f"@{domain}") or ""
            rollups[RollupKey(hour, "delivered", "none", provider, stream or "", "", "delivered")] += count
        place = (domain, hour // 24)
        domains[place] = max(newest, domains.get(place, 0.0))
    deliveries = Deliveries(
        hours=hours[new],
        events=ids[new],
        days=(at[new] // DAY).astype(np.int32),
        recipients=shorts(prepared.hashes)[new],
        times=at[new],
    )
    names = prepared.names.split("\n") if len(ids) else []
    return deliveries, names if new.all() else list(compress(names, new.tolist())), domains


def _with_domains(
    deliveries: Deliveries,
    domains: dict[tuple[str, int], float],
    contacts: dict[tuple[str, int], float],
    identity: Identity,
) -> Deliveries:
    """Adds, per domain and day, the latest delivery or other sign of life."""
    merged = dict(domains)
    for place, time in contacts.items():
        merged[place] = max(time, merged.get(place, 0.0))
    if not merged:
        return deliveries
    recipients = np.array([short(identity.of_domain(domain)) for domain, _ in merged], dtype=np.int64)
    return Deliveries(
        hours=deliveries.hours,
        events=deliveries.events,
        days=np.concatenate([deliveries.days, np.array([day for _, day in merged], dtype=np.int32)]),
        recipients=np.concatenate([deliveries.recipients, recipients]),
        times=np.concatenate([deliveries.times, np.array(list(merged.values()), dtype=np.float64)]),
    )


# --- histories ---------------------------------------------------------------------------------------------------


def _decide(
    reported: list[Reported],
    deliveries: Deliveries,
    names: list[str],
    domains: dict[tuple[str, int], float],
    identity: Identity,
    policy: Policy,
    memory: Memory,
) -> tuple[list[Change], list[Decision], dict[tuple[str, int], float]]:
    """The states that the batch changes, the decisions that follow, and the domains' other signs of life."""
    touching = [report for report in reported if report.entity is not None and _touches(report)]
    transport, contacts = _domain_reports(reported)

    name_of: dict[bytes, str] = {}
    asked: dict[int, float] = {}
    for report in touching:
        assert report.entity is not None
        assert report.event.recipient is not None
        assert report.event.time is not None
        name_of[report.entity] = report.event.recipient
        _earliest(asked, short(report.entity), report.event.time)
    domain_hash: dict[str, bytes] = {}
    for domain, failures in transport.items():
        domain_hash[domain] = digest = identity.of_domain(domain)
        name_of[digest] = f"@{domain}"
        _earliest(asked, short(digest), min(failure.time for failure in failures))

    delivered: dict[int, float] = {}
    if len(deliveries.recipients):
        wanted = memory.open_among(deliveries.recipients)
        if asked:
            wanted |= np.isin(deliveries.recipients, np.fromiter(asked, dtype=np.int64))
        for index in np.flatnonzero(wanted).tolist():
            key, time = int(deliveries.recipients[index]), float(deliveries.times[index])
            delivered[key] = max(time, delivered.get(key, 0.0))
            name_of[identity.of_address(names[index])] = names[index]
    for (domain, _), newest in [*domains.items(), *contacts.items()]:
        digest = domain_hash.get(domain) or identity.of_domain(domain)
        key = short(digest)
        if key in asked or bool(memory.open_among(np.array([key], dtype=np.int64))[0]):
            name_of[digest] = f"@{domain}"
            delivered[key] = max(newest, delivered.get(key, 0.0))

    states = memory.states(name_of.keys())
    for key, time in memory.last_deliveries(asked).items():
        delivered[key] = max(time, delivered.get(key, 0.0))
    before: dict[bytes, tuple[Standing, list[Standing]]] = {}
    is_new: set[bytes] = set()
    for digest, name in name_of.items():
        state = states.get(digest)
        if state is None:
            states[digest] = state = State()
            is_new.add(digest)
            before[digest] = (Standing(), [])
        else:
            before[digest] = (standing(state, policy, domain=name.startswith("@")), scoped(state, policy))
        if (last := delivered.get(short(digest))) is not None:
            state.add_delivery(last)
    for report in touching:
        assert report.entity is not None
        remember(states[report.entity], report)
    for domain, failures in transport.items():
        for failure in failures:
            states[domain_hash[domain]].add_failure(GROUP_TRANSPORT, failure)

    changes: list[Change] = []
    decisions: list[Decision] = []
    for digest, name in name_of.items():
        state = states[digest]
        change = Change(
            entity=digest,
            name=name,
            state=state,
            standing=standing(state, policy, domain=name.startswith("@")),
            marks=scoped(state, policy),
            is_new=digest in is_new,
        )
        changes.append(change)
        decisions.extend(_compare(change, *before[digest]))
    return changes, decisions, contacts


def _earliest(times: dict[int, float], key: int, time: float) -> None:
    times[key] = min(time, times.get(key, time))


def _touches(report: Reported) -> bool:
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


def _domain_reports(
    reported: list[Reported],
) -> tuple[dict[str, list[Failure]], dict[tuple[str, int], float]]:
    """Per domain its failures in transport, and per domain and day the latest other answer: a sign of life."""
    transport: dict[str, list[Failure]] = {}
    contacts: dict[tuple[str, int], float] = {}
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
