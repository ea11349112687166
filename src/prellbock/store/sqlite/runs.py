"""How are millions of deliveries remembered without a row for each? As sorted runs of 64-bit keys, per day or hour.

A batch appends one run per day (recipients, with the time of their delivery) and per hour (events, to count each once).
Runs are merged when there are many of them. Look-ups are binary searches over a bounded cache of runs.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Times = NDArray[np.int64]
Messages = NDArray[np.uint32]

MERGE_AT = 12
"""Runs of one day or hour that are merged into one."""
CACHE_OCTETS = 96 * 1024 * 1024
THINNED = -1
"""The pseudo-day that holds, for days no longer kept, the last deliveries of each recipient."""
KEPT = 4
"""Deliveries of a recipient that outlast thinning. More than one, because a message that was delivered may bounce
later, and then the delivery before it counts."""
DAY_MS = 86_400_000
_FEW = 4
"""Recipients who are sought in the rows themselves: some steps of a binary search instead of whole runs."""


Columns = tuple[Keys, Times | None, Messages | None]


class _Cache:
    """Most recently used runs, by name, up to `CACHE_OCTETS`."""

    def __init__(self) -> None:
        self._runs: OrderedDict[tuple[str, int, int], Columns] = OrderedDict()
        self._octets = 0

    def get(self, name: tuple[str, int, int]) -> Columns | None:
        found = self._runs.get(name)
        if found is not None:
            self._runs.move_to_end(name)
        return found

    def put(
        self, name: tuple[str, int, int], keys: Keys, times: Times | None = None, messages: Messages | None = None
    ) -> None:
        if (old := self._runs.pop(name, None)) is not None:
            self._octets -= _octets(old)
        self._runs[name] = columns = (keys, times, messages)
        self._octets += _octets(columns)
        while self._octets > CACHE_OCTETS and len(self._runs) > 1:
            self._octets -= _octets(self._runs.popitem(last=False)[1])

    def clear(self) -> None:
        self._runs.clear()
        self._octets = 0


def _octets(columns: Columns) -> int:
    return sum(column.nbytes for column in columns if column is not None)


def _find(run: Keys, keys: Keys) -> NDArray[np.bool_]:
    """Which of the keys stand in a sorted run."""
    at = np.searchsorted(run, keys)
    at[at == len(run)] = 0
    found: NDArray[np.bool_] = run[at] == keys
    return found


class Runs:
    """The two memories of deliveries over one connection. Writes belong to the caller's transaction."""

    in_rows = True
    """Whether the octets of a run stand in its row, so that a few of them can be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._cache = _Cache()

    def forget_cache(self) -> None:
        """To be called when another connection has written, or a transaction was rolled back."""
        self._cache.clear()

    def _keep(self, octets: bytes) -> bytes:
        """What stands for the octets of a run in its row: here they themselves."""
        return octets

    def _kept(self, stored: bytes) -> bytes:
        """The octets for which something stands in a row."""
        return stored

    # --- which deliveries were counted

    def counted(self, hours: NDArray[np.int64], keys: Keys) -> NDArray[np.bool_]:
        """Which of the events, by hour of their time and key, were counted."""
        found = np.zeros(len(keys), dtype=np.bool_)
        # In order they are found several times faster: what a search looks at is near what the one before has.
        order = np.argsort(keys)
        hours, keys = hours[order], keys[order]
        for hour in np.unique(hours).tolist():
            here = hours == hour
            wanted = keys[here]
            known = np.zeros(len(wanted), dtype=np.bool_)
            for run in self._counted_runs(hour):
                known |= _find(run, wanted)
            found[order[here]] = known
        return found

    def _counted_runs(self, hour: int) -> Iterator[Keys]:
        for (number,) in self._db.execute("SELECT run FROM counted WHERE hour = ?", (hour,)).fetchall():
            cached = self._cache.get(("counted", hour, number))
            if cached is None:
                (blob,) = self._db.execute(
                    "SELECT keys FROM counted WHERE hour = ? AND run = ?", (hour, number)
                ).fetchone()
                cached = (np.frombuffer(self._kept(blob), dtype="<i8"), None, None)
                self._cache.put(("counted", hour, number), cached[0])
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
                (hour, number, len(run), self._keep(run.astype("<i8").tobytes()), recorded),
            )
            self._cache.put(("counted", hour, number), run)

    def forget_counted(self, recorded_before: float) -> None:
        """Forgets which events were counted, where that was recorded before a time (Unix seconds)."""
        self._db.execute("DELETE FROM counted WHERE recorded < ?", (recorded_before,))

    # --- who got a delivery, and when

    def deliver(self, days: NDArray[np.int32], recipients: Keys, times_ms: Times, messages: Messages) -> None:
        """Remembers deliveries; times are milliseconds since 1970, messages short keys."""
        for day in np.unique(days).tolist():
            here = days == day
            run = _Run(recipients[here], times_ms[here], messages[here])
            (number, runs) = self._db.execute(
                "SELECT coalesce(max(run), 0) + 1, count(*) FROM deliveries WHERE day = ?", (day,)
            ).fetchone()
            if runs >= MERGE_AT:
                run = _joined([run, *self._delivery_runs(day)])
                self._db.execute("DELETE FROM deliveries WHERE day = ?", (day,))
            self._store(day, number, _distinct(run))

    def _store(self, day: int, number: int, run: "_Run") -> None:
        if day == THINNED:
            packed = run.times.astype("<i8").tobytes()
        else:
            packed = (run.times - day * DAY_MS).astype("<u4").tobytes()
        self._db.execute(
            "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?)",
            (day, number, len(run.keys), self._keep(run.keys.astype("<i8").tobytes()), self._keep(packed),
             self._keep(run.messages.astype("<u4").tobytes())),
        )  # fmt: skip
        self._cache.put(("delivered", day, number), *run)

    def _delivery_runs(self, day: int) -> Iterator["_Run"]:
        for (number,) in self._db.execute("SELECT run FROM deliveries WHERE day = ?", (day,)).fetchall():
            cached = self._cache.get(("delivered", day, number))
            if cached is None:
                stored, packed, named = self._db.execute(
                    "SELECT keys, times, messages FROM deliveries WHERE day = ? AND run = ?", (day, number)
                ).fetchone()
                stored, packed, named = self._kept(stored), self._kept(packed), self._kept(named)
                if day == THINNED:
                    moments = np.frombuffer(packed, dtype="<i8")
                else:
                    moments = np.frombuffer(packed, dtype="<u4").astype(np.int64) + day * DAY_MS
                cached = (np.frombuffer(stored, dtype="<i8"), moments, np.frombuffer(named, dtype="<u4"))
                self._cache.put(("delivered", day, number), *cached)
            keys, times, messages = cached
            assert times is not None
            assert messages is not None
            yield _Run(keys, times, messages)

    def _days(self) -> list[int]:
        """The days in memory, newest first; the thinned rest last."""
        return [day for (day,) in self._db.execute("SELECT DISTINCT day FROM deliveries ORDER BY day DESC")]

    def deliveries(
        self, keys: Keys, since_ms: Times, until_ms: int | None = None
    ) -> dict[int, list[tuple[float, int]]]:
        """Per recipient its deliveries from ``since`` to ``until`` (milliseconds since 1970).

        Each is a time in Unix seconds and the short key of the message (0: not known); in no order.
        """
        if self.in_rows and len(keys) <= _FEW:
            return self._of_few(keys.tolist(), since_ms.tolist(), until_ms)
        order = np.argsort(keys)
        keys, since_ms = keys[order], since_ms[order]
        since_day = since_ms // DAY_MS
        found: dict[int, list[tuple[float, int]]] = {}
        for day in self._days():
            if until_ms is not None and day != THINNED and day * DAY_MS > until_ms:
                continue
            wanted = slice(None) if day == THINNED else since_day <= day
            asked, since = keys[wanted], since_ms[wanted]
            if not len(asked):
                continue
            for run in self._delivery_runs(day):
                first = np.searchsorted(run.keys, asked, side="left")
                counts = np.searchsorted(run.keys, asked, side="right") - first
                if not counts.any():
                    continue
                begin = np.repeat(first, counts)
                at = begin + np.arange(len(begin)) - np.repeat(np.cumsum(counts) - counts, counts)
                times, whose = run.times[at], np.repeat(np.arange(len(asked)), counts)
                kept = times >= since[whose]
                if until_ms is not None:
                    kept &= times <= until_ms
                for key, time, message in zip(
                    asked[whose[kept]].tolist(), times[kept].tolist(), run.messages[at[kept]].tolist(), strict=True
                ):
                    found.setdefault(key, []).append((time / 1000, message))
        return found

    def _of_few(self, keys: list[int], since_ms: list[int], until_ms: int | None) -> dict[int, list[tuple[float, int]]]:
        runs: list[tuple[int, int, int]] = self._db.execute("SELECT rowid, day, run FROM deliveries").fetchall()
        found: dict[int, list[tuple[float, int]]] = {}
        for key, since in zip(keys, since_ms, strict=True):
            for row, day, number in runs:
                if day != THINNED and (day < since // DAY_MS or (until_ms is not None and day * DAY_MS > until_ms)):
                    continue
                for time, message in self._in_run(row, day, number, key):
                    if time >= since and (until_ms is None or time <= until_ms):
                        found.setdefault(key, []).append((time / 1000, message))
        return found

    def _in_run(self, row: int, day: int, number: int, key: int) -> list[tuple[int, int]]:
        """Times (milliseconds since 1970) and messages of one recipient in one run; a run is not kept for that."""
        cached = self._cache.get(("delivered", day, number))
        if cached is not None:
            keys, times, messages = cached
            assert times is not None
            assert messages is not None
            first, last = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
            return list(zip(times[first:last].tolist(), messages[first:last].tolist(), strict=True))
        with self._db.blobopen("deliveries", "keys", row, readonly=True) as stored:
            stored_keys = _StoredKeys(stored)
            begin = bisect_left(stored_keys, key)
            end = bisect_right(stored_keys, key, begin)
        if begin == end:
            return []
        width, kind, origin = (8, "<i8", 0) if day == THINNED else (4, "<u4", day * DAY_MS)
        moments = np.frombuffer(self._part(row, "times", begin * width, end * width), kind)
        named = np.frombuffer(self._part(row, "messages", begin * 4, end * 4), "<u4")
        return [(moment + origin, message) for moment, message in zip(moments.tolist(), named.tolist(), strict=True)]

    def _part(self, row: int, column: str, begin: int, end: int) -> bytes:
        with self._db.blobopen("deliveries", column, row, readonly=True) as stored:
            stored.seek(begin)
            return stored.read(end - begin)

    def deliveries_of(self, key: int, until: float | None = None) -> list[tuple[float, int]]:
        """All deliveries remembered of one recipient, up to a time in Unix seconds; see `deliveries`."""
        until_ms = None if until is None else int(until * 1000)
        return self.deliveries(np.array([key], dtype=np.int64), np.array([0], dtype=np.int64), until_ms).get(key, [])

    def forget_recipient(self, key: int) -> int:
        """Forgets all deliveries of one recipient; returns how many there were."""
        forgotten = 0
        for day in self._days():
            rows = self._db.execute("SELECT run FROM deliveries WHERE day = ?", (day,)).fetchall()
            for (number,), run in zip(rows, list(self._delivery_runs(day)), strict=True):
                others = run.keys != key
                if (count := len(others) - int(others.sum())) == 0:
                    continue
                forgotten += count
                self._db.execute("DELETE FROM deliveries WHERE day = ? AND run = ?", (day, number))
                if others.any():
                    self._store(day, number, _Run(run.keys[others], run.times[others], run.messages[others]))
        self._cache.clear()
        return forgotten

    def whole_since(self, keep_days: int) -> float:
        """The time (Unix seconds) since which nothing was thinned; 0 if nothing ever was."""
        days = self._days()
        return max(0.0, (days[0] - keep_days + 1) * DAY_MS / 1000) if THINNED in days else 0.0

    def thin(self, keep_days: int) -> int:
        """Moves days older than the newest ``keep_days`` into the thinned rest; returns how many days were moved."""
        days = [day for day in self._days() if day != THINNED]
        old = [day for day in days if day <= days[0] - keep_days] if days else []
        if not old:
            return 0
        rest = _distinct(_joined([run for day in [*old, THINNED] for run in self._delivery_runs(day)]))
        last = np.ones(len(rest.keys), dtype=np.bool_)
        last[:-KEPT] = rest.keys[KEPT:] != rest.keys[:-KEPT]
        for day in [*old, THINNED]:
            self._db.execute("DELETE FROM deliveries WHERE day = ?", (day,))
        self._cache.clear()
        self._store(THINNED, 1, _Run(rest.keys[last], rest.times[last], rest.messages[last]))
        return len(old)


class _StoredKeys:
    """The sorted keys of a run, each read when it is looked at."""

    def __init__(self, stored: sqlite3.Blob) -> None:
        self._stored = stored

    def __len__(self) -> int:
        return len(self._stored) // 8

    def __getitem__(self, at: int) -> int:
        self._stored.seek(at * 8)
        return int.from_bytes(self._stored.read(8), "little", signed=True)


class _Run(NamedTuple):
    """Deliveries as columns, sorted by recipient and time."""

    keys: Keys
    times: Times
    messages: Messages


def _joined(runs: list[_Run]) -> _Run:
    return _Run(
        np.concatenate([run.keys for run in runs]),
        np.concatenate([run.times for run in runs]),
        np.concatenate([run.messages for run in runs]),
    )


def _distinct(run: _Run) -> _Run:
    """Sorted by recipient, time and message, each delivery once."""
    order = np.argsort(run.keys)
    if (run.keys[order[1:]] == run.keys[order[:-1]]).any():
        # Only then does the rest of the order matter, which takes twice as long.
        order = np.lexsort((run.messages, run.times, run.keys))
    keys, times, messages = run.keys[order], run.times[order], run.messages[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = (keys[1:] != keys[:-1]) | (times[1:] != times[:-1]) | (messages[1:] != messages[:-1])
    return _Run(keys[first], times[first], messages[first])
