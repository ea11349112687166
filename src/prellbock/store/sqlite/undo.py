"""Undoing and redoing decisions: which reports do they rest on, and what follows when those do not count?"""

import json
import sqlite3
from collections.abc import Callable, Iterable

import msgspec

from prellbock.history.actions import Action, Kind, Target, time_of
from prellbock.history.judge import BY_HAND
from prellbock.history.recipient import State
from prellbock.identity import short
from prellbock.pipeline import judged
from prellbock.store.contract import Acted, Chosen
from prellbock.store.sqlite.actions import Person, new_key, settle, write_action
from prellbock.store.sqlite.decisions import Row, chosen_rows
from prellbock.store.sqlite.history import ALWAYS, bounced, rebuild
from prellbock.store.sqlite.memory import SqliteMemory

_WISHES = ("complaint", "unsubscribe", BY_HAND)
"""History rules of what a person has asked for: undone only where they are named."""
_STANDS = "NOT EXISTS (SELECT 1 FROM undone WHERE undone.seq = ledger.seq AND redone IS NULL)"
_UNDOABLE = f"status IN ('paused', 'suppressed', 'complained', 'unsubscribed') AND is_domain = 0 AND {_STANDS}"
_UNDONE_BY = "(SELECT operation FROM undone WHERE undone.seq = ledger.seq AND redone IS NULL)"
_REDOABLE = f"NOT ({_STANDS})"

TargetsOf = Callable[[int, State, list[Row]], set[Target]]
"""What is made void (or counts again) for a recipient with this number and state, by these decisions."""


def undo(
    db: sqlite3.Connection, memory: SqliteMemory, chosen: Chosen, person: Person
) -> tuple[int | None, list[Acted]]:
    """See `prellbock.store.contract.Store.undo`. Runs inside the caller's transaction."""
    more = _UNDOABLE
    if not {chosen.rule, chosen.category} & {*_WISHES, "suppressed"}:
        more += " AND ledger.rule NOT IN ('complaint', 'unsubscribe', 'by-hand')"
    operation = new_key()

    def targets_of(number: int, state: State, decided: list[Row]) -> set[Target]:
        return _targets(db, number, state, decided, chosen)

    done: dict[str, Acted] = {}
    seen: set[int] = set()
    # What one decision hid may be decided now, and be meant as well: until nothing is left.
    while rows := [r for r in chosen_rows(db, chosen, more=more, for_undo=True) if r.entry.seq not in seen]:
        seen.update(row.entry.seq for row in rows)
        acted_on = _carry_out("undo", db, memory, rows, operation, person, targets_of)
        for acted in acted_on:
            known = done.get(acted.hash, acted)
            done[acted.hash] = msgspec.structs.replace(
                acted, before=known.before, decisions=acted.decisions + (known.decisions if known is not acted else 0)
            )
        hashes = {acted.hash for acted in acted_on}
        # A decision that rests on enough without what was void still stands.
        db.executemany(
            "INSERT INTO undone SELECT ?1, ?2, NULL WHERE NOT EXISTS (SELECT 1 FROM withheld WHERE decision = ?1)",
            [(row.entry.seq, operation) for row in rows if row.decided.hash in hashes],
        )
    return operation if done else None, list(done.values())


def redo(
    db: sqlite3.Connection,
    memory: SqliteMemory,
    chosen: Chosen,
    person: Person,
    undoing: int | None = None,
) -> tuple[int | None, list[Acted]]:
    """See `prellbock.store.contract.Store.redo`. Runs inside the caller's transaction."""
    more = _REDOABLE
    if undoing is not None:
        more += f" AND {_UNDONE_BY} = :operation"
    rows = chosen_rows(db, chosen, more=more, operation=undoing)
    operation = new_key()

    def targets_of(number: int, state: State, decided: list[Row]) -> set[Target]:
        operations = [row.entry.undone for row in decided]
        found = db.execute(
            "SELECT targets FROM actions WHERE number = ? AND operation IN (SELECT value FROM json_each(?))",
            (number, json.dumps(operations)),
        )
        return {(target, time, origin) for (targets,) in found for target, time, origin in json.loads(targets)}

    done = _carry_out("redo", db, memory, rows, operation, person, targets_of)
    db.executemany(
        "UPDATE undone SET redone = ? WHERE seq = ? AND redone IS NULL", [(operation, row.entry.seq) for row in rows]
    )
    return operation if rows else None, done


