"""Opening the embedded store: one SQLite file (WAL) and one secret in the data folder."""

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path

from prellbock.identity import SECRET_OCTETS, new_secret
from prellbock.store.errors import StoreError, StoreMissingError

DATABASE = "prellbock.sqlite3"
SECRET = "secret"  # noqa: S105 -- the name of the file, not a secret
BUSY_SECONDS = 30.0


def connect(folder: Path, *, create: bool) -> tuple[sqlite3.Connection, bytes]:
    """Opens (or makes) the store in a data folder; returns the connection and the installation's secret.

    Raises `StoreMissingError` if there is none and ``create`` is false, `StoreError` for everything else.
    """
    database = folder / DATABASE
    with plain_errors(folder):
        if not database.exists() and not create:
            raise StoreMissingError(
                f"there is no store in {folder}: bring events in first with `prellbock --data {folder} ingest PATH`, "
                "or name the right folder with --data (or PRELLBOCK_DATA)"
            )
        if create:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_new = not database.exists()
        secret = _secret(folder, is_new=is_new)
        # The database holds addresses: for this user alone; SQLite gives its side files the same permissions. One that
        # is there already is not opened: closing a handle of it drops the locks of all connections of this process
        # (https://sqlite.org/howtocorrupt.html, 2.2), and another process could then delete the log under them.
        if not database.exists():
            with suppress(FileExistsError):
                os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(
            database, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=256, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a batch is acknowledged only when it survives a power failure.
        connection.execute("PRAGMA synchronous = FULL")
        # What is deleted is overwritten in the pages that are written anyway, so that erasing a person leaves no trace.
        connection.execute("PRAGMA secure_delete = FAST")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
        _migrate(connection, folder)
        return connection, secret


def connect_read_only(folder: Path) -> tuple[sqlite3.Connection, bytes]:
    """A second connection that only reads, for look-ups beside a writer, and the installation's secret."""
    with plain_errors(folder):
        secret = _secret(folder, is_new=False)
        # Where nobody may write, SQLite cannot make its side files; without them the database cannot change either.
        fixed = "" if os.access(folder, os.W_OK) else "&immutable=1"
        connection = sqlite3.connect(
            f"{(folder / DATABASE).absolute().as_uri()}?mode=ro{fixed}", uri=True, isolation_level=None,
            timeout=BUSY_SECONDS, check_same_thread=False,
        )  # fmt: skip
        connection.execute("PRAGMA query_only = ON")
        # In KiB: figures of a month are asked for again and again.
        connection.execute("PRAGMA cache_size = -32768")
        return connection, secret


def _secret(folder: Path, *, is_new: bool) -> bytes:
    path = folder / SECRET
    if is_new and not path.exists():
        # Written whole under another name and then linked: a kill leaves no half of it, and of two that make the
        # store at the same time the first one's secret holds.
        with tempfile.NamedTemporaryFile(dir=folder, prefix=SECRET) as file:
            file.write(new_secret())
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, path)
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        raise StoreError(
            f"{path} is missing: without it no stored address can be found again; restore it from the back-up "
            f"that {DATABASE} comes from"
        ) from None
    if len(secret) != SECRET_OCTETS:
        raise StoreError(f"{path} is damaged (it has {len(secret)} octets, not {SECRET_OCTETS}): restore it")
    return secret


def _migrations() -> list[tuple[int, str]]:
    folder = resources.files("prellbock.store.sqlite") / "migrations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [(int(f.name.partition("_")[0]), f.read_text(encoding="utf-8")) for f in files]


def _migrate(connection: sqlite3.Connection, folder: Path) -> None:
    migrations = _migrations()
    newest = migrations[-1][0]
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > newest:
        raise StoreError(
            f"the store in {folder} was written by a newer Prellbock (schema {version}, this one knows {newest}): "
            "install that version"
        )
    if version == newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for number, script in migrations:
            if number > version:
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number:d}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one, so that they run inside one transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def plain_errors(folder: Path) -> Iterator[None]:
    """Turns what SQLite and the system say into a sentence that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_explain(str(error), folder)) from error
    except PermissionError as error:
        raise StoreError(
            f"no permission to use the data folder {folder} ({error.strerror}): make it writable for this user, "
            "or choose another with --data"
        ) from error
    except OSError as error:
        text = {errno.ENOSPC: "disk is full", errno.EDQUOT: "disk is full", errno.EROFS: "read-only"}.get(
            error.errno or 0
        )
        if text is not None:
            raise StoreError(_explain(text, folder)) from error
        raise StoreError(f"the data folder {folder} cannot be used: {error.strerror or error}") from error


def _explain(text: str, folder: Path) -> str:
    if "disk is full" in text or "disk I/O error" in text:
        return (
            f"the disk that holds {folder} is full or failing ({text}): free some space and run the same command "
            "again; nothing that was acknowledged is lost and nothing will be counted twice"
        )
    if "readonly" in text or "read-only" in text:
        return f"the data folder {folder} is read-only: make it writable for this user, or choose another with --data"
    if "locked" in text or "busy" in text:
        return (
            f"the store in {folder} is in use by another process for more than {BUSY_SECONDS:.0f} s: wait until it "
            "has finished, or stop it, and run the same command again"
        )
    if "unable to open" in text:
        return f"the data folder {folder} cannot be opened or written: check that it exists and its permissions"
    if "not a database" in text or "malformed" in text:
        return f"{folder / DATABASE} is damaged or no Prellbock store ({text}): restore it from a back-up"
    return f"the store in {folder} failed: {text}"
