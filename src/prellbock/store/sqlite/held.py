"""Decisions that wait until their bucket is judged, and recipients who are judged anew because of an incident.

Who waits is treated as the ledger says: what was decided meanwhile is compared with it when the time has come.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from prellbock.guard.buckets import bucket_of
from prellbock.guard.holding import Holding
from prellbock.history.judge import ALL, BY_HAND, Standing
from prellbock.history.policy import Policy
from prellbock.history.recipient import State, decode_state
from prellbock.identity import short
from prellbock.pipeline import Change, Decision, compare, judged
from prellbock.store.sqlite.announce import PAGE, announced, held, hold
from prellbock.store.sqlite.history import ALWAYS, bounced, rebuild
from prellbock.store.sqlite.kept import Kept, KeptInTables
from prellbock.store.sqlite.memory import SqliteMemory, chunks
from prellbock.store.sqlite.write import Versions, write_changes, write_decisions

_NOT_OURS = ("imported", "mirrored", BY_HAND)
"""Rules of decisions that rest on what others say."""


def sort_out(
    db: sqlite3.Connection,
    kept: Kept,
    decisions: Iterable[Decision],
    changes: Sequence[Change],
    numbers: dict[bytes, int],
    holding: Holding,
) -> list[Decision]:
    """Puts the decisions aside that have to wait; returns those that can be announced."""
    ready: list[Decision] = []
    waiting = waits(db, [numbers[change.entity] for change in changes])
    states = {change.entity: change.state for change in changes}
    aside: list[tuple[int, int]] = []
    for decision in decisions:
        number = numbers[decision.entity]
        bucket = bucket_of(states[decision.entity].failures.newest)
        if _can_wait(decision) and bucket in holding:
            aside.append((number, bucket))
        elif number in waiting and decision.after.scope == ALL:
            # Whoever waits is compared with the ledger at the end of it.
            continue
        else:
            ready.append(decision)
    kept.put_aside(aside)
    return ready


def _can_wait(decision: Decision) -> bool:
    after = decision.after
    return (
        after.scope == ALL
        and after.status in ("paused", "suppressed")
        and after.rule not in _NOT_OURS
        and not decision.name.startswith("@")
    )


def waits(db: sqlite3.Connection, numbers: Collection[int]) -> set[int]:
    """Which of these recipients have a decision that waits."""
    found: set[int] = set()
    if db.execute("SELECT 1 FROM held LIMIT 1").fetchone() is None:
        return found
    for marks, part in chunks(numbers):
        found.update(n for (n,) in db.execute(f"SELECT number FROM held WHERE number IN ({marks})", part))  # noqa: S608
    return found


def release(db: sqlite3.Connection, holding: Holding, policy: Policy, now: float, versions: Versions) -> int:
    """Announces what waited and has to wait no longer; returns for how many recipients."""
    rows = db.execute(
        "SELECT number FROM held WHERE NOT (bucket > ? AND bucket <= ?)",
        (holding.after, holding.until if holding.until is not None else 1 << 60),
    ).fetchall()
    if not rows:
        return 0
    numbers = [number for (number,) in rows]
    db.executemany("DELETE FROM held WHERE number = ?", rows)
    # What a back-fill or another policy holds back is announced with it.
    silent = held(db, numbers)
    _announce(db, [number for number in numbers if number not in silent], policy, now, versions)
    return len(rows)


def _announce(db: sqlite3.Connection, numbers: Collection[int], policy: Policy, now: float, versions: Versions) -> None:
    before = announced(db, numbers)
    decisions: list[tuple[int, Decision]] = []
    for number, digest, name, state in _known(db, numbers):
        change = Change(digest, name, state, *judged(state, name, policy))
        decisions.extend((number, each) for each in compare(change, *before[number]))
    write_decisions(db, KeptInTables(db), decisions, now, versions)


def judge_anew(
    db: sqlite3.Connection,
    memory: SqliteMemory,
    numbers: Collection[int],
    policy: Policy,
    now: float,
    versions: Versions,
    *,
    announce: bool,
) -> None:
    """Makes the histories of recipients anew from the stored events, and announces what follows unless it is held."""
    if not announce:
        hold(db, numbers)
    rest = iter(numbers)
    while part := list(islice(rest, PAGE)):
        known = list(_known(db, part))
        signs = memory.deliveries({short(digest): 0.0 for _, digest, _, _ in known})
        changes: list[Change] = []
        decisions: list[tuple[int, Decision]] = []
        silent = held(db, part) | waits(db, part)
        before = announced(db, part)
        for number, digest, name, state in known:
            anew = rebuild(db, number, state, until=ALWAYS)
            anew.add_deliveries(signs.get(short(digest), ()), bounced(db, number, anew, ALWAYS))
            anew.newest = max(state.newest, anew.newest)
            change = Change(digest, name, anew, *judged(anew, name, policy))
            write_changes(KeptInTables(db), [change], {digest: number})
            changes.append(change)
            if number not in silent:
                decisions.extend((number, each) for each in compare(change, *before[number]))
        write_decisions(db, KeptInTables(db), decisions, now, versions)
        memory.note_open([(short(change.entity), change) for change in changes])


def _known(db: sqlite3.Connection, numbers: Iterable[int]) -> Iterator[tuple[int, bytes, str, State]]:
    """Number, hash, name and state of recipients; of some there is no state yet, since nothing of theirs counted."""
    for marks, part in chunks(numbers):
        rows = db.execute(
            "SELECT number, hash, is_domain, address, state FROM recipients LEFT JOIN states USING (number)"  # noqa: S608
            f" WHERE number IN ({marks})",
            part,
        ).fetchall()
        for number, digest, is_domain, address, stored in rows:
            state = decode_state(stored) if stored is not None else State()
            yield number, digest, address or ("@" if is_domain else ""), state


def as_announced(db: sqlite3.Connection, hashes: Collection[bytes]) -> dict[bytes, Standing]:
    """Of those among these whose latest decision waits what was announced."""
    found: dict[bytes, Standing] = {}
    if db.execute("SELECT 1 FROM held LIMIT 1").fetchone() is None:
        return found
    for marks, part in chunks(hashes):
        rows = db.execute(
            f"SELECT hash, number FROM recipients JOIN held USING (number) WHERE hash IN ({marks})",  # noqa: S608
            part,
        ).fetchall()
        told = announced(db, [number for _, number in rows])
        found.update((digest, told[number][0]) for digest, number in rows)
    return found
