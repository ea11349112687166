"""What is kept of recipients, as far as judging a batch reads and writes it; here as rows of the tables."""

import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from prellbock.history.cells import TOUCHING
from prellbock.history.recipient import State, decode_state
from prellbock.store.sqlite.memory import chunks

Row = tuple[Any, ...]
"""Values of the columns of a table, in the order of the table."""
EVENT_COLUMNS = (
    "key", "number", "time", "message", "outcome", "category", "fault", "permanent", "decided_by", "rule", "template",
    "provider", "stream", "campaign", "status", "smtp_code", "feedback_type", "response", "batch", "origin", "incident",
    "verdict",
)  # fmt: skip
"""Of the table ``events``, its row number apart."""
HARD = "coalesce(permanent, 0) = 1 AND fault IN ('recipient', 'domain')"
"""A condition on a row of ``events``: a hard bounce."""
_62_BITS = (1 << 62) - 1
_PAIRS = 200
"""Recipients and days that are asked for together."""


class Bounced(NamedTuple):
    """A stored report that a message failed for good."""

    number: int | None
    message: int
    time: float
    provider: str | None
    stream: str | None
    hard: bool


class Failed(NamedTuple):
    """A stored failure that counts in a history."""

    key: int
    message: int
    time: float
    origin: int


class Suspect(NamedTuple):
    """Who failed in a bucket for good, and when first."""

    number: int
    digest: bytes
    address: str | None
    time: float


class Series(NamedTuple):
    """Failures of one kind: at a provider ("": none known), of a category."""

    provider: str
    category: str


class Kept(Protocol):
    """Belongs to the caller's transaction. Recipients and domains are known by their number (`numbers`)."""

    def numbers(self, names: Mapping[bytes, str | None], *, plain: bool) -> dict[bytes, int]:
        """The random numbers of recipients and domains, by hash; new ones are entered."""
        ...

    def state_of(self, number: int) -> State:
        """The state as it was last written."""
        ...

    def bounces(self, days: Sequence[tuple[int, int]]) -> Iterable[Bounced]:
        """What bounced of recipients on UTC days, each a number and the begin of a day in Unix seconds."""
        ...

    def failures(self, number: int, begin: float, end: float) -> Iterable[Failed]:
        """The failures of a recipient from ``begin`` to ``end`` (excluded) that count, the newest first."""
        ...

    def suspects(self, series: Series, begin: float, end: float, most: int) -> list[Suspect]:
        """Who stands behind the earliest failures of a series from ``begin`` to ``end`` (excluded), at most so many."""
        ...

    def messages_bounced(self, numbers: Sequence[int], begin: float, end: float) -> Iterable[tuple[int, int, float]]:
        """What bounced of these from ``begin`` to ``end`` (excluded) by their own fault: number, message, time."""
        ...

    def add_events(self, rows: Iterable[Row]) -> None:
        """New events (`EVENT_COLUMNS`), with those that name nobody."""
        ...

    def add_raws(self, rows: Iterable[Row]) -> None:
        """What sources have sent about events, as it came; what is there already stays."""
        ...

    def put_states(self, rows: Iterable[Row]) -> None:
        """States, instead of those before."""
        ...

    def correct_withheld(self, rows: Iterable[tuple[float | None, float | None, int, str, str | None]]) -> None:
        """Since and until of what withholds all mail of a number with this status and rule."""
        ...

    def add_decisions(self, rows: Sequence[Row]) -> None:
        """New entries of the ledger, in the order of their sequence numbers."""
        ...

    def withhold(self, rows: Collection[Row], over: Collection[tuple[int, str]]) -> None:
        """What withholds mail from now on, and what no longer does: a number and a scope."""
        ...

    def put_aside(self, waiting: Collection[tuple[int, int]]) -> None:
        """Whose decision waits until a bucket is judged."""
        ...


