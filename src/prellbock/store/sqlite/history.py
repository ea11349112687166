"""Reading one recipient's past: stored events, ledger, and the state as it was at an earlier time."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from msgspec import convert
from msgspec.structs import replace

from prellbock.events import DeliveryEvent, Verdict
from prellbock.history.actions import Action, apply_all
from prellbock.history.failures import DAY
from prellbock.history.judge import Standing, scoped, standing
from prellbock.history.policy import Policy
from prellbock.history.recipient import State
from prellbock.identity import short, short_message
from prellbock.pipeline import Reported, remember, touches
from prellbock.store.contract import LedgerEntry, StoredEvent, Withheld
from prellbock.store.sqlite.kept import Kept, KeptInTables
from prellbock.store.sqlite.runs import Runs

ALWAYS = 1e15


def events(
    db: sqlite3.Connection, number: int, *, until: float | None, most: int, always: Sequence[int] = ()
) -> list[StoredEvent]:
    """The newest events of a recipient, newest first; those named in ``always`` are among them however old."""
    rows = db.execute(
        "SELECT events.key, time, message, outcome, events.category, fault, permanent, decided_by, rule, text,"
        " events.provider, stream, campaign, status, smtp_code, feedback_type, response, source,"
        " incidents.name FROM events LEFT JOIN incidents USING (incident)"
        " LEFT JOIN templates ON template = templates.key LEFT JOIN batches USING (batch)"
        " WHERE number = ?1 AND time <= ?2 AND (events.key IN (SELECT value FROM json_each(?4)) OR events.row IN"
        " (SELECT row FROM events WHERE number = ?1 AND time <= ?2 ORDER BY time DESC LIMIT ?3))"
        " ORDER BY time DESC, events.key",
        (number, until if until is not None else ALWAYS, most, json.dumps(list(always))),
    )
    fields = StoredEvent.__struct_fields__
    return [convert(dict(zip(fields, row, strict=True)), StoredEvent, strict=False) for row in rows]


def ledger(db: sqlite3.Connection, number: int, *, until: float | None) -> list[LedgerEntry]:
    """The recorded changes of a recipient's status, oldest first."""
    rows = db.execute(
        "SELECT seq, ledger.scope, ledger.time, ledger.recorded, before, status, since, until, category, rule, source,"
        " evidence, policy, ruleset, ledger.actor, actions.kind, actions.reason, (SELECT operation FROM undone"
        " WHERE undone.seq = ledger.seq AND redone IS NULL) FROM ledger LEFT JOIN actions ON actions.key = action"
        " WHERE ledger.number = ? AND ledger.time <= ? ORDER BY seq",
        (number, until if until is not None else ALWAYS),
    )
    fields = LedgerEntry.__struct_fields__
    entries = (dict(zip(fields, row, strict=True)) for row in rows)
    return [convert({**entry, "evidence": json.loads(entry["evidence"])}, LedgerEntry) for entry in entries]


def rebuild(db: sqlite3.Connection, number: int, known: State, *, until: float) -> State:
    """The state that the stored events and actions up to a time make; deliveries are the caller's part.

    The failures of a domain are not stored under its number, so those of today's state are cut at the time.
    """
    return rebuilt(known, actions(db, number, until=until), _reports(db, number, until), until)


def rebuilt(known: State, done: Iterable[Action], reports: Iterable[Reported], until: float) -> State:
    """The same from actions (oldest first) and events that were read before."""
    made = State()

    def add_events(state: State) -> None:
        if known.failures.of_domain:
            state.failures.merge(known.failures.until(until))
            state.newest = max(state.newest, state.failures.newest)
        for report in reports:
            if touches(report):
                remember(state, report)

    apply_all(made, done, add_events)
    return made


def _reports(db: sqlite3.Connection, number: int, until: float) -> Iterator[Reported]:
    """The stored events of a recipient up to a time, as far as a state depends on them."""
    rows = db.execute(
        f"SELECT {REPORT_COLUMNS} FROM events LEFT JOIN batches USING (batch)"  # noqa: S608
        " WHERE number = ? AND time <= ? AND incident IS NULL",
        (number, until),
    )
    return map(reported, rows)


REPORT_COLUMNS = (
    "key, message, time, outcome, category, fault, permanent, provider, stream, feedback_type, origin,"
    " CASE outcome WHEN 'imported' THEN source END"
)
"""Of events and batches: what `reported` makes an event of."""


