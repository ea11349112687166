"""A data folder that is open: its connection, its secret, and how transactions are made."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from prellbock.history.policy import DEFAULT, Policy
from prellbock.history.policy_toml import read_text
from prellbock.identity import Identity
from prellbock.store.errors import StoreError
from prellbock.store.sqlite.connection import connect, connect_read_only, plain_errors
from prellbock.store.sqlite.kept import Kept, KeptInTables
from prellbock.store.sqlite.memory import SqliteMemory
from prellbock.store.sqlite.noted import Noted

POLICY = "policy"
"""Name of the setting that holds the policy in force."""


@lru_cache(8)
def read_policy(content: str) -> Policy:
    """A policy that was stored. Raises `RuleError`."""
    return read_text("the policy of the store", content)


class Opened:
    """What every part of the store stands on. Safe to share between threads; one call runs at a time."""

    def __init__(
        self, folder: Path, *, create: bool = False, addresses: str | None = None, read_only: bool = False
    ) -> None:
        """Opens the store; ``create`` makes it where there is none, ``addresses`` then says plain or hashed.

        ``read_only``: a second look at a store that is open already, which waits for no writer.
        Raises `StoreMissingError`, `StoreError`.
        """
        self._folder = folder
        self._lock = threading.RLock()
        self._db, self.secret = connect_read_only(folder) if read_only else connect(folder, create=create)
        self.identity = Identity(self.secret)
        self._memory = SqliteMemory(self._db)
        self._kept: Kept = KeptInTables(self._db)
        self._noted = Noted(self._db)
        self._plain = self._mode(addresses) == "plain"

    def _mode(self, wanted: str | None) -> str:
        with self._reading():
            row = self._db.execute("SELECT value FROM settings WHERE name = 'addresses'").fetchone()
        if row is None:
            mode = wanted or "plain"
            with self._writing():
                self._db.execute("INSERT OR IGNORE INTO settings VALUES ('addresses', ?)", (mode,))
            return mode
        if wanted is not None and row[0] != wanted:
            raise StoreError(
                f"the store in {self._folder} keeps addresses {row[0]}, not {wanted}: this is chosen once, when the "
                "store is made; leave the option out, or use another data folder"
            )
        return str(row[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _writing(self, *, dry_run: bool = False) -> Iterator[None]:
        """One transaction; with ``dry_run`` it leaves nothing behind."""
        with self._lock, plain_errors(self._folder):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._memory.refresh()
                yield
                self._db.execute("ROLLBACK" if dry_run else "COMMIT")
                if dry_run:
                    self._memory.forget()
            except BaseException:
                self._memory.forget()
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One consistent view for several statements."""
        with self._lock, plain_errors(self._folder):
            self._db.execute("BEGIN")
            try:
                self._memory.refresh()
                yield
            finally:
                if self._db.in_transaction:
                    self._db.execute("COMMIT")

    def _policy(self) -> Policy:
        content = self._setting(POLICY)
        return DEFAULT if content is None else read_policy(content)

    def _setting(self, name: str) -> str | None:
        with self._lock, plain_errors(self._folder):
            row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
