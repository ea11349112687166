"""Many recipients at once, as the stored events make them: what other verdicts would make of their histories."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from prellbock.history.actions import Action
from prellbock.history.recipient import State, decode_state
from prellbock.identity import short
from prellbock.pipeline import Reported
from prellbock.store.judgements import Moves
from prellbock.store.sqlite.history import ACTION_COLUMNS, ALWAYS, REPORT_COLUMNS, action, bounced, rebuilt, reported
from prellbock.store.sqlite.memory import SqliteMemory, chunks
from prellbock.taxonomy import FAULT_OF

_CATEGORY, _FAULT, _PROVIDER = (REPORT_COLUMNS.split(", ").index(name) for name in ("category", "fault", "provider"))


PART = 4000
"""Recipients that are rebuilt together: a look at the memory of deliveries costs something, however few it is for."""


class Counting(NamedTuple):
    """Which of the stored events histories count: a condition on a row of ``events``, made of constants alone."""

    condition: str = "incident IS NULL"
    values: tuple[int | float | str, ...] = ()


AS_STORED = Counting()


class Rebuilt(NamedTuple):
    """A recipient as it is stored, and as its events make it."""

    number: int
    hash: bytes
    address: str | None
    known: State
    state: State
    provider: str | None
    """Who answered in the latest event that moves."""


def rebuild_many(
    db: sqlite3.Connection,
    memory: SqliteMemory,
    numbers: Collection[int],
    moves: Moves,
    counting: Counting = AS_STORED,
) -> Iterator[Rebuilt]:
    """The recipients among these numbers (no domains), with the verdicts of their events moved."""
    for marks, part in chunks(numbers, PART):
        known = {
            number: (digest, address, decode_state(state) if state else State())
            for number, digest, address, state in db.execute(
                "SELECT number, hash, address, state FROM recipients LEFT JOIN states USING (number)"  # noqa: S608
                f" WHERE number IN ({marks}) AND is_domain = 0",
                part,
            )
        }
        reports: dict[int, list[Reported]] = defaultdict(list)
        latest: dict[int, tuple[float, str | None]] = {}
        for number, judgement, *row in db.execute(
            f"SELECT number, verdict, {REPORT_COLUMNS} FROM events LEFT JOIN batches USING (batch)"  # noqa: S608
            f" WHERE number IN ({marks}) AND {counting.condition}",
            (*part, *counting.values),
        ):
            reports[number].append(_moved(row, moves, judgement))
            if judgement in moves and row[2] >= latest.get(number, (0.0, None))[0]:
                latest[number] = row[2], row[_PROVIDER]
        done: dict[int, list[Action]] = defaultdict(list)
        for number, *row in db.execute(
            f"SELECT number, {ACTION_COLUMNS} FROM actions WHERE number IN ({marks}) ORDER BY time, key",  # noqa: S608
            part,
        ):
            done[number].append(action(row))
        # Only the latest delivery counts. Where that of before counts no longer, earlier ones are looked for.
        signs = memory.deliveries({short(digest): state.last_delivery for digest, _, state in known.values()})
        anew = {
            number: rebuilt(state, done[number], reports[number], ALWAYS) for number, (_, _, state) in known.items()
        }
        failed = {number: bounced(db, number, state, ALWAYS) for number, state in anew.items()}
        for number, (digest, _, state) in known.items():
            anew[number].newest = max(state.newest, anew[number].newest)
            anew[number].add_deliveries(signs.get(short(digest), ()), failed[number])
        lost = {n: short(known[n][0]) for n, state in anew.items() if state.last_delivery < known[n][2].last_delivery}
        signs = memory.deliveries(dict.fromkeys(lost.values(), 0.0)) if lost else {}
        for number, key in lost.items():
            anew[number].add_deliveries(signs.get(key, ()), failed[number])
        for number, (digest, address, state) in known.items():
            yield Rebuilt(number, digest, address, state, anew[number], latest.get(number, (0.0, None))[1])


def _moved(row: list[Any], moves: Moves, judgement: int | None) -> Reported:
    become = moves.get(judgement) if judgement is not None else None
    if become is not None:
        row[_CATEGORY], row[_FAULT] = become.category, FAULT_OF[become.category]
    return reported(row)
