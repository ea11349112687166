"""What failed, for files: every commit keeps the responses that it brought (deliveries apart) until they are written.

They wait in one object a commit, named by the table `unexported` of the base, so there are those of commits that
happened and no others. Writing them takes three steps, each of which may be done again: a *plan* takes all that wait,
files are made of it, and the plan is over. Rows are those of an export of responses, without addresses and without
texts as they came: files that were written are not changed when somebody is erased.
"""

import sqlite3
import zlib
from collections.abc import Collection, Iterator, Sequence

import msgspec

from prellbock.store.dynamodb.objects import Objects
from prellbock.store.exports import COLUMNS, Row
from prellbock.store.sqlite.exports import RESPONSES
from prellbock.store.sqlite.kept import EVENT_COLUMNS
from prellbock.store.sqlite.kept import Row as EventRow
from prellbock.store.sqlite.memory import chunks

_COLUMNS = [*COLUMNS["responses"]]
_ADDRESS, _HASH = _COLUMNS.index("address"), _COLUMNS.index("hash")
_TEMPLATE = EVENT_COLUMNS.index("template")
_64_BITS = 0xFFFF_FFFF_FFFF_FFFF
_ARRIVED = f"{RESPONSES} WHERE row IN (SELECT row FROM arrived) ORDER BY row"  # noqa: S608 -- our own names
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Row]).decode
BITS_OF_A_COMMIT = 24
"""A sequence number is that of the commit, and of the row within it."""


class Failures:
    """Those of one copy; every method stands inside a transaction of its owner."""

    def __init__(self, connection: sqlite3.Connection, objects: Objects) -> None:
        self._db, self._objects = connection, objects

    def keep(self, held: Sequence[tuple[bytes, EventRow]] = ()) -> None:
        """Puts aside what arrived since the last commit; ``held``: what is in no table, with the hash of whom."""
        rows: list[Row] = []
        begin = (self._objects.manifest.commit + 1) << BITS_OF_A_COMMIT
        for at, (_, *values) in enumerate(self._db.execute(_ARRIVED, {"raw": False})):
            row = [begin + at, *values]
            row[_ADDRESS] = None
            rows.append(tuple(row))
        texts = self._texts({row[_TEMPLATE] for _, row in held if row[_TEMPLATE] is not None})
        rows += [_row(number, digest.hex(), row, texts) for number, (digest, row) in enumerate(held, begin + len(rows))]
        if rows:
            self._put(rows)

    def _texts(self, templates: Collection[int]) -> dict[int, str]:
        """The texts of templates, by key."""
        texts: dict[int, str] = {}
        for marks, part in chunks(templates):
            texts.update(self._db.execute(f"SELECT key, text FROM templates WHERE key IN ({marks})", part))  # noqa: S608
        return texts

    def plan(self) -> int | None:
        """The plan that is not over yet, else one of all that waits; None where nothing waits."""
        (open_,) = self._db.execute("SELECT min(plan) FROM unexported").fetchone()
        if open_ is not None:
            return int(open_)
        number = self._objects.manifest.commit + 1
        taken = self._db.execute("UPDATE unexported SET plan = ?", (number,))
        return number if taken.rowcount else None

    def rows(self, plan: int) -> Iterator[list[Row]]:
        """Its rows, by commit."""
        names = self._db.execute("SELECT object FROM unexported WHERE plan = ? ORDER BY object", (plan,)).fetchall()
        for (name,) in names:
            yield self._read(name)

    def over(self, plan: int) -> None:
        """The files stand; what they were made of is swept by and by."""
        self._db.execute("DELETE FROM unexported WHERE plan = ?", (plan,))

    def forget(self, digest: bytes) -> None:
        """Who was erased stands in no row that is still to be written."""
        for name, plan in self._db.execute("SELECT object, plan FROM unexported").fetchall():
            rows = self._read(name)
            if not any(row[_HASH] == digest.hex() for row in rows):
                continue
            self._db.execute("DELETE FROM unexported WHERE object = ?", (name,))
            self._put([
                (*row[:_HASH], None, *row[_HASH + 1 :]) if row[_HASH] == digest.hex() else row for row in rows
            ], plan)  # fmt: skip

    def named(self) -> set[str]:
        """Objects that are still needed."""
        return {name for (name,) in self._db.execute("SELECT object FROM unexported")}

    def _put(self, rows: list[Row], plan: int | None = None) -> None:
        name = self._objects.new_name("runs")
        self._objects.fresh[name] = zlib.compress(_encode(rows), 1)
        self._db.execute("INSERT INTO unexported VALUES (?, ?)", (name, plan))

    def _read(self, name: str) -> list[Row]:
        return _decode(zlib.decompress(self._objects.fresh.get(name) or self._objects.get(name)))


def _row(number: int, digest: str, event: EventRow, texts: dict[int, str]) -> Row:
    """What `RESPONSES` says of an event that is in no table."""
    (key, _, time, _, outcome, category, fault, permanent, decided_by, rule, template, provider, stream, campaign,
     status, smtp_code, *_) = event  # fmt: skip
    named = None if template is None else f"{template & _64_BITS:016x}"
    return (
        number, f"{key & _64_BITS:016x}", time, None, digest, outcome, category, fault, permanent, decided_by, rule,
        provider, stream, campaign, status, smtp_code, named, texts.get(template), None,
    )  # fmt: skip
