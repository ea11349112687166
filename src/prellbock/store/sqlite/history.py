"""Reading one recipient's past: stored events, ledger, and the state as it was at an earlier time."""

import json
import sqlite3

from msgspec import convert

from prellbock.events import DeliveryEvent, Verdict
from prellbock.history.recipient import GROUP_TRANSPORT, State
from prellbock.pipeline import Reported, remember
from prellbock.store.contract import LedgerEntry, StoredEvent


def events(db: sqlite3.Connection, number: int, *, until: float | None, most: int) -> list[StoredEvent]:
    """The events of a recipient, newest first."""
    rows = db.execute(
        "SELECT events.key, time, message, outcome, events.category, fault, permanent, decided_by, rule, text,"
        " events.provider, stream, campaign, status, smtp_code, feedback_type, response, source FROM events"
        " LEFT JOIN templates ON template = templates.key LEFT JOIN batches USING (batch)"
        " WHERE number = ? AND time <= ? ORDER BY time DESC, events.key LIMIT ?",
        (number, until if until is not None else 1e15, most),
    )
    fields = StoredEvent.__struct_fields__
    return [convert(dict(zip(fields, row, strict=True)), StoredEvent, strict=False) for row in rows]


def ledger(db: sqlite3.Connection, number: int, *, until: float | None) -> list[LedgerEntry]:
    """The recorded changes of a recipient's status, oldest first."""
    rows = db.execute(
        "SELECT seq, scope, time, recorded, before, status, since, until, category, rule, source, evidence, policy,"
        " ruleset, actor FROM ledger WHERE number = ? AND time <= ? ORDER BY seq",
        (number, until if until is not None else 1e15),
    )
    fields = LedgerEntry.__struct_fields__
    entries = (dict(zip(fields, row, strict=True)) for row in rows)
    return [convert({**entry, "evidence": json.loads(entry["evidence"])}, LedgerEntry) for entry in entries]


def rebuild(db: sqlite3.Connection, number: int, state: State, *, until: float) -> State:
    """The state that the stored events up to a time make; deliveries are the caller's part.

    The failures of a domain are not stored under its number, so those of today's state are cut at the time.
    """
    rebuilt = State()
    for failure in state.failures.get(GROUP_TRANSPORT, ()):
        if failure.time <= until:
            rebuilt.add_failure(GROUP_TRANSPORT, failure)
    rows = db.execute(
        "SELECT key, message, time, outcome, category, fault, permanent, provider, stream, feedback_type FROM events"
        " WHERE number = ? AND time <= ?",
        (number, until),
    )
    for key, message, time, outcome, category, fault, permanent, provider, stream, feedback_type in rows:
        event = DeliveryEvent(time=time, outcome=outcome, stream=stream, feedback_type=feedback_type)
        flag = None if permanent is None else bool(permanent)
        verdict = Verdict(category, fault, flag, "rule", provider=provider)
        remember(rebuilt, Reported(key, message, None, event, verdict, None))
    return rebuilt
