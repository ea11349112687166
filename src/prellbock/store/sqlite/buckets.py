"""The counts of the outage shield, written; and who among the failed of a bucket was alive."""

import sqlite3
from collections.abc import Iterator

import numpy as np

from prellbock.guard.baseline import LEAST_MAILS, earlier
from prellbock.guard.buckets import SECONDS, Tally, time_of
from prellbock.guard.incidents import Bucket
from prellbock.guard.surge import (
    ALIVE_SECONDS,
    LEAST_ALIVE,
    LEAST_FAILED,
    MOST_ASKED,
    Evidence,
    is_alive,
    is_candidate,
    is_surge,
    living,
    share,
)
from prellbock.identity import short, short_message
from prellbock.store.sqlite.memory import chunks
from prellbock.store.sqlite.runs import Runs

Series = tuple[str, str]
"""Provider and category."""
_PAGE = 1008
"""Buckets of a series that are read at once."""


def write_tally(db: sqlite3.Connection, tally: Tally) -> None:
    """Adds the counts of a batch."""
    db.executemany(
        "INSERT INTO bucket_delivered VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(provider, bucket, count) for (bucket, provider), count in tally.delivered.items()],
    )
    db.executemany(
        "INSERT INTO bucket_failed (provider, category, bucket, count) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(provider, category, bucket, count) for (bucket, provider, category), count in tally.failed.items()],
    )


def look(db: sqlite3.Connection, runs: Runs, oldest: int, keep_days: int) -> set[Series]:
    """Judges the buckets from ``oldest`` on in which much failed; the series in which one surges or surged."""
    found: set[Series] = set()
    rows = db.execute(
        "SELECT f.provider, category, f.bucket, f.count, alive, surge, coalesce(d.count, 0) FROM bucket_failed f"
        " LEFT JOIN bucket_delivered d ON d.provider = f.provider AND d.bucket = f.bucket"
        f" WHERE f.bucket >= ? AND f.count >= {LEAST_FAILED:d} ORDER BY f.bucket",
        (oldest,),
    ).fetchall()
    whole_since = runs.whole_since(keep_days) if rows else 0.0
    for provider, category, bucket, failed, known, surged, delivered in rows:
        alive, surges = None, False
        if is_candidate(failed, delivered):
            evidence = _evidence(db, runs, provider, category, bucket)
            alive = living(failed, evidence)
            if known is not None and time_of(bucket) - ALIVE_SECONDS < whole_since:
                # Deliveries of that time are thinned: what was known of the living once still holds.
                alive = max(alive, known)
            if alive >= LEAST_ALIVE:
                usual = _usual(db, provider, category, bucket)
                surges = is_surge(alive, delivered, evidence.domains, provider, usual)
        if surges or surged:
            found.add((provider, category))
        if (alive, surges) != (known, bool(surged)):
            db.execute(
                "UPDATE bucket_failed SET alive = ?, surge = ? WHERE provider = ? AND category = ? AND bucket = ?",
                (alive, surges, provider, category, bucket),
            )
    return found


def _evidence(db: sqlite3.Connection, runs: Runs, provider: str, category: str, bucket: int) -> Evidence:
    begin = time_of(bucket)
    rows = db.execute(
        "SELECT number, hash, address, min(time) FROM (SELECT number, time FROM events WHERE category = ? AND time >= ?"
        " AND time < ? AND outcome = 'bounced' AND number IS NOT NULL AND permanent = 1"
        " AND coalesce(provider, '') = ? ORDER BY time, key LIMIT ?) JOIN recipients USING (number) GROUP BY number",
        (category, begin, begin + SECONDS, provider, MOST_ASKED),
    ).fetchall()
    bounces: dict[int, list[tuple[float, int]]] = {}
    for marks, part in chunks([row[0] for row in rows]):
        for number, message, time in db.execute(
            "SELECT number, message, time FROM events WHERE outcome = 'bounced' AND fault IN ('recipient', 'domain')"  # noqa: S608 -- only marks
            f" AND number IN ({marks}) AND time >= ? AND time < ?",
            [*part, begin - ALIVE_SECONDS, begin + SECONDS],
        ):
            bounces.setdefault(number, []).append((time, short_message(message)))
    keys = np.array([short(digest) for _, digest, _, _ in rows], dtype=np.int64)
    since = np.full(len(keys), int((begin - ALIVE_SECONDS) * 1000), dtype=np.int64)
    signs = runs.deliveries(keys, since, int((begin + SECONDS) * 1000)) if len(keys) else {}
    alive = [
        (address or digest.hex(), digest)
        for number, digest, address, time in rows
        if is_alive(time, signs.get(short(digest), ()), bounces.get(number, ()))
    ]
    return Evidence(len(rows), len(alive), len({name.rpartition("@")[2] for name, _ in alive}))


def _usual(db: sqlite3.Connection, provider: str, category: str, bucket: int) -> list[float]:
    """The shares of the living who failed in the earlier buckets that say what is usual; surges are not."""
    found = []
    for begin, end in earlier(bucket):
        rows = db.execute(
            "SELECT d.count, coalesce(alive, f.count, 0) FROM bucket_delivered d LEFT JOIN bucket_failed f"
            " ON f.provider = d.provider AND f.category = ? AND f.bucket = d.bucket"
            " WHERE d.provider = ? AND d.bucket BETWEEN ? AND ? AND coalesce(surge, 0) = 0",
            (category, provider, begin, end),
        )
        found += [share(alive, delivered) for delivered, alive in rows if alive + delivered >= LEAST_MAILS]
    return found


def series(
    db: sqlite3.Connection, provider: str, category: str, begin: int, end: int | None = None
) -> Iterator[Bucket]:
    """The buckets of a series from ``begin`` to ``end`` (excluded), in order; those in which nothing happened left
    out."""  # fmt: skip
    last = db.execute(
        "SELECT max(bucket) FROM (SELECT max(bucket) AS bucket FROM bucket_delivered WHERE provider = ?1"
        " UNION ALL SELECT max(bucket) FROM bucket_failed WHERE provider = ?1 AND category = ?2)",
        (provider, category),
    ).fetchone()[0]
    stop = (last if last is not None else begin) + 1
    stop = stop if end is None else min(stop, end)
    while begin < stop:
        rows = db.execute(
            "SELECT bucket, sum(delivered), sum(failed), max(alive), max(surge) FROM ("
            "SELECT bucket, count AS delivered, 0 AS failed, NULL AS alive, 0 AS surge FROM bucket_delivered"
            " WHERE provider = ?1 AND bucket >= ?3 AND bucket < ?4 UNION ALL"
            " SELECT bucket, 0, count, alive, surge FROM bucket_failed"
            " WHERE provider = ?1 AND category = ?2 AND bucket >= ?3 AND bucket < ?4) GROUP BY bucket ORDER BY bucket",
            (provider, category, begin, min(begin + _PAGE, stop)),
        ).fetchall()
        for number, delivered, failed, alive, surge in rows:
            yield Bucket(number, delivered, failed, alive, bool(surge))
        begin += _PAGE