def reported(row: Sequence[Any]) -> Reported:
    """A stored event, as far as a state depends on it."""
    key, message, time, outcome, category, fault, permanent, provider, stream, kind, origin, source = row
    event = DeliveryEvent(time=time, outcome=outcome, stream=stream, feedback_type=kind, reporting_mta=source)
    flag = None if permanent is None else bool(permanent)
    return Reported(
        key, message, None, event, Verdict(category, fault, flag, "rule", provider=provider), None, origin or 0
    )


def with_evidence(kept: Kept, number: int, standing: Standing) -> Standing:
    """The standing with the keys of all that it counts: what its history no longer knows is looked up."""
    if not (standing.partial or standing.forgotten) or standing.begin is None or standing.since is None:
        return standing
    begin, end = standing.begin // DAY * DAY, (max(standing.since, standing.begin) // DAY + 1) * DAY
    voids = kept.state_of(number).voids
    found = (
        each.key
        for each in kept.failures(number, begin, end)
        # What failed while a pause ran was not counted, but for the day on which it began.
        if not any((since // DAY + 1) * DAY <= each.time < until for since, until in standing.pauses)
        and not any(void.covers(each.message, each.time, each.origin) for void in voids)
    )
    return replace(standing, evidence=(*islice(found, 50),)[::-1], partial=False, forgotten=False)


def bounced(db: sqlite3.Connection, number: int, state: State, until: float) -> dict[int, float]:
    """The messages that bounced up to a time (short key → latest report), where the state does not know them all."""
    if not state.failures.overflown:
        return {}
    rows = db.execute(
        "SELECT message, max(time) FROM events WHERE number = ? AND time <= ? AND outcome = 'bounced'"
        " AND incident IS NULL AND fault IN ('recipient', 'domain') GROUP BY message",
        (number, until),
    )
    return {short_message(message): time for message, time in rows}


ACTION_COLUMNS = "key, time, kind, scope, actor, reason, operation, targets"


def actions(db: sqlite3.Connection, number: int, *, until: float) -> list[Action]:
    """What people did to a recipient up to a time, oldest first."""
    rows = db.execute(
        f"SELECT {ACTION_COLUMNS} FROM actions WHERE number = ? AND time <= ? ORDER BY time, key",  # noqa: S608
        (number, until),
    )
    return [action(row) for row in rows]


def action(row: Sequence[Any]) -> Action:
    """A stored action."""
    key, time, kind, scope, actor, reason, operation, targets = row
    return Action(
        kind=kind, key=key, time=time, actor=actor, reason=reason, scope=scope, operation=operation,
        targets=tuple((target, at, origin) for target, at, origin in json.loads(targets)),
    )  # fmt: skip


def state_at(db: sqlite3.Connection, runs: Runs, number: int, digest: bytes, as_of: float) -> State:
    """The state that the events up to a time made."""
    state = KeptInTables(db).state_of(number)
    if state.newest <= as_of:
        return state
    then = rebuild(db, number, state, until=as_of)
    then.add_deliveries(runs.deliveries_of(short(digest), as_of), bounced(db, number, then, as_of))
    return then


def withheld_at(db: sqlite3.Connection, runs: Runs, policy: Policy, as_of: float) -> Iterator[Withheld]:
    """Everything that withheld mail at a time, numbered in the order in which it began."""
    rows = db.execute(
        "SELECT number, hash, is_domain, address FROM recipients WHERE is_domain = 1"
        " OR number IN (SELECT number FROM events WHERE time <= ?1)"
        " OR number IN (SELECT number FROM actions WHERE time <= ?1)",
        (as_of,),
    )
    found: list[tuple[float, str | None, bytes, Standing]] = []
    for number, digest, is_domain, address in rows.fetchall():
        state = state_at(db, runs, number, digest, as_of)
        for each in [standing(state, policy, domain=bool(is_domain)).at(as_of), *scoped(state, policy)]:
            if each.status not in ("deliverable", "watched"):
                found.append((each.since or 0.0, address, digest, each))
    found.sort(key=lambda one: (one[0], one[2], one[3].scope))
    for seq, (_, address, digest, each) in enumerate(found, 1):
        yield Withheld(
            seq, address, digest.hex(), each.status, each.scope, each.since, each.until, each.category, each.rule,
            each.source, None,
        )  # fmt: skip
