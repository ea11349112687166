"""What is remembered, as the pipeline asks for it: recipients are fetched when asked for, deliveries ask nothing.

Of a delivery only one thing matters: has its recipient an open history? The *filter* knows, exactly: the sorted short
keys of everybody with one, as of when it was made (an object of S3), and beside it what changed since (the table
`openings`, a part of the base, written with every commit). So no failure is too new for it.
"""

import sqlite3
from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prellbock.history.recipient import State
from prellbock.pipeline import Change, Keys
from prellbock.pipeline.memory import FailedMail
from prellbock.store.dynamodb.kept import KeptInRows
from prellbock.store.dynamodb.objects import Objects
from prellbock.store.sqlite.memory import SqliteMemory
from prellbock.store.sqlite.runs import Runs

REBUILD_AT = 50_000
"""Changes beside the filter from which on it is made anew."""


Filter = Literal["open", "noted"]
FILTERS: tuple[Filter, ...] = ("open", "noted")


class Changed(NamedTuple):
    """What changed since the filters were made: keys, sorted, and of each what holds now."""

    keys: Keys
    open: NDArray[np.bool_]
    noted: NDArray[np.bool_]

    def flags(self, name: Filter) -> NDArray[np.bool_]:
        return self.open if name == "open" else self.noted


class RemoteRuns(Runs):
    """Runs whose octets are objects of S3."""

    in_rows = False

    def __init__(self, connection: sqlite3.Connection, objects: Objects) -> None:
        super().__init__(connection)
        self._objects = objects

    def _keep(self, octets: bytes) -> bytes:
        return self._objects.keep(octets)

    def _kept(self, stored: bytes) -> bytes:
        return self._objects.kept(stored)


class CloudMemory(SqliteMemory):
    """See `prellbock.pipeline.Memory`. ``have`` brings recipients to where they are looked up."""

    def __init__(
        self, connection: sqlite3.Connection, objects: Objects, have: Callable[[Collection[bytes]], None]
    ) -> None:
        super().__init__(connection)
        self.runs = RemoteRuns(connection, objects)
        self._objects, self._have = objects, have
        self._rows: KeptInRows | None = None
        self._filters: dict[str, tuple[str, Keys]] = {}
        self._changed: Changed | None = None

    def refresh(self) -> None:
        """Nobody else writes into this copy."""

    def forget(self) -> None:
        self._changed = None
        self.runs.forget_cache()

    def known_events(self, keys: Collection[int]) -> set[int]:
        known = super().known_events(keys)
        return known if self._rows is None else known | self._rows.known_events(keys)

    def states(self, hashes: Collection[bytes]) -> dict[bytes, State]:
        self._have(hashes)
        return super().states(hashes) if self._rows is None else self._rows.states(hashes)

    def bounced(self, hashes: Collection[bytes]) -> dict[bytes, dict[int, float]]:
        self._have(hashes)
        return super().bounced(hashes) if self._rows is None else self._rows.bounced(hashes)

    def failed_mails(self, hashes: Collection[bytes]) -> dict[FailedMail, float]:
        self._have(hashes)
        return super().failed_mails(hashes) if self._rows is None else self._rows.failed_mails(hashes)

    def look_at(self, rows: KeptInRows | None) -> None:
        """Where recipients are looked up from now on; None: in the tables of the copy."""
        self._rows = rows

    # --- the filter

    def open_among(self, keys: Keys) -> NDArray[np.bool_]:
        return self._among("open", keys)

    def noted_among(self, keys: Keys) -> NDArray[np.bool_]:
        """Of whom among these anything may be remembered."""
        return self._among("noted", keys)

    def note_open(self, changes: list[tuple[int, Change]]) -> None:
        """What changed stands in `openings` already."""
        if self._changed is None or not changes:
            return
        keys = np.array([key for key, _ in changes], dtype=np.int64)
        is_open = np.array([change.state.is_open for _, change in changes], dtype=np.bool_)
        before = self._changed
        keys = np.concatenate([before.keys, keys])
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        latest = np.ones(len(keys), dtype=np.bool_)
        latest[:-1] = keys[1:] != keys[:-1]
        order = order[latest]
        opened = np.concatenate([before.open, is_open])[order]
        noted = np.concatenate([before.noted, np.ones(len(is_open), dtype=np.bool_)])[order]
        self._changed = Changed(keys[latest], opened, noted)

    def _among(self, name: Filter, keys: Keys) -> NDArray[np.bool_]:
        found, changed = _in(self._filter(name), keys), self._changes()
        if len(changed.keys):
            at = np.searchsorted(changed.keys, keys)
            at[at == len(changed.keys)] = 0
            is_changed = changed.keys[at] == keys
            found[is_changed] = changed.flags(name)[at[is_changed]]
        return found

    def _changes(self) -> Changed:
        if self._changed is None:
            rows = self._db.execute("SELECT key, open, noted FROM openings ORDER BY key").fetchall()
            columns = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
            self._changed = Changed(columns[:, 0], columns[:, 1] == 1, columns[:, 2] == 1)
        return self._changed

    def _filter(self, name: Filter) -> Keys:
        row = self._db.execute("SELECT object FROM filters WHERE name = ?", (name,)).fetchone()
        if row is None:
            return np.empty(0, dtype=np.int64)
        known = self._filters.get(name)
        if known is None or known[0] != row[0]:
            octets = self._objects.fresh.get(row[0]) or self._objects.get(row[0])
            known = self._filters[name] = (row[0], np.frombuffer(octets, dtype="<i8"))
        return known[1]

    def rebuild_filters(self, least: int = REBUILD_AT) -> bool:
        """Makes the filters anew where at least so many changes stand beside them. Inside the caller's transaction."""
        changes = self._changes()
        if len(changes.keys) < least:
            return False
        for name in FILTERS:
            flags = changes.flags(name)
            yes, no = changes.keys[flags], changes.keys[~flags]
            made = np.union1d(np.setdiff1d(self._filter(name), no, assume_unique=True), yes)
            object_ = self._objects.new_name("filter")
            self._objects.fresh[object_] = made.astype("<i8").tobytes()
            self._db.execute("INSERT OR REPLACE INTO filters VALUES (?, ?)", (name, object_))
        self._db.execute("DELETE FROM openings")
        self._changed = None
        return True


def _in(known: Keys, keys: Keys) -> NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(keys), dtype=np.bool_)
    at = np.searchsorted(known, keys)
    at[at == len(known)] = 0
    found: NDArray[np.bool_] = known[at] == keys
    return found
