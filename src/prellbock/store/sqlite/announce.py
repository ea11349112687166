"""Judging without announcing, and announcing later: for back-fills, and for all when the policy changes.

The ledger says what was announced. Whoever stands in `unannounced` is compared with that when the time has come, so a
back-fill of years announces where everybody stands at its end and nothing of the way there.
"""

import sqlite3
from collections.abc import Collection

from prellbock.history.judge import ALL, Standing
from prellbock.history.policy import Policy
from prellbock.history.recipient import decode_state
from prellbock.pipeline import Change, Decision, compare, judged
from prellbock.store.sqlite.kept import KeptInTables
from prellbock.store.sqlite.memory import chunks
from prellbock.store.sqlite.write import Versions, write_changes, write_decisions

PAGE = 2000
"""Recipients that are announced in one transaction."""


def hold(db: sqlite3.Connection, numbers: Collection[int]) -> None:
    """Puts off the announcement of these recipients."""
    db.executemany("INSERT OR IGNORE INTO unannounced VALUES (?)", [(number,) for number in numbers])


def hold_all(db: sqlite3.Connection) -> None:
    """Everybody is to be judged anew."""
    db.execute("INSERT OR IGNORE INTO unannounced SELECT number FROM states")


def held(db: sqlite3.Connection, numbers: Collection[int]) -> set[int]:
    """Which of these recipients wait for their announcement."""
    found: set[int] = set()
    if db.execute("SELECT 1 FROM unannounced LIMIT 1").fetchone() is None:
        return found
    for marks, part in chunks(numbers):
        found.update(n for (n,) in db.execute(f"SELECT number FROM unannounced WHERE number IN ({marks})", part))  # noqa: S608
    return found


def announce(db: sqlite3.Connection, policy: Policy, now: float, versions: Versions) -> tuple[int, int]:
    """Announces one page of those who wait; how many these were, and how many decisions came of it."""
    rows = db.execute(
        "SELECT number, hash, is_domain, address, state FROM unannounced JOIN recipients USING (number)"
        " JOIN states USING (number) LIMIT ?",
        (PAGE,),
    ).fetchall()
    decisions: list[tuple[int, Decision]] = []
    before = announced(db, [row[0] for row in rows])
    waiting = {number for (number,) in db.execute("SELECT number FROM held")}
    for number, digest, is_domain, address, stored in rows:
        if number in waiting:
            continue  # announced when its bucket is judged
        name = address or ("@" if is_domain else "")
        state = decode_state(stored)
        change = Change(digest, name, state, *judged(state, name, policy))
        write_changes(KeptInTables(db), [change], {digest: number})
        decisions.extend((number, each) for each in compare(change, *before[number]))
    write_decisions(db, KeptInTables(db), decisions, now, versions)
    db.executemany("DELETE FROM unannounced WHERE number = ?", [(row[0],) for row in rows])
    if len(rows) < PAGE:
        # What is left was erased meanwhile.
        db.execute("DELETE FROM unannounced")
    return len(rows), len(decisions)


def announced(db: sqlite3.Connection, numbers: Collection[int]) -> dict[int, tuple[Standing, list[Standing]]]:
    """What the ledger has told of each recipient: its standing, and its complaints and unsubscribes by scope."""
    told: dict[int, dict[str, Standing]] = {number: {} for number in numbers}
    for marks, part in chunks(numbers):
        rows = db.execute(
            "SELECT number, scope, status, since, until, category, rule, source FROM ledger"  # noqa: S608
            f" WHERE number IN ({marks}) ORDER BY number, seq",
            part,
        )
        for number, scope, status, since, until, category, rule, source in rows:
            told[number][scope] = Standing(
                status=status, since=since, until=until, category=category, rule=rule, source=source, scope=scope
            )
    return {number: (scopes.pop(ALL, Standing()), list(scopes.values())) for number, scopes in told.items()}
