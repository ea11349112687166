"""Whom is nothing remembered of? Of a long list that is nearly everybody, and they can be answered without looking."""

import sqlite3

import numpy as np
from numpy.typing import NDArray

from prellbock.pipeline import Keys

_RECENT = 50_000
"""New keys that are kept beside the others before they are sorted in."""


class Noted:
    """The short keys of all recipients and domains with a history, as of the last `refresh`.

    They only grow: a key that was erased meanwhile costs a look and changes no answer.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._row = 0
        self._keys = self._recent = np.empty(0, dtype=np.int64)

    def refresh(self) -> None:
        """Reads what is new. To be called inside a transaction."""
        rows = self._db.execute("SELECT key, row FROM noted WHERE row > ? ORDER BY row", (self._row,)).fetchall()
        if not rows:
            return
        self._row = rows[-1][1]
        self._recent = np.union1d(self._recent, np.fromiter((key for key, _ in rows), np.int64, len(rows)))
        if len(self._recent) > _RECENT:
            self._keys, self._recent = np.union1d(self._keys, self._recent), np.empty(0, dtype=np.int64)

    def among(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of the keys are noted."""
        return _in(self._keys, keys) | _in(self._recent, keys)


def _in(known: Keys, keys: Keys) -> NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(keys), dtype=np.bool_)
    at = np.searchsorted(known, keys)
    at[at == len(known)] = 0
    found: NDArray[np.bool_] = known[at] == keys
    return found
