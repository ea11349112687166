"""What people do to recipients, written: the action, the state that follows, and the decision in the ledger."""

import json
import secrets
import sqlite3
from collections.abc import Sequence

import msgspec

from prellbock.history.actions import Action, Kind, apply, time_of
from prellbock.history.judge import Standing
from prellbock.history.policy import Policy
from prellbock.history.recipient import State
from prellbock.identity import Identity, short
from prellbock.pipeline import Change, Decision, compare, judged
from prellbock.store.contract import Acted
from prellbock.store.sqlite.kept import KeptInTables
from prellbock.store.sqlite.memory import SqliteMemory
from prellbock.store.sqlite.write import Versions, storable, without_name, write_changes, write_decision


def new_key() -> int:
    """A random key for an action or an operation."""
    return secrets.randbits(62) + 1


class Person(msgspec.Struct, frozen=True):
    """Who acts, why, and under which policy; ``now`` is Unix seconds UTC."""

    actor: str
    reason: str
    policy: Policy
    now: float


def act(
    db: sqlite3.Connection,
    memory: SqliteMemory,
    identity: Identity,
    addresses: Sequence[str],
    *,
    kind: Kind,
    scope: str,
    person: Person,
    plain: bool,
) -> list[Acted]:
    """See `prellbock.store.contract.Store.act`. Runs inside the caller's transaction."""
    hashes = {address: identity.of_address(address) for address in addresses}
    numbers = KeptInTables(db).numbers({digest: address for address, digest in hashes.items()}, plain=plain)
    states = memory.states([*numbers])
    done, changes = {}, []
    for address, digest in hashes.items():
        state = states.setdefault(digest, State())
        action = Action(
            kind=kind,
            key=new_key(),
            time=time_of(state, person.now),
            actor=person.actor,
            reason=person.reason if plain else without_name(person.reason, address),
            scope=scope,
        )
        write_action(db, numbers[digest], action, person.now)
        before = judged(state, address, person.policy)
        if kind == "note":
            done[address] = Acted(address, digest.hex(), before[0], before[0])
            continue
        apply(state, action)
        done[address], change = settle(db, (digest, numbers[digest], address), state, before, action, person)
        changes.append((short(digest), change))
    memory.note_open(changes)
    return [done[address] for address in addresses]


def release_numbers(
    db: sqlite3.Connection, memory: SqliteMemory, entities: Sequence[tuple[int, bytes, str]], person: Person
) -> list[Acted]:
    """Releases recipients (number, hash, address or empty). Runs inside the caller's transaction."""
    states = memory.states([digest for _, digest, _ in entities])
    done, changes = [], []
    for number, digest, name in entities:
        state = states.setdefault(digest, State())
        action = Action(
            kind="release", key=new_key(), time=time_of(state, person.now), actor=person.actor, reason=person.reason,
            scope="",
        )  # fmt: skip
        write_action(db, number, action, person.now)
        before = judged(state, name, person.policy)
        apply(state, action)
        acted, change = settle(db, (digest, number, name), state, before, action, person)
        done.append(acted)
        changes.append((short(digest), change))
    memory.note_open(changes)
    return done


def settle(
    db: sqlite3.Connection,
    entity: tuple[bytes, int, str],
    state: State,
    before: tuple[Standing, list[Standing]],
    action: Action,
    person: Person,
) -> tuple[Acted, Change]:
    """Writes what an action has made of a recipient (hash, number, name); the caller tells the memory of the change.

    Of suppressing and releasing the ledger gets a line in any case, of undoing and redoing where something changes.
    """
    digest, number, name = entity
    change = Change(digest, name, state, *judged(state, name, person.policy))
    decisions = compare(change, *before)
    if action.scope:
        was, now = (_in_scope(marks, person.policy.scope_of(action.scope)) for marks in (before[1], change.marks))
    else:
        was, now = before[0], change.standing
    if not decisions and not action.targets:
        decisions = [Decision(digest, name, action.time, was, now)]
    write_changes(KeptInTables(db), [change], {digest: number})
    versions = Versions(person.policy.version, "", person.actor)
    for decision in decisions:
        decided = msgspec.structs.replace(decision, time=action.time, action=action.key)
        write_decision(db, decided, number, person.now, versions)
    return Acted(name or None, digest.hex(), was, now), change


def _in_scope(marks: Sequence[Standing], scope: str) -> Standing:
    return next((mark for mark in marks if mark.scope == scope), Standing(scope=scope))


def write_action(db: sqlite3.Connection, number: int, action: Action, now: float) -> None:
    """One row; ``now`` is the clock's time."""
    db.execute(
        "INSERT INTO actions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            action.key,
            number,
            action.time,
            now,
            action.kind,
            action.scope,
            storable(action.actor),
            storable(action.reason),
            action.operation,
            json.dumps(action.targets),
        ),
    )
