"""Incidents, written: the windows that the buckets make, which events do not count because of them, and who is judged
anew."""

import sqlite3
from collections.abc import Collection, Iterable

import msgspec

from prellbock.guard.buckets import SECONDS, time_of
from prellbock.guard.incidents import SILENCE, Judgement, Shield, Verdict, Window, judged, window
from prellbock.store.sqlite.buckets import series
from prellbock.store.sqlite.kept import Series

_ROW = 'incident, provider, category, "begin", "end", verdict, holds'


class Row(msgspec.Struct, frozen=True):
    """An incident as it is stored."""

    number: int
    window: Window
    holds: Verdict


def rows(db: sqlite3.Connection, where: str = "1", values: Collection[object] = ()) -> list[Row]:
    """The stored incidents, by begin. ``where`` is made of constants alone."""
    found = db.execute(f'SELECT {_ROW} FROM incidents WHERE {where} ORDER BY "begin"', tuple(values))  # noqa: S608
    return [Row(number, Window(*columns), holds) for number, *columns, holds in found]


def shield(db: sqlite3.Connection) -> Shield:
    """The windows whose failures do not count."""
    return Shield((row.number, row.window) for row in rows(db, "holds = 'outage'"))


def unended(db: sqlite3.Connection) -> set[Series]:
    """The series with an incident that goes on."""
    return {Series(row.window.provider, row.window.category) for row in rows(db, '"end" IS NULL')}


def reckon(db: sqlite3.Connection, changed: Iterable[Series], oldest: int, newest: int, now: float) -> dict[int, str]:
    """Makes the incidents of series anew as far as buckets from ``oldest`` on can have changed them.

    Marks the events in their windows; returns the numbers of the recipients whose marks changed, with the name of the
    incident because of which.
    """
    touched: dict[int, str] = {}
    for provider, category in sorted(changed):
        stored = rows(db, "provider = ? AND category = ?", (provider, category))
        fixed = [row for row in stored if row.window.end is not None and row.window.end + SILENCE < oldest]
        position = max((row.window.end or 0 for row in fixed), default=0)
        judgements = judgements_of(db, provider, category)
        found: dict[str, tuple[Window, Verdict]] = {}
        while (each := _next(db, provider, category, position, newest)) is not None:
            found[each.name] = (each, judged(each, judgements)[0])
            if each.end is None:
                break
            position = each.end
        _write(db, [row for row in stored if row not in fixed], found, now, touched)
    return touched


def _next(db: sqlite3.Connection, provider: str, category: str, position: int, newest: int) -> Window | None:
    """The first incident that begins at or after a bucket."""
    (first,) = db.execute(
        "SELECT min(bucket) FROM bucket_failed WHERE provider = ? AND category = ? AND bucket >= ? AND surge = 1",
        (provider, category, position),
    ).fetchone()
    if first is None:
        return None
    found = window(provider, category, first, series(db, provider, category, first), newest)
    return msgspec.structs.replace(found, begin=max(found.begin, position))


def judgements_of(db: sqlite3.Connection, provider: str, category: str) -> list[Judgement]:
    """What people have said about a series and not taken back, oldest first."""
    said = db.execute(
        'SELECT provider, category, "begin", "end", verdict FROM judgements'
        " WHERE provider = ? AND category = ? AND undone IS NULL ORDER BY judgement",
        (provider, category),
    )
    return [Judgement(*row) for row in said]


def _write(
    db: sqlite3.Connection,
    stored: list[Row],
    found: dict[str, tuple[Window, Verdict]],
    now: float,
    touched: dict[int, str],
) -> None:
    known = {row.window.name: row for row in stored}
    changed: list[tuple[int, Window, Verdict]] = []
    for name, row in known.items():
        if name not in found:
            db.execute("DELETE FROM incidents WHERE incident = ?", (row.number,))
            _unmark(db, row.number, row.window, "real", touched)
        elif found[name] != (row.window, row.holds):
            each, holds = found[name]
            db.execute(
                'UPDATE incidents SET "begin" = ?, "end" = ?, verdict = ?, holds = ? WHERE incident = ?',
                (each.begin, each.end, each.verdict, holds, row.number),
            )
            changed.append((row.number, each, holds))
    for name, (each, holds) in found.items():
        if name not in known:
            cursor = db.execute(
                'INSERT INTO incidents (name, provider, category, "begin", "end", verdict, holds, noticed)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (name, each.provider, each.category, each.begin, each.end, each.verdict, holds, now),
            )
            assert cursor.lastrowid is not None
            changed.append((cursor.lastrowid, each, holds))
    for number, each, holds in changed:
        _unmark(db, number, each, holds, touched)
    for number, each, holds in changed:
        if holds == "outage":
            _mark(db, number, each, touched)


def _unmark(db: sqlite3.Connection, number: int, each: Window, holds: Verdict, touched: dict[int, str]) -> None:
    """What lies outside the window counts again; where the failures are real, all of it."""
    gone = db.execute(
        "UPDATE events SET incident = NULL WHERE incident = ?1 AND (time < ?2 OR time >= ?3 OR ?4 = 'real')"
        " RETURNING number",
        (number, *_times(each), holds),
    ).fetchall()
    touched.update((recipient, each.name) for (recipient,) in gone)


def _mark(db: sqlite3.Connection, number: int, each: Window, touched: dict[int, str]) -> None:
    new = db.execute(
        "UPDATE events SET incident = ?1 WHERE outcome = 'bounced' AND number IS NOT NULL AND category = ?2"
        " AND time >= ?3 AND time < ?4 AND coalesce(provider, '') = ?5 AND incident IS NOT ?1 RETURNING number",
        (number, each.category, *_times(each), each.provider),
    ).fetchall()
    touched.update((recipient, each.name) for (recipient,) in new)


def _times(each: Window) -> tuple[float, float]:
    """The times between which events of stored and coming batches lie in a window."""
    return time_of(each.begin), 1e15 if each.end is None else each.end * float(SECONDS)
