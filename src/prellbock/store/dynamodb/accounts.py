"""Users, sessions, tokens and the audit log of the cloud store: tables of its base, in the same commits."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from prellbock.store.dynamodb.store import DynamoStore
from prellbock.store.sqlite.accounts import SqliteAccounts


class DynamoAccounts(SqliteAccounts):
    """See `prellbock.store.accounts.Accounts`."""

    def __init__(self, store: DynamoStore) -> None:
        self._store = store

    def close(self) -> None:
        """The store is its owner's to close."""

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._store.reading_base() as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._store.writing_base() as db:
            yield db
