"""Recipients of a batch as they are stored: their rows are changed where they lie, without the tables of the copy.

Most recipients that a function instance meets it meets once: somebody failed, or got a mail and has an open history.
Bringing their rows into tables and reading them back takes longer than all that is done with them. So what comes in is
judged on the rows as they are; who asks for anything else finds them in the tables (`store.DynamoStore`).

What belongs to the base is written there at once, as the triggers of `layout` do for rows in tables.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from prellbock.guard.buckets import SECONDS
from prellbock.history.cells import TOUCHING
from prellbock.history.recipient import State, decode_state
from prellbock.identity import short_message
from prellbock.pipeline.memory import FailedMail
from prellbock.store.dynamodb.layout import EARLIER, RAWS, Rows
from prellbock.store.sqlite.kept import (
    EVENT_COLUMNS,
    Bounced,
    Failed,
    KeptInTables,
    Row,
    Series,
    Suspect,
    new_recipients,
)

_DAY = 86400
(
    _KEY, _NUMBER, _TIME, _MESSAGE, _OUTCOME, _CATEGORY, _FAULT, _PERMANENT, _PROVIDER, _STREAM, _CAMPAIGN, _ORIGIN,
    _INCIDENT,
) = map(EVENT_COLUMNS.index, (
    "key", "number", "time", "message", "outcome", "category", "fault", "permanent", "provider", "stream", "campaign",
    "origin", "incident",
))  # fmt: skip
_WIDTH = len(EVENT_COLUMNS)
_OURS = ("recipient", "domain")
"""Faults that are no fault of the sender or the network."""


class _Held(msgspec.Struct):
    """One recipient or domain."""

    digest: bytes
    number: int
    rows: Rows
    changed_in: int = 0
    """The latest transaction that has changed it; 0: none, it is as it is stored."""


class KeptInRows:
    """See `prellbock.store.sqlite.kept.Kept`: those that `bring` has brought, and whoever is new.

    What names nobody is written into the tables.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._tables = KeptInTables(connection)
        self._by_digest: dict[bytes, _Held] = {}
        self._by_number: dict[int, _Held] = {}
        self._asked: set[bytes] = set()
        self.arrived: list[Row] = []
        """New events (`EVENT_COLUMNS`) of this commit."""
        self._transaction = 0
        self._arrived_before = 0
        self._before: dict[bytes, _Held] = {}
        """As they were before this transaction, those that an earlier one of the same commit has changed."""
        self._given_up: tuple[list[_Held], list[Row]] = ([], [])
        """What this transaction has given up: of whom, and which new events."""

    # --- which recipients

    def missing(self, hashes: Iterable[bytes]) -> list[bytes]:
        """Those of these that were not brought yet."""
        return [digest for digest in hashes if digest not in self._asked]

    def bring(self, asked: Collection[bytes], stored: Iterable[Rows]) -> None:
        """Takes rows as they are stored; of ``asked`` who is not among them is new."""
        self._asked.update(asked)
        for rows in stored:
            number, digest, *_ = rows["recipients"][0]
            if (events := rows.get("events")) and min(map(len, events)) < _WIDTH:
                # Some are of an earlier version, which had fewer columns.
                rows["events"] = [(*row, *[None] * (_WIDTH - len(row))) for row in events]
            self._hold(_Held(digest, number, rows))

    def _hold(self, held: _Held) -> None:
        self._by_digest[held.digest] = self._by_number[held.number] = held

    def changed(self) -> Iterator[tuple[bytes, Rows]]:
        """Whose rows are to be written."""
        return ((held.digest, held.rows) for held in self._by_digest.values() if held.changed_in)

    def digest_of(self, number: int) -> bytes:
        return self._by_number[number].digest

    def clear(self) -> None:
        """All of it is written, or nothing of it has happened."""
        self._forget()
        self.arrived.clear()
        self._before.clear()
        self._given_up = ([], [])

    def _forget(self) -> None:
        self._by_digest.clear()
        self._by_number.clear()
        self._asked.clear()

    def give_up(self) -> None:
        """What is changed comes into the tables, in this transaction."""
        held, arrived = self._given_up
        held += [each for each in self._by_digest.values() if each.changed_in]
        arrived += self.arrived
        self._forget()
        self.arrived.clear()

    def begin(self) -> None:
        """A transaction begins: `roll_back` leads back to here."""
        self._transaction += 1
        self._arrived_before = len(self.arrived)
        self._before.clear()
        self._given_up = ([], [])

    def roll_back(self) -> None:
        """What the transaction has changed has not happened."""
        given_up, arrived = self._given_up
        changed = [held for held in (*given_up, *self._by_digest.values()) if held.changed_in]
        self.arrived = [*arrived, *self.arrived][: self._arrived_before]
        self._forget()
        for held in changed:
            was = self._before.get(held.digest, held)
            if was.changed_in != self._transaction:
                self._asked.add(was.digest)
                self._hold(was)

    # --- as the pipeline remembers

    def known_events(self, keys: Collection[int]) -> set[int]:
        """See `prellbock.pipeline.Memory.known_events`, of those that are held."""
        stored = {row[_KEY] for held in self._by_digest.values() for row in held.rows.get("events", ())}
        return stored.intersection(keys)

    def states(self, hashes: Iterable[bytes]) -> dict[bytes, State]:
        """See `prellbock.pipeline.Memory.states`."""
        return {
            digest: decode_state(rows[0][-1])
            for digest in hashes
            if (held := self._by_digest.get(digest)) is not None and (rows := held.rows.get("states"))
        }

    def bounced(self, hashes: Iterable[bytes]) -> dict[bytes, dict[int, float]]:
        """See `prellbock.pipeline.Memory.bounced`."""
        found: dict[bytes, dict[int, float]] = {}
        for digest in hashes:
            latest = found[digest] = dict[int, float]()
            for row in self._events_of(digest):
                if row[_OUTCOME] == "bounced" and row[_INCIDENT] is None and row[_FAULT] in _OURS:
                    message = short_message(row[_MESSAGE])
                    latest[message] = max(row[_TIME], latest.get(message, 0.0))
        return found

    def failed_mails(self, hashes: Iterable[bytes]) -> dict[FailedMail, float]:
        """See `prellbock.pipeline.Memory.failed_mails`."""
        found: dict[FailedMail, float] = {}
        for digest in hashes:
            for row in self._events_of(digest):
                if row[_OUTCOME] == "bounced" and row[_CAMPAIGN] is not None:
                    mail = (digest, row[_CAMPAIGN], row[_MESSAGE])
                    found[mail] = max(row[_TIME], found.get(mail, 0.0))
        return found

    def _events_of(self, digest: bytes) -> Sequence[Row]:
        held = self._by_digest.get(digest)
        return () if held is None else held.rows.get("events", ())

    # --- as a batch reads and writes

    def numbers(self, names: Mapping[bytes, str | None], *, plain: bool) -> dict[bytes, int]:
        known = self._by_digest
        fresh = [each for each in names.items() if each[0] not in known]
        for row in new_recipients(fresh, plain=plain):
            number, digest, *_ = row
            self._hold(_Held(digest, number, {"recipients": [row]}, self._transaction))
        self._asked.update(digest for digest, _ in fresh)
        return {digest: known[digest].number for digest in names}

    def state_of(self, number: int) -> State:
        rows = self._by_number[number].rows.get("states")
        return decode_state(rows[0][-1]) if rows else State()

    def bounces(self, days: Sequence[tuple[int, int]]) -> Iterator[Bounced]:
        for number, day in days:
            for row in self._by_number[number].rows.get("events", ()):
                if row[_OUTCOME] == "bounced" and day <= row[_TIME] < day + _DAY:
                    hard = row[_PERMANENT] == 1 and row[_FAULT] in _OURS
                    yield Bounced(number, row[_MESSAGE], row[_TIME], row[_PROVIDER], row[_STREAM], hard)

    def failures(self, number: int, begin: float, end: float) -> list[Failed]:
        found = [
            Failed(row[_KEY], row[_MESSAGE], row[_TIME], row[_ORIGIN] or 0)
            for row in self._by_number[number].rows.get("events", ())
            if begin <= row[_TIME] < end
            and row[_OUTCOME] == "bounced"
            and row[_INCIDENT] is None
            and row[_CATEGORY] in TOUCHING
        ]
        return sorted(found, key=lambda each: (-each.time, each.key))

    def suspects(self, series: Series, begin: float, end: float, most: int) -> list[Suspect]:
        # Who of the base's table is not here has only later failures than those.
        named = self._db.execute(
            "SELECT hash FROM suspects WHERE bucket = ? AND provider = ? AND category = ? ORDER BY time, key LIMIT ?",
            (int(begin / SECONDS), *series, most),
        )
        found = [
            (row[_TIME], row[_KEY], held)
            for (digest,) in named
            if (held := self._by_digest.get(digest)) is not None
            for row in held.rows.get("events", ())
            if begin <= row[_TIME] < end
            and (row[_PROVIDER] or "", row[_CATEGORY]) == series
            and row[_OUTCOME] == "bounced"
            and row[_PERMANENT] == 1
        ]
        found.sort(key=lambda each: each[:2])
        first: dict[int, Suspect] = {}
        for time, _, held in found[:most]:
            address = held.rows["recipients"][0][-1]
            first.setdefault(held.number, Suspect(held.number, held.digest, address, time))
        return [*first.values()]

    def messages_bounced(self, numbers: Sequence[int], begin: float, end: float) -> Iterator[tuple[int, int, float]]:
        for number in numbers:
            for row in self._by_number[number].rows.get("events", ()):
                if row[_OUTCOME] == "bounced" and row[_FAULT] in _OURS and begin <= row[_TIME] < end:
                    yield number, row[_MESSAGE], row[_TIME]

    def add_events(self, rows: Iterable[Row]) -> None:
        of_nobody: list[Row] = []
        suspects: list[Row] = []
        for row in rows:
            if row[_NUMBER] is None:
                of_nobody.append(row)
                continue
            held = self._changing(row[_NUMBER])
            held.rows.setdefault("events", []).append(row)
            self.arrived.append(row)
            if row[_OUTCOME] == "bounced" and row[_PERMANENT] == 1 and row[_CATEGORY] in TOUCHING:
                bucket = int(row[_TIME] / SECONDS)
                place = (bucket, row[_PROVIDER] or "", row[_CATEGORY])
                suspects.append((*place, held.digest, row[_TIME], row[_KEY]))
        self._db.executemany(f"INSERT INTO suspects VALUES (?, ?, ?, ?, ?, ?) {EARLIER}", suspects)  # noqa: S608
        self._tables.add_events(of_nobody)

    def add_raws(self, rows: Iterable[Row]) -> None:
        of_nobody: list[Row] = []
        for row in rows:
            key, number, *_ = row
            if number is None:
                of_nobody.append(row)
                continue
            raws = self._changing(number).rows.setdefault("raws", [])
            if not any(each[0] == key for each in raws):
                raws.append(row)
                self._db.execute("INSERT OR IGNORE INTO settings VALUES (?, '1')", (RAWS,))
        self._tables.add_raws(of_nobody)

    def put_states(self, rows: Iterable[Row]) -> None:
        openings: list[tuple[int, int]] = []
        for row in rows:
            number, key, is_open, *_ = row
            self._changing(number).rows["states"] = [row]
            openings.append((key, is_open))
        self._db.executemany("INSERT OR REPLACE INTO openings VALUES (?, ?, 1)", openings)

    def correct_withheld(self, rows: Iterable[tuple[float | None, float | None, int, str, str | None]]) -> None:
        for since, until, number, status, rule in rows:
            held = self._changing(number)
            if (withheld := held.rows.get("withheld")) is not None:
                held.rows["withheld"] = [
                    (*row[:3], since, until, *row[5:]) if (row[1], row[2], row[6]) == ("all", status, rule) else row
                    for row in withheld
                ]

    def add_decisions(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._changing(row[1]).rows.setdefault("ledger", []).append(row)
        if rows:
            # As a table with AUTOINCREMENT counts.
            seq = rows[-1][0]
            if not self._db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'ledger'", (seq,)).rowcount:
                self._db.execute("INSERT INTO sqlite_sequence VALUES ('ledger', ?)", (seq,))

    def withhold(self, rows: Collection[Row], over: Collection[tuple[int, str]]) -> None:
        for number, scope in over:
            if not self._without(number, scope):
                # As where rows are read from tables: one without rows is not named.
                del self._by_number[number].rows["withheld"]
        for row in rows:
            self._without(row[0], row[1]).append(row)

    def put_aside(self, waiting: Collection[tuple[int, int]]) -> None:
        whose = [(number, self._by_number[number].digest) for number, _ in waiting]
        self._db.executemany("INSERT OR IGNORE INTO whose VALUES (?, ?)", whose)
        self._tables.put_aside(waiting)

    def _without(self, number: int, scope: str) -> list[tuple[Any, ...]]:
        """What withholds mail, but for one scope."""
        held = self._changing(number)
        rows = held.rows["withheld"] = [row for row in held.rows.get("withheld", ()) if row[1] != scope]
        return rows

    def _changing(self, number: int) -> _Held:
        held = self._by_number[number]
        if held.changed_in != self._transaction:
            if held.changed_in:
                rows = {name: [*rows] for name, rows in held.rows.items()}
                self._before[held.digest] = _Held(held.digest, number, rows, held.changed_in)
            held.changed_in = self._transaction
        return held
