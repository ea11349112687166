"""The locks of an open store last: else another process that ends takes itself for the last, and deletes its log."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from prellbock.store.sqlite import SqliteAccounts, SqliteStore
from prellbock.store.sqlite.traces import traces

OTHER = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute('SELECT count(*) FROM settings'); d.close()"


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda folder: SqliteStore(folder, create=True).close(),
        lambda folder: SqliteStore(folder, read_only=True).close(),
        lambda folder: SqliteAccounts(folder).close(),
        lambda folder: traces(folder, "u@example.com", ()),
    ],
    ids=["store", "look", "accounts", "traces"],
)
def test_nothing_that_the_process_does_drops_them(tmp_path: Path, meanwhile: Callable[[Path], object]) -> None:
    with SqliteStore(tmp_path, create=True):
        meanwhile(tmp_path)
        database = tmp_path / "prellbock.sqlite3"
        subprocess.run([sys.executable, "-c", OTHER, str(database)], check=True)
        assert database.with_name("prellbock.sqlite3-wal").exists()
