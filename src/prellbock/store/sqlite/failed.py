"""Reading the tallies of mails that failed for good (`prellbock.store.sqlite.tallies`).

Whole hours or days are read from the table ``failed``; what begins or ends within one is counted from the events.
"""

import sqlite3
from collections import Counter

from prellbock.store.sqlite.kept import HARD
from prellbock.store.sqlite.tallies import cell_name

Period = tuple[float, float]
"""Begin and end (excluded) in Unix seconds UTC."""


def failed_pieces(
    db: sqlite3.Connection, period: Period, seconds: int, *, stream: str | None, provider: str | None
) -> dict[int, tuple[int, int]]:
    """By begin of the piece (Unix seconds): how many mails failed, and how many of these hard."""
    whole, edges = _cut(period, seconds)
    found: dict[int, tuple[int, int]] = {}
    rows = db.execute(
        "SELECT piece, bounced, hard FROM failed WHERE seconds = ? AND provider = ? AND stream = ? AND piece >= ?"
        " AND piece < ? AND bounced > 0",
        (seconds, "" if provider is None else cell_name(provider), "" if stream is None else cell_name(stream), *whole),
    )
    for piece, bounced, hard in rows:
        found[piece * seconds] = (bounced, hard)
    for edge in edges:
        counted = db.execute(
            f"SELECT count(*), total(hard) FROM (SELECT max({HARD}) AS hard FROM events WHERE outcome = 'bounced'"  # noqa: S608
            " AND time >= ?1 AND time < ?2 AND (?3 IS NULL OR stream = ?3) AND (?4 IS NULL OR provider = ?4)"
            " GROUP BY number, message)",
            (*edge, stream, provider),
        )
        for bounced, hard in counted:
            if bounced:
                found[int(edge[0] // seconds) * seconds] = (bounced, int(hard))
    return found


def failed_streams(
    db: sqlite3.Connection, period: Period, seconds: int, *, provider: str | None
) -> dict[str | None, tuple[int, int]]:
    """By stream: how many mails failed, and how many of these hard, summed over the pieces."""
    whole, edges = _cut(period, seconds)
    bounced: Counter[str | None] = Counter()
    hard: Counter[str | None] = Counter()
    rows = db.execute(
        "SELECT substr(stream, 2), sum(bounced), sum(hard) FROM failed WHERE seconds = ? AND provider = ?"
        " AND stream != '' AND piece >= ? AND piece < ? GROUP BY stream",
        (seconds, "" if provider is None else cell_name(provider), *whole),
    ).fetchall()
    for edge in edges:
        rows += db.execute(
            "SELECT coalesce(stream, ''), count(*), sum(hard) FROM ("  # noqa: S608
            f"SELECT stream, max({HARD}) AS hard FROM events WHERE outcome = 'bounced' AND time >= ?1 AND time < ?2"
            " AND (?3 IS NULL OR provider = ?3) GROUP BY stream, number, message) GROUP BY stream",
            (*edge, provider),
        ).fetchall()
    for stream, mails, hard_mails in rows:
        bounced[stream or None] += mails
        hard[stream or None] += hard_mails
    return {stream: (mails, hard[stream]) for stream, mails in bounced.items() if mails}


def _cut(period: Period, seconds: int) -> tuple[tuple[int, int], list[Period]]:
    """The whole pieces in a time (first and last, excluded), and what is left of it at both ends."""
    since, until = period
    first, last = int(-(-since // seconds)), int(until // seconds)
    if first > last:
        return (0, 0), [period]
    edges = [(since, float(first * seconds)), (float(last * seconds), until)]
    return (first, last), [(begin, end) for begin, end in edges if begin < end]
