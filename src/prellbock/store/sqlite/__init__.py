"""The embedded store: SQLite (WAL) in the data folder. One writer at a time, any number of readers."""

from prellbock.store.sqlite.accounts import SqliteAccounts
from prellbock.store.sqlite.store import SqliteStore

__all__ = ["SqliteAccounts", "SqliteStore"]
