"""What second chances brought, read from a store: the pauses that the stored events make by a policy, and their ends.

Of times that were thinned only the last deliveries of a recipient are known (`prellbock.store.sqlite.runs.KEPT`).
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import numpy as np

from prellbock.events import DeliveryEvent, Verdict
from prellbock.history.actions import Action, apply
from prellbock.history.cells import TOUCHING
from prellbock.history.model import Policy
from prellbock.history.outcomes import Bounce, Kinds, Sign, add_chance
from prellbock.history.pauses import ended
from prellbock.history.recipient import State
from prellbock.identity import short, short_message
from prellbock.pipeline import Reported, remember, touches
from prellbock.store.sqlite.history import ALWAYS, actions
from prellbock.store.sqlite.runs import Runs

LATEST = 2000
"""Failures of one category whose recipients are looked at, where one category is asked for."""
_PART = 20_000
"""Recipients that are looked up together."""
_EVENTS = (
    "SELECT number, hash, events.key, message, time, outcome, category, fault, permanent, provider, origin, stream"
    " FROM events JOIN recipients USING (number) WHERE incident IS NULL"
    " AND outcome IN ('bounced', 'deferred', 'consent', 'imported')"
)
_OF_ALL = " ".join((
    _EVENTS, "AND number IN (SELECT number FROM events WHERE outcome = 'bounced' AND number IS NOT NULL AND category",
    "IN (SELECT value FROM json_each(?))) ORDER BY number, time",
))  # fmt: skip
_OF_SOME = f"{_EVENTS} AND number IN (SELECT value FROM json_each(?)) ORDER BY number, time"  # noqa: S608 -- a constant
_WHOSE = (
    "SELECT number FROM events WHERE outcome = 'bounced' AND number IS NOT NULL AND category = ? AND time <= ?"
    " ORDER BY time DESC, key LIMIT ?"
)

Row = tuple[Any, ...]
Recipient = tuple[int, int, list[Row]]
"""Number, short key and stored events in the order of time."""


def of_all(db: sqlite3.Connection, runs: Runs, policy: Policy, now: float) -> Kinds:
    """What became of the pauses of recipients that ended up to ``now`` (Unix seconds), by category and provider."""
    return _chances(db, runs, policy, now, db.execute(_OF_ALL, (json.dumps(TOUCHING),)))


def of_category(db: sqlite3.Connection, runs: Runs, policy: Policy, now: float, category: str) -> Kinds:
    """The same of the recipients with the latest failures that can have led to a pause for a category, and ended."""
    causes = {category}
    for rule in policy.rules:
        if any(step.becomes == category for step in rule.steps):
            causes.update(rule.category)
    pauses = [
        step.pause_days
        for rule in policy.rules
        if rule.history == "recipient" and causes.intersection(rule.category)
        for step in rule.steps
        if step.then == "paused"
    ]
    if not pauses:
        return {}
    before = now - min(pauses) * 86400.0
    numbers = {number for cause in sorted(causes) for (number,) in db.execute(_WHOSE, (cause, before, LATEST))}
    return _chances(db, runs, policy, now, db.execute(_OF_SOME, (json.dumps(sorted(numbers)),)))


def _chances(db: sqlite3.Connection, runs: Runs, policy: Policy, now: float, rows: sqlite3.Cursor) -> Kinds:
    kinds: Kinds = {}
    acted = {number for (number,) in db.execute("SELECT DISTINCT number FROM actions WHERE kind <> 'note'")}
    recipients = _recipients(rows)
    while part := list(islice(recipients, _PART)):
        keys = np.array([key for _, key, _ in part], dtype=np.int64)
        since = np.array([int(events[0][4] * 1000) for _, _, events in part], dtype=np.int64)
        signs = runs.deliveries(keys, since)
        for number, key, events in part:
            done = actions(db, number, until=ALWAYS) if number in acted else []
            _add(kinds, events, signs.get(key, []), done, policy, now)
    return kinds


def _recipients(rows: Iterable[Row]) -> Iterator[Recipient]:
    for (number, digest), events in groupby(rows, key=itemgetter(0, 1)):
        yield number, short(digest), list(events)


def _add(kinds: Kinds, events: list[Row], signs: list[Sign], done: list[Action], policy: Policy, now: float) -> None:
    """Adds the pauses of one recipient."""
    state = State()
    told: list[tuple[float, Reported | Action]] = []
    for action in done:
        # What was undone never counted; the rest holds from its time on.
        if action.targets:
            apply(state, action)
        else:
            told.append((action.time, action))
    bounced: dict[int, float] = {}
    for _, _, key, message, time, outcome, category, fault, permanent, provider, origin, stream in events:
        flag = None if permanent is None else bool(permanent)
        report = Reported(
            key, message, None, DeliveryEvent(time=time, outcome=outcome, stream=stream),
            Verdict(category, fault, flag, "rule", provider=provider), None, origin or 0,
        )  # fmt: skip
        if touches(report):
            told.append((round(time * 1000) / 1000, report))
        if outcome == "bounced" and fault in ("recipient", "domain"):
            bounced[short_message(message)] = time
    if done:
        told.sort(key=itemgetter(0))
    arrived = sorted(time for time, message in signs if not message or bounced.get(message, -1.0) < time)
    bounces: list[Bounce] | None = None
    for pause in ended(told, arrived, _put, state, policy, now):
        if bounces is None:
            bounces = [_bounce(event) for event in events if event[5] == "bounced"]
            providers = {event[2]: event[9] for event in events}
        provider = next((providers[key] for key in pause.evidence if key in providers), None)
        add_chance(kinds, pause.category, provider or "", pause.until, bounces, signs)


def _put(state: State, each: Reported | Action) -> None:
    if isinstance(each, Reported):
        remember(state, each)
    else:
        apply(state, each)


def _bounce(event: Row) -> Bounce:
    _, _, _, message, time, _, category, _, permanent, provider, _, _ = event
    return Bounce(time, short_message(message), category, bool(permanent), "", "", provider or "")
