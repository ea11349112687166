"""How are millions of deliveries remembered without a row for each? As sorted runs of 64-bit keys, per day or hour.

A batch appends one run per day (recipients, with the time of their delivery) and per hour (events, to count each once).
Runs are merged when there are many of them. Look-ups are binary searches over a bounded cache of runs.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Times = NDArray[np.int64]

MERGE_AT = 12
"""Runs of one day or hour that are merged into one."""
CACHE_OCTETS = 96 * 1024 * 1024
THINNED = -1
"""The pseudo-day that holds, for days no longer kept, the last delivery of each recipient."""
DAY_MS = 86_400_000


class _Cache:
    """Most recently used runs, by name, up to `CACHE_OCTETS`."""

    def __init__(self) -> None:
        self._runs: OrderedDict[tuple[str, int, int], tuple[Keys, Times | None]] = OrderedDict()
        self._octets = 0

    def get(self, name: tuple[str, int, int]) -> tuple[Keys, Times | None] | None:
        found = self._runs.get(name)
        if found is not None:
            self._runs.move_to_end(name)
        return found

    def put(self, name: tuple[str, int, int], keys: Keys, times: Times | None) -> None:
        self._runs[name] = (keys, times)
        self._octets += keys.nbytes + (times.nbytes if times is not None else 0)
        while self._octets > CACHE_OCTETS and len(self._runs) > 1:
            _, (old_keys, old_times) = self._runs.popitem(last=False)
            self._octets -= old_keys.nbytes + (old_times.nbytes if old_times is not None else 0)

    def clear(self) -> None:
        self._runs.clear()
        self._octets = 0


def _find(run: Keys, keys: Keys) -> NDArray[np.bool_]:
    """Which of the keys stand in a sorted run."""
    at = np.searchsorted(run, keys)
    at[at == len(run)] = 0
    found: NDArray[np.bool_] = run[at] == keys
    return found


class Runs:
    """The two memories of deliveries over one connection. Writes belong to the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._cache = _Cache()

    def forget_cache(self) -> None:
        """To be called when another connection has written, or a transaction was rolled back."""
        self._cache.clear()

    # --- which deliveries were counted

    def counted(self, hours: NDArray[np.int64], keys: Keys) -> NDArray[np.bool_]:
        """Which of the events, by hour of their time and key, were counted."""
        found = np.zeros(len(keys), dtype=np.bool_)
        for hour in np.unique(hours).tolist():
            here = np.flatnonzero(hours == hour)
            for run in self._counted_runs(hour):
                found[here] |= _find(run, keys[here])
        return found

    def _counted_runs(self, hour: int) -> Iterator[Keys]:
        for (number,) in self._db.execute("SELECT run FROM counted WHERE hour = ?", (hour,)).fetchall():
            cached = self._cache.get(("counted", hour, number))
            if cached is None:
                (blob,) = self._db.execute(
                    "SELECT keys FROM counted WHERE hour = ? AND run = ?", (hour, number)
                ).fetchone()
                cached = (np.frombuffer(blob, dtype="<i8"), None)
                self._cache.put(("counted", hour, number), *cached)
            yield cached[0]

    def count(self, hours: NDArray[np.int64], keys: Keys, recorded: float) -> None:
        """Remembers events as counted; ``recorded`` is the clock's time in Unix seconds."""
        for hour in np.unique(hours).tolist():
            run = np.sort(keys[hours == hour])
            (number, runs) = self._db.execute(
                "SELECT coalesce(max(run), 0) + 1, count(*) FROM counted WHERE hour = ?", (hour,)
            ).fetchone()
            if runs >= MERGE_AT:
                run = np.sort(np.concatenate([run, *self._counted_runs(hour)]))
                self._db.execute("DELETE FROM counted WHERE hour = ?", (hour,))
            self._db.execute(
                "INSERT INTO counted VALUES (?, ?, ?, ?, ?)",
                (hour, number, len(run), run.astype("<i8").tobytes(), recorded),
            )
            self._cache.put(("counted", hour, number), run, None)

    def forget_counted(self, recorded_before: float) -> None:
        """Forgets which events were counted, where that was recorded before a time (Unix seconds)."""
        self._db.execute("DELETE FROM counted WHERE recorded < ?", (recorded_before,))

    # --- who got a delivery, and when

    def deliver(self, days: NDArray[np.int32], recipients: Keys, times_ms: Times) -> None:
        """Remembers deliveries; times are milliseconds since 1970."""
        for day in np.unique(days).tolist():
            here = days == day
            keys, times = _distinct(recipients[here], times_ms[here])
            (number, runs) = self._db.execute(
                "SELECT coalesce(max(run), 0) + 1, count(*) FROM deliveries WHERE day = ?", (day,)
            ).fetchone()
            if runs >= MERGE_AT:
                older = list(self._delivery_runs(day))
                keys, times = _distinct(
                    np.concatenate([keys, *(run for run, _ in older)]),
                    np.concatenate([times, *(moments for _, moments in older)]),
                )
                self._db.execute("DELETE FROM deliveries WHERE day = ?", (day,))
            self._store(day, number, keys, times)

    def _store(self, day: int, number: int, keys: Keys, times: Times) -> None:
        if day == THINNED:
            packed = times.astype("<i8").tobytes()
        else:
            packed = (times - day * DAY_MS).astype("<u4").tobytes()
        self._db.execute(
            "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?)",
            (day, number, len(keys), keys.astype("<i8").tobytes(), packed),
        )
        self._cache.put(("delivered", day, number), keys, times)

    def _delivery_runs(self, day: int) -> Iterator[tuple[Keys, Times]]:
        for (number,) in self._db.execute("SELECT run FROM deliveries WHERE day = ?", (day,)).fetchall():
            cached = self._cache.get(("delivered", day, number))
            if cached is None:
                keys, packed = self._db.execute(
                    "SELECT keys, times FROM deliveries WHERE day = ? AND run = ?", (day, number)
                ).fetchone()
                if day == THINNED:
                    times = np.frombuffer(packed, dtype="<i8")
                else:
                    times = np.frombuffer(packed, dtype="<u4").astype(np.int64) + day * DAY_MS
                cached = (np.frombuffer(keys, dtype="<i8"), times)
                self._cache.put(("delivered", day, number), *cached)
            assert cached[1] is not None
            yield cached[0], cached[1]

    def _days(self) -> list[int]:
        """The days in memory, newest first; the thinned rest last."""
        return [day for (day,) in self._db.execute("SELECT DISTINCT day FROM deliveries ORDER BY day DESC")]

    def last(self, keys: Keys, since_ms: Times, until_ms: int | None = None) -> Times:
        """Per recipient the latest delivery from ``since`` to ``until`` (milliseconds since 1970); 0 if none."""
        latest = np.zeros(len(keys), dtype=np.int64)
        since_day = since_ms // DAY_MS
        for day in self._days():
            if until_ms is not None and day != THINNED and day * DAY_MS > until_ms:
                continue
            # Newest day first: whoever was found needs no older day, but may have a later delivery in the thinned rest
            # when a back-fill has added a day older than that.
            wanted = np.arange(len(keys)) if day == THINNED else np.flatnonzero((latest == 0) & (since_day <= day))
            if not len(wanted):
                continue
            for run, times in self._delivery_runs(day):
                latest[wanted] = np.maximum(latest[wanted], _last_of(run, times, keys[wanted], until_ms))
        latest[latest < since_ms] = 0
        return latest

    def last_of(self, key: int, until_ms: int | None = None) -> int:
        """The latest delivery of one recipient up to a time (milliseconds since 1970); 0 if none."""
        return int(self.last(np.array([key], dtype=np.int64), np.array([1], dtype=np.int64), until_ms)[0])

    def thin(self, keep_days: int) -> int:
        """Moves days older than the newest ``keep_days`` into the thinned rest; returns how many days were moved."""
        days = [day for day in self._days() if day != THINNED]
        old = [day for day in days if day <= days[0] - keep_days] if days else []
        if not old:
            return 0
        parts = [run for day in [*old, THINNED] for run in self._delivery_runs(day)]
        keys, times = _latest(np.concatenate([k for k, _ in parts]), np.concatenate([t for _, t in parts]))
        for day in [*old, THINNED]:
            self._db.execute("DELETE FROM deliveries WHERE day = ?", (day,))
        self._cache.clear()
        self._store(THINNED, 1, keys, times)
        return len(old)


def _last_of(run: Keys, times: Times, keys: Keys, until_ms: int | None) -> Times:
    """Per key the latest of its times in a sorted run, up to a time; 0 where there is none."""
    at = np.searchsorted(run, keys, side="right") - 1
    found = (at >= 0) & (run[at] == keys)
    while until_ms is not None and (late := found & (times[at] > until_ms)).any():
        at[late] -= 1
        found &= (at >= 0) & (run[at] == keys)
    return np.where(found, times[at], 0)


def _distinct(keys: Keys, times: Times) -> tuple[Keys, Times]:
    """Keys with their times, sorted by both, each pair once."""
    order = np.lexsort((times, keys))
    keys, times = keys[order], times[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = (keys[1:] != keys[:-1]) | (times[1:] != times[:-1])
    return keys[first], times[first]


def _latest(keys: Keys, times: Times) -> tuple[Keys, Times]:
    """Sorted unique keys with the latest time of each."""
    order = np.lexsort((times, keys))
    keys, times = keys[order], times[order]
    last = np.ones(len(keys), dtype=np.bool_)
    last[:-1] = keys[1:] != keys[:-1]
    return keys[last], times[last]