class KeptInTables:
    """See `Kept`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def numbers(self, names: Mapping[bytes, str | None], *, plain: bool) -> dict[bytes, int]:
        numbers: dict[bytes, int] = {}
        for marks, part in chunks(names):
            numbers.update(self._db.execute(f"SELECT hash, number FROM recipients WHERE hash IN ({marks})", part))  # noqa: S608
        fresh = new_recipients([each for each in names.items() if each[0] not in numbers], plain=plain)
        self._db.executemany("INSERT INTO recipients (number, hash, is_domain, address) VALUES (?, ?, ?, ?)", fresh)
        numbers.update((digest, number) for number, digest, *_ in fresh)
        return numbers

    def state_of(self, number: int) -> State:
        row = self._db.execute("SELECT state FROM states WHERE number = ?", (number,)).fetchone()
        return decode_state(row[0]) if row else State()

    def bounces(self, days: Sequence[tuple[int, int]]) -> Iterable[Bounced]:
        for begin in range(0, len(days), _PAIRS):
            part = days[begin : begin + _PAIRS]
            rows = self._db.execute(
                f"WITH asked (who, day) AS (VALUES {','.join(['(?,?)'] * len(part))})"  # noqa: S608
                f" SELECT number, message, time, provider, stream, {HARD} FROM asked CROSS JOIN events"
                " INDEXED BY events_recipient ON number = who AND time >= day AND time < day + 86400"
                " WHERE outcome = 'bounced'",
                [value for pair in part for value in pair],
            )
            yield from map(Bounced._make, rows)

    def failures(self, number: int, begin: float, end: float) -> Iterable[Failed]:
        marks = ",".join("?" * len(TOUCHING))
        rows = self._db.execute(
            "SELECT key, message, time, coalesce(origin, 0) FROM events WHERE number = ? AND time >= ? AND time < ?"  # noqa: S608
            f" AND outcome = 'bounced' AND incident IS NULL AND category IN ({marks}) ORDER BY time DESC, key",
            (number, begin, end, *TOUCHING),
        )
        return map(Failed._make, rows)

    def suspects(self, series: Series, begin: float, end: float, most: int) -> list[Suspect]:
        rows = self._db.execute(
            "SELECT number, hash, address, min(time) FROM (SELECT number, time FROM events WHERE category = ?"
            " AND time >= ? AND time < ? AND outcome = 'bounced' AND number IS NOT NULL AND permanent = 1"
            " AND coalesce(provider, '') = ? ORDER BY time, key LIMIT ?) JOIN recipients USING (number)"
            " GROUP BY number",
            (series.category, begin, end, series.provider, most),
        )
        return [*map(Suspect._make, rows)]

    def messages_bounced(self, numbers: Sequence[int], begin: float, end: float) -> Iterable[tuple[int, int, float]]:
        for marks, part in chunks(numbers):
            yield from self._db.execute(
                "SELECT number, message, time FROM events WHERE outcome = 'bounced'"  # noqa: S608
                f" AND fault IN ('recipient', 'domain') AND number IN ({marks}) AND time >= ? AND time < ?",
                [*part, begin, end],
            )

    def add_events(self, rows: Iterable[Row]) -> None:
        self._db.executemany(
            f"INSERT INTO events ({', '.join(EVENT_COLUMNS)}) VALUES ({', '.join('?' * len(EVENT_COLUMNS))})",  # noqa: S608
            rows,
        )

    def add_raws(self, rows: Iterable[Row]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO raws VALUES (?, ?, ?, ?, ?, ?)", rows)

    def put_states(self, rows: Iterable[Row]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO states (number, key, open, status, standing, state) VALUES (?, ?, ?, ?, ?, ?)", rows
        )

    def correct_withheld(self, rows: Iterable[tuple[float | None, float | None, int, str, str | None]]) -> None:
        self._db.executemany(
            "UPDATE withheld SET since = ?, until = ? WHERE number = ? AND scope = 'all' AND status = ? AND rule = ?",
            rows,
        )

    def add_decisions(self, rows: Sequence[Row]) -> None:
        self._db.executemany(
            "INSERT INTO ledger (seq, number, scope, time, recorded, before, status, since, until, category, rule,"
            " source, evidence, policy, ruleset, actor, action)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def withhold(self, rows: Collection[Row], over: Collection[tuple[int, str]]) -> None:
        self._db.executemany("DELETE FROM withheld WHERE number = ? AND scope = ?", over)
        self._db.executemany("INSERT OR REPLACE INTO withheld VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def put_aside(self, waiting: Collection[tuple[int, int]]) -> None:
        self._db.executemany("INSERT OR REPLACE INTO held VALUES (?, ?)", waiting)


def new_recipients(
    names: Sequence[tuple[bytes, str | None]], *, plain: bool
) -> list[tuple[int, bytes, int, str | None]]:
    """The rows of those of whom nothing was known, each a hash and a canonical address (or ``@domain``)."""
    drawn = np.frombuffer(secrets.token_bytes(8 * len(names)), dtype=np.int64) & _62_BITS
    return [
        (number + 1, digest, int((name or "").startswith("@")), name if plain else None)
        for number, (digest, name) in zip(drawn.tolist(), names, strict=True)
    ]
