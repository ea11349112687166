"""The counts of the outage shield, written; and who among the failed of a bucket was alive."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter

import numpy as np

from prellbock.guard.baseline import LEAST_MAILS, earlier
from prellbock.guard.buckets import SECONDS, Tally, time_of
from prellbock.guard.incidents import Bucket
from prellbock.guard.surge import (
    ALIVE_SECONDS,
    MOST_ASKED,
    RUN,
    Evidence,
    Looked,
    is_alive,
    is_candidate,
    living,
    share,
    surges,
)  # fmt: skip
from prellbock.identity import short, short_message
from prellbock.store.sqlite.kept import Kept, Series
from prellbock.store.sqlite.runs import Runs

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


def look(db: sqlite3.Connection, kept: Kept, runs: Runs, oldest: int, keep_days: int) -> set[Series]:
    """Judges the buckets that what came in from ``oldest`` on can have changed.

    Returns the series in which one surges or surged. Late events can change buckets before them, too: `RUN`.
    """
    rows = db.execute(
        "SELECT f.provider, category, f.bucket, f.count, alive, surge, coalesce(d.count, 0) FROM bucket_failed f"
        " LEFT JOIN bucket_delivered d ON d.provider = f.provider AND d.bucket = f.bucket"
        # The constant is that of the index, which a parameter could not use.
        " WHERE f.bucket > ? AND f.count >= 3 ORDER BY f.provider, category, f.bucket",
        (oldest - 2 * RUN,),
    ).fetchall()
    whole_since = runs.whole_since(keep_days) if rows else 0.0
    found: set[Series] = set()
    for (provider, category), members in groupby(rows, key=itemgetter(0, 1)):
        looked: dict[int, Looked | None] = {}
        known: dict[int, tuple[int | None, bool]] = {}
        for _, _, bucket, failed, alive, surged, delivered in members:
            known[bucket] = (alive, bool(surged))
            looked[bucket] = None
            if is_candidate(failed, delivered):
                evidence = _evidence(kept, runs, Series(provider, category), bucket)
                living_now = living(failed, evidence)
                if alive is not None and time_of(bucket) - ALIVE_SECONDS < whole_since:
                    # Deliveries of that time are thinned: what was known of the living once still holds.
                    living_now = max(living_now, alive)
                looked[bucket] = Looked(bucket, delivered, living_now, evidence.domains)
        surging = surges(
            provider,
            [each for each in looked.values() if each is not None],
            partial(_usual, db, provider, category, looked),
            partial(_delivered, db, provider),
        )
        # Of the oldest the run before them was not looked at.
        news = {
            bucket: now
            for bucket, each in looked.items()
            if bucket > oldest - RUN
            and (now := (None if each is None else each.alive, bucket in surging)) != known[bucket]
        }
        db.executemany(
            "UPDATE bucket_failed SET alive = ?, surge = ? WHERE provider = ? AND category = ? AND bucket = ?",
            [(alive, surge, provider, category, bucket) for bucket, (alive, surge) in news.items()],
        )
        if surging or any(surge for _, surge in known.values()):
            found.add(Series(provider, category))
    return found


def _delivered(db: sqlite3.Connection, provider: str, first: int, last: int) -> int:
    (count,) = db.execute(
        "SELECT coalesce(sum(count), 0) FROM bucket_delivered WHERE provider = ? AND bucket BETWEEN ? AND ?",
        (provider, first, last),
    ).fetchone()
    return int(count)


def _evidence(kept: Kept, runs: Runs, series: Series, bucket: int) -> Evidence:
    begin, end = time_of(bucket), time_of(bucket) + SECONDS
    suspects = kept.suspects(series, begin, end, MOST_ASKED)
    keys = np.array([short(each.digest) for each in suspects], dtype=np.int64)
    since = np.full(len(keys), int((begin - ALIVE_SECONDS) * 1000), dtype=np.int64)
    signs = runs.deliveries(keys, since, int(end * 1000)) if len(keys) else {}
    bounces: dict[int, list[tuple[float, int]]] = {}
    living = [each.number for each in suspects if short(each.digest) in signs]
    for number, message, time in kept.messages_bounced(living, begin - ALIVE_SECONDS, end):
        bounces.setdefault(number, []).append((time, short_message(message)))
    alive = [
        each.address or each.digest.hex()
        for each in suspects
        if is_alive(each.time, signs.get(short(each.digest), ()), bounces.get(each.number, ()))
    ]
    return Evidence(len(suspects), len(alive), len({name.rpartition("@")[2] for name in alive}))


def _usual(
    db: sqlite3.Connection,
    provider: str,
    category: str,
    looked: Mapping[int, Looked | None],
    bucket: int,
    surging: Collection[int],
) -> list[float]:
    """The shares of the living who failed in the earlier buckets that say what is usual; surges are not.

    Of the buckets in ``looked`` what was found out now holds, of others what is stored.
    """
    found = []
    for begin, end in earlier(bucket):
        rows = db.execute(
            "SELECT d.bucket, d.count, coalesce(f.count, 0), alive, coalesce(surge, 0) FROM bucket_delivered d"
            " LEFT JOIN bucket_failed f ON f.provider = d.provider AND f.category = ? AND f.bucket = d.bucket"
            " WHERE d.provider = ? AND d.bucket BETWEEN ? AND ?",
            (category, provider, begin, end),
        )
        for number, delivered, failed, alive, surged in rows:
            if number in looked:
                surged = number in surging
                alive = None if (known := looked[number]) is None else known.alive
            living_failed = failed if alive is None else alive
            if not surged and living_failed + delivered >= LEAST_MAILS:
                found.append(share(living_failed, delivered))
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