def _carry_out(
    kind: Kind,
    db: sqlite3.Connection,
    memory: SqliteMemory,
    rows: Iterable[Row],
    operation: int,
    person: Person,
    targets_of: TargetsOf,
) -> list[Acted]:
    """Applies an undoing or redoing to each recipient of the decisions, but for those of whom all is void already."""
    by_number: dict[int, list[Row]] = {}
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    hashes = {number: bytes.fromhex(decided[0].decided.hash) for number, decided in by_number.items()}
    states, signs = memory.states(hashes.values()), memory.deliveries({short(d): 0.0 for d in hashes.values()})
    done, changes = [], []
    for number, decided in by_number.items():
        digest, name = hashes[number], decided[0].decided.address or ""
        state = states.get(digest) or State()
        targets = targets_of(number, state, decided)
        if kind == "undo" and all(any(void.covers(*target) for void in state.voids) for target in targets):
            continue
        action = Action(
            kind=kind, key=new_key(), time=time_of(state, person.now), actor=person.actor, reason=person.reason,
            operation=operation, targets=tuple(sorted(targets)),
        )  # fmt: skip
        before = judged(state, name, person.policy)
        write_action(db, number, action, person.now)
        anew = rebuild(db, number, state, until=ALWAYS)
        anew.newest = max(state.newest, anew.newest)
        anew.add_deliveries(signs.get(short(digest), ()), bounced(db, number, anew, ALWAYS))
        state = anew
        acted, change = settle(db, (digest, number, name), state, before, action, person)
        changes.append((short(digest), change))
        done.append(msgspec.structs.replace(acted, address=decided[0].decided.address, decisions=len(decided)))
    memory.note_open(changes)
    return done


def _targets(db: sqlite3.Connection, number: int, state: State, decided: list[Row], chosen: Chosen) -> set[Target]:
    """What is made void for one recipient.

    Of the evidence, and of the other failures in the time meant, that which fits what is meant: the failure of the bad
    hour, and not the one a week before that was counted with it. Where nothing fits, all of the evidence.
    """
    evidence = {key for row in decided for key in row.entry.evidence}
    rows = db.execute(
        "SELECT key, message, time, outcome, category, rule, provider, origin FROM events WHERE"
        " key IN (SELECT value FROM json_each(?1)) UNION"
        " SELECT key, message, time, outcome, category, rule, provider, origin FROM events WHERE number = ?2"
        " AND time BETWEEN ?3 AND ?4 AND outcome IN ('bounced', 'deferred') AND category != 'suppressed'",
        (
            json.dumps(sorted(evidence)),
            number,
            0.0 if chosen.recorded or chosen.since is None else chosen.since,
            -1.0 if chosen.recorded else 1e15 if chosen.until is None else chosen.until,
        ),
    ).fetchall()
    rules = {row.entry.rule for row in decided}
    everything: set[Target] = set()
    fitting: set[Target] = set()
    for key, message, time, outcome, category, rule, provider, origin in rows:
        is_failure = outcome in ("bounced", "deferred") and category != "suppressed"
        target = (message, time, origin or 0) if is_failure else (key, time, 0)
        if key in evidence:
            everything.add(target)
        if (
            (chosen.recorded or _within(time, chosen))
            and (chosen.provider is None or provider == chosen.provider)
            and (chosen.category is None or category == chosen.category or not is_failure)
            and (chosen.rule is None or rule == chosen.rule or chosen.rule in rules)
        ):
            fitting.add(target)
    if state.by_hand is not None and state.by_hand.event in evidence:
        everything.add((state.by_hand.event, state.by_hand.time, 0))
        fitting.add((state.by_hand.event, state.by_hand.time, 0))
    return fitting or everything


def _within(time: float, chosen: Chosen) -> bool:
    return (chosen.since is None or time >= chosen.since) and (chosen.until is None or time <= chosen.until)
