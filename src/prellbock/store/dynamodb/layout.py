"""What of the tables belongs to one recipient and lies in its item, and what is about nobody in particular (the base)?

The store works on a copy of the embedded database's tables. A recipient's rows are one item of DynamoDB; of the base
each *part* (a table, of large ones a day of it) is one object of S3, written anew when something in it has changed.
"""

# ruff: noqa: S608 -- statements are made of the names of our own tables and columns

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from prellbock.history.cells import TOUCHING

BY_NUMBER = ("recipients", "states", "withheld", "events", "ledger", "actions", "raws")
"""Tables with the number of a recipient; rows without one (reports that name nobody) belong to the base."""
OF_RECIPIENT = (*BY_NUMBER, "undone")
DERIVED = frozenset({"noted", "rollup_kinds"})
"""Filled by triggers; not stored."""
PART_OF: dict[str, str] = {
    "rollups": "hour / 24",
    "rollup_days": "day",
    "campaign_days": "day",
    "failed": "piece / 24",
    "bucket_delivered": "bucket / 144",
    "bucket_failed": "bucket / 144",
    "batches": "batch / 1024",
    "suspects": "bucket / 6",
    "deliveries": "0",
    "counted": "0",
}
"""Of tables with more than one part the number of the part."""
SUSPECT_BUCKETS = 60
"""For so many buckets (ten hours of event time) it is known by bucket who failed; of older ones everybody is read."""

OF_LISTS = ("events_bounced", "events_feedback", "events_searched", "events_sender", "events_template", "events_time",
            "events_verdict")  # fmt: skip
"""Indexes that only questions about everybody use: a copy with some recipients does without, as they take half the
time of a new event."""

RAWS = "raws_of_recipients"
"""Name of a setting: there may be rows of recipients with what sources have sent."""
EARLIER = """ON CONFLICT DO UPDATE SET time = excluded.time, key = excluded.key
    WHERE (excluded.time, excluded.key) < (time, key)"""
"""Of a suspect the earliest failure of the bucket is named."""

_LOCAL = f"""
CREATE TABLE IF NOT EXISTS openings (
    key INTEGER NOT NULL PRIMARY KEY, open INTEGER NOT NULL, noted INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS filters (name TEXT NOT NULL PRIMARY KEY, object TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS whose (number INTEGER NOT NULL PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS suspects (
    bucket INTEGER NOT NULL, provider TEXT NOT NULL, category TEXT NOT NULL, hash BLOB NOT NULL,
    time REAL NOT NULL DEFAULT 0, key INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, provider, category, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unexported (object TEXT NOT NULL PRIMARY KEY, plan INTEGER) STRICT, WITHOUT ROWID;
CREATE TEMP TABLE arrived (row INTEGER NOT NULL PRIMARY KEY);
CREATE TEMP TABLE loading (now INTEGER NOT NULL);
INSERT INTO loading VALUES (0);
CREATE TEMP TABLE touched (number INTEGER NOT NULL PRIMARY KEY);
CREATE TEMP TABLE gone (number INTEGER NOT NULL, hash BLOB NOT NULL PRIMARY KEY);
CREATE TEMP TABLE dirty (name TEXT NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (name, part));
CREATE TEMP TRIGGER recipient_gone AFTER DELETE ON main.recipients WHEN (SELECT now FROM loading) = 0
BEGIN
    INSERT OR REPLACE INTO gone VALUES (OLD.number, OLD.hash);
    DELETE FROM suspects WHERE hash = OLD.hash;
END;
CREATE TEMP TRIGGER state_made AFTER INSERT ON main.states WHEN (SELECT now FROM loading) = 0
BEGIN INSERT OR REPLACE INTO openings VALUES (NEW.key, NEW.open, 1); END;
CREATE TEMP TRIGGER state_changed AFTER UPDATE ON main.states WHEN (SELECT now FROM loading) = 0
BEGIN INSERT OR REPLACE INTO openings VALUES (NEW.key, NEW.open, 1); END;
CREATE TEMP TRIGGER state_gone AFTER DELETE ON main.states WHEN (SELECT now FROM loading) = 0
BEGIN INSERT OR REPLACE INTO openings VALUES (OLD.key, 0, 0); END;
CREATE TEMP TRIGGER event_arrived AFTER INSERT ON main.events WHEN (SELECT now FROM loading) = 0
BEGIN INSERT OR IGNORE INTO arrived VALUES (NEW.row); END;
CREATE TEMP TRIGGER raw_arrived AFTER INSERT ON main.raws
WHEN (SELECT now FROM loading) = 0 AND NEW.number IS NOT NULL
BEGIN INSERT OR IGNORE INTO settings VALUES ('{RAWS}', '1'); END;
CREATE TEMP TRIGGER held_by_whom AFTER INSERT ON main.held WHEN (SELECT now FROM loading) = 0
BEGIN INSERT OR IGNORE INTO whose SELECT number, hash FROM recipients WHERE number = NEW.number; END;
CREATE TEMP TRIGGER held_no_more AFTER DELETE ON main.held WHEN (SELECT now FROM loading) = 0
BEGIN DELETE FROM whose WHERE number = OLD.number; END;
CREATE TEMP TRIGGER suspected AFTER INSERT ON main.events
WHEN (SELECT now FROM loading) = 0 AND NEW.outcome = 'bounced' AND NEW.permanent = 1 AND NEW.number IS NOT NULL
    AND NEW.category IN ({", ".join(f"'{category}'" for category in sorted(TOUCHING))})
BEGIN
    INSERT INTO suspects
    SELECT CAST(NEW.time / 600 AS INTEGER), coalesce(NEW.provider, ''), NEW.category, hash, NEW.time, NEW.key
    FROM recipients WHERE number = NEW.number {EARLIER};
END;
"""

