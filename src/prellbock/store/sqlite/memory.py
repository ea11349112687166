"""What is remembered, as the pipeline asks for it (`prellbock.pipeline.Memory`), over one SQLite connection."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from prellbock.history.recipient import State, decode_state
from prellbock.identity import short_message
from prellbock.pipeline import Change, Keys
from prellbock.pipeline.memory import Delivery, FailedMail
from prellbock.store.sqlite.runs import Runs

_ASK = 500
"""Values asked for in one statement."""


def chunks(values: Iterable[object], size: int = _ASK) -> Iterator[tuple[str, list[object]]]:
    """Cuts values into groups for ``IN (?, ...)``: the marks and the values."""
    everything = list(values)
    for begin in range(0, len(everything), size):
        part = everything[begin : begin + size]
        yield ",".join("?" * len(part)), part


class SqliteMemory:
    """Answers the pipeline's questions; keeps the set of open histories in memory while nobody else writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.runs = Runs(connection)
        self._open: Keys | None = None
        self._version = -1

    def refresh(self) -> None:
        """Drops what is held in memory if another connection has written since. To be called inside a transaction."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self.forget()
            self._version = version

    def forget(self) -> None:
        """Drops everything held in memory, for example after a transaction was rolled back."""
        self._open = None
        self.runs.forget_cache()

    def known_events(self, keys: Collection[int]) -> set[int]:
        known: set[int] = set()
        for marks, part in chunks(keys):
            known.update(key for (key,) in self._db.execute(f"SELECT key FROM events WHERE key IN ({marks})", part))  # noqa: S608
        return known

    def known_deliveries(self, hours: Keys, keys: Keys) -> NDArray[np.bool_]:
        return self.runs.counted(hours, keys)

    def open_among(self, keys: Keys) -> NDArray[np.bool_]:
        known = self._open_keys()
        if not len(known):
            return np.zeros(len(keys), dtype=np.bool_)
        at = np.searchsorted(known, keys)
        at[at == len(known)] = 0
        found: NDArray[np.bool_] = known[at] == keys
        return found

    def _open_keys(self) -> Keys:
        if self._open is None:
            rows = self._db.execute("SELECT key FROM states WHERE open = 1 ORDER BY key")
            self._open = np.fromiter((key for (key,) in rows), dtype=np.int64)
        return self._open

    def note_open(self, changes: list[tuple[int, Change]]) -> None:
        """Keeps the set of open histories in step with what is being written."""
        if not changes:
            return
        opened = np.array([key for key, change in changes if change.state.is_open], dtype=np.int64)
        closed = np.array([key for key, change in changes if not change.state.is_open], dtype=np.int64)
        self._open = np.setdiff1d(np.union1d(self._open_keys(), opened), closed, assume_unique=True)

    def states(self, hashes: Collection[bytes]) -> dict[bytes, State]:
        found: dict[bytes, State] = {}
        for marks, part in chunks(hashes):
            rows = self._db.execute(
                "SELECT hash, state FROM recipients JOIN states USING (number)"  # noqa: S608 -- only marks
                f" WHERE hash IN ({marks})",
                part,
            )
            found.update((digest, decode_state(state)) for digest, state in rows)
        return found

    def bounced(self, hashes: Collection[bytes]) -> dict[bytes, dict[int, float]]:
        found: dict[bytes, dict[int, float]] = {digest: {} for digest in hashes}
        for marks, part in chunks(hashes):
            rows = self._db.execute(
                "SELECT hash, message, max(time) FROM recipients JOIN events USING (number)"  # noqa: S608 -- only marks
                f" WHERE hash IN ({marks}) AND outcome = 'bounced' AND incident IS NULL"
                " AND fault IN ('recipient', 'domain')"
                " GROUP BY hash, message",
                part,
            )
            for digest, message, time in rows:
                found[digest][short_message(message)] = time
        return found

    def failed_mails(self, hashes: Collection[bytes]) -> dict[FailedMail, float]:
        found: dict[FailedMail, float] = {}
        for marks, part in chunks(hashes):
            rows = self._db.execute(
                "SELECT hash, campaign, message, max(time) FROM recipients JOIN events USING (number)"  # noqa: S608 -- only marks
                f" WHERE hash IN ({marks}) AND outcome = 'bounced' AND campaign IS NOT NULL"
                " GROUP BY hash, campaign, message",
                part,
            )
            found.update(((digest, campaign, message), time) for digest, campaign, message, time in rows)
        return found

    def deliveries(self, since: dict[int, float]) -> dict[int, list[Delivery]]:
        keys = np.fromiter(since.keys(), dtype=np.int64, count=len(since))
        from_ms = np.rint(np.fromiter(since.values(), dtype=np.float64, count=len(since)) * 1000).astype(np.int64)
        return self.runs.deliveries(keys, from_ms)