Rows = dict[str, list[tuple[Any, ...]]]
"""Table → rows."""
encode = msgspec.msgpack.Encoder().encode
_decode_rows = msgspec.msgpack.Decoder(Rows).decode


BARE_OCTETS = 900
"""Up to here rows are stored as they are: a kilobyte is one unit of writing, and packing saves nothing."""
_BARE = b"\0"
"""Before rows as they are; no packed ones begin so."""


def pack(rows: Rows, beside: int = 0) -> bytes:
    """As it is stored in an item; ``beside``: octets that lie in the same one."""
    octets = encode(rows)
    if len(octets) + beside <= BARE_OCTETS:
        return _BARE + octets
    return zlib.compress(octets, 1)


def pack_bare(rows: Rows) -> bytes:
    """As it is stored where it is packed together with others."""
    return _BARE + encode(rows)


def unpack(stored: bytes) -> Rows:
    return _decode_rows(memoryview(stored)[1:] if stored[:1] == _BARE else zlib.decompress(stored))


class Layout:
    """The tables of one connection, watched: what a transaction has touched is known at its end."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        # The ledger and the audit log are append-only for whoever uses the store, not for who brings in what is new.
        for trigger in ("ledger_is_append_only", "audit_is_append_only"):
            db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in _statements(_LOCAL):
            db.execute(statement)
        self._lists = {name: str(sql) for name, sql in db.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name IN ({','.join('?' * len(OF_LISTS))})",
            OF_LISTS)}  # fmt: skip
        self.drop_lists()
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        self.columns = {name: self._columns(name) for name in names if name not in DERIVED}
        self.base = tuple(sorted(name for name in self.columns if name not in OF_RECIPIENT))
        for name in self.columns:
            if name != "sqlite_sequence":
                self._watch(name)

    def _columns(self, name: str) -> tuple[str, ...]:
        found = [column for _, column, *_ in self._db.execute(f"PRAGMA table_info({name})")]
        # The row number of an event says nothing, and two copies may give the same one.
        return tuple(f'"{column}"' for column in found if (name, column) != ("events", "row"))

    def _watch(self, name: str) -> None:
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            notes = "".join(self._note(name, row) for row in rows)
            self._db.execute(
                f"CREATE TEMP TRIGGER watch_{name}_{event} AFTER {event} ON main.{name}"
                f" WHEN (SELECT now FROM loading) = 0 BEGIN {notes} END"
            )

    def _note(self, name: str, row: str) -> str:
        # What a trigger does about a conflict is overruled by the statement that fires it, so there must be none.
        unknown = "NOT EXISTS (SELECT 1 FROM touched AS t WHERE t.number = {0})"
        if name == "undone":
            return (
                f"INSERT INTO touched SELECT number FROM ledger WHERE seq = {row}.seq"
                f" AND {unknown.format('ledger.number')};"
            )
        if name in BY_NUMBER:
            number = f"{row}.number"
            note = f"INSERT INTO touched SELECT {number} WHERE {number} IS NOT NULL AND {unknown.format(number)};"
            return note + (_dirty(name, "0", f"{number} IS NULL") if name in ("events", "raws") else "")
        part = PART_OF.get(name, "0")
        for column in ("hour", "day", "piece", "bucket", "batch"):
            part = part.replace(column, f"{row}.{column}")
        return _dirty(name, part)

    def drop_lists(self) -> None:
        """The copy is to hold some of the recipients."""
        for name in OF_LISTS:
            self._db.execute(f"DROP INDEX IF EXISTS {name}")

    def make_lists(self) -> None:
        """The copy holds everybody, and will be asked for lists."""
        for sql in self._lists.values():
            self._db.execute(sql.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1))

    # --- what a transaction has left

    def touched(self) -> list[int]:
        """The numbers whose rows have changed."""
        return [number for (number,) in self._db.execute("SELECT number FROM touched")]

    @property
    def is_touched(self) -> bool:
        """Whether rows of anybody have changed."""
        return self._db.execute("SELECT 1 FROM touched LIMIT 1").fetchone() is not None

    def gone(self) -> dict[bytes, int]:
        """Recipients that were taken out: hash → number. The hash may be there again under another number."""
        return dict(self._db.execute("SELECT hash, number FROM gone").fetchall())

    def dirty(self) -> list[tuple[str, int]]:
        """The parts of the base that have changed."""
        return self._db.execute("SELECT name, part FROM dirty").fetchall()

    def clean(self) -> None:
        """All of it is written."""
        for table in ("touched", "gone", "dirty", "arrived"):
            self._db.execute(f"DELETE FROM {table}")

    # --- rows out

    def of_recipients(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes | None, Rows]]:
        """The rows of recipients, by number; None for the hash of whom nothing names any more."""
        for begin in range(0, len(numbers), 500):
            part = numbers[begin : begin + 500]
            marks = ",".join("?" * len(part))
            found: dict[int, Rows] = {number: {} for number in part}
            hashes: dict[int, bytes] = {}
            for name in BY_NUMBER:
                columns = self.columns[name]
                at = columns.index('"number"')
                for row in self._db.execute(
                    f"SELECT {','.join(columns)} FROM {name} WHERE number IN ({marks})",
                    part,
                ):
                    found[row[at]].setdefault(name, []).append(row)
                    if name == "recipients":
                        hashes[row[at]] = row[columns.index('"hash"')]
            for number, *row in self._db.execute(
                f"SELECT number, undone.* FROM undone JOIN ledger USING (seq) WHERE number IN ({marks})",
                part,
            ):
                found[number].setdefault("undone", []).append(tuple(row))
            for number, rows in found.items():
                yield number, hashes.get(number), rows

    def part(self, name: str, number: int) -> Rows:
        """The rows of a part of the base."""
        where = "number IS NULL" if name in BY_NUMBER else f"{PART_OF.get(name, '0')} = {number}"
        columns = ",".join(self.columns[name])
        return {name: self._db.execute(f"SELECT {columns} FROM {name} WHERE {where}").fetchall()}

    # --- rows in

    def bring_in(self, *stored: Rows) -> None:
        """Inserts rows that were stored, unwatched."""
        together: Rows = {}
        for rows in stored:
            for name, some in rows.items():
                together.setdefault(name, []).extend(some)
        for name, some in together.items():
            # Rows of an earlier version lack the columns that came later.
            for length, alike in groupby(sorted(some, key=len), key=len):
                columns = self.columns[name][:length]
                self._db.executemany(
                    f"INSERT OR REPLACE INTO {name} ({','.join(columns)}) VALUES ({','.join('?' * length)})", alike
                )

    def take_out_recipient(self, digest: bytes | None, number: int | None) -> None:
        """Removes the rows of a recipient from the copy."""
        if digest is not None:
            row = self._db.execute("SELECT number FROM recipients WHERE hash = ?", (digest,)).fetchone()
            number = row[0] if row else None
        if number is None:
            return
        self._db.execute("DELETE FROM undone WHERE seq IN (SELECT seq FROM ledger WHERE number = ?)", (number,))
        for name in BY_NUMBER:
            self._db.execute(f"DELETE FROM {name} WHERE number = ?", (number,))

    def touch(self, numbers: Iterable[int]) -> None:
        """The rows of these have changed, unwatched."""
        self._db.executemany("INSERT OR IGNORE INTO touched VALUES (?)", [(number,) for number in numbers])

    def arrive(self, keys: Iterable[int]) -> None:
        """These events are new, and were brought in unwatched."""
        self._db.executemany(
            "INSERT OR IGNORE INTO arrived SELECT row FROM events WHERE key = ?", [(key,) for key in keys]
        )

    def take_out_part(self, name: str, number: int) -> None:
        """Removes the rows of a part of the base from the copy."""
        where = "number IS NULL" if name in BY_NUMBER else f"{PART_OF.get(name, '0')} = {number}"
        self._db.execute(f"DELETE FROM {name} WHERE {where}")

    def take_out_all(self) -> None:
        """Empties the copy."""
        self.drop_lists()
        for name in (*self.columns, *DERIVED):
            self._db.execute(f"DELETE FROM {name}")

    def loading(self, now: bool) -> None:
        """While it is on, nothing is watched."""
        self._db.execute("UPDATE loading SET now = ?", (now,))


def _dirty(name: str, part: str, condition: str = "1") -> str:
    return (
        f"INSERT INTO dirty SELECT '{name}', {part} WHERE {condition}"
        f" AND NOT EXISTS (SELECT 1 FROM dirty AS d WHERE d.name = '{name}' AND d.part = {part});"
    )


def _statements(script: str) -> Iterable[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
