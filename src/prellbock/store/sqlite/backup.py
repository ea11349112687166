"""A copy of a data folder while it is in use, and the way back.

A copy is a folder: the database as it was at one moment, and the small files beside it (the secret above all, without
which no address is found again). It holds addresses and keys, so it is readable for its owner alone.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from prellbock.store.errors import StoreError, StoreMissingError
from prellbock.store.sqlite.connection import DATABASE, SECRET, connect, plain_errors

_UNFINISHED = ".unfinished"
_LEFT_OUT = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "serve.lock", "serve.sock", "first-admin-link")
"""What is copied in another way, or belongs to a running server."""


def back_up(folder: Path, target: Path) -> int:
    """Copies a data folder into a new folder; returns the octets of the database. Writers go on meanwhile.

    The copy appears under its name only when it is complete. Raises `StoreMissingError`, `StoreError`.
    """
    if target.exists():
        raise StoreError(f"{target} exists already: name a new folder for each back-up, such as one with the date")
    opened, _ = connect(folder, create=False)
    unfinished = target.with_name(f".{target.name}{_UNFINISHED}")
    with closing(opened) as source, plain_errors(target):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        try:
            _copy_files(folder, unfinished)
            os.close(os.open(unfinished / DATABASE, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(unfinished / DATABASE)) as copy:
                # One step: a single moment of the source, which with a write-ahead log holds nobody up.
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            _sync(unfinished)
            size = (unfinished / DATABASE).stat().st_size
            unfinished.rename(target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return size


def restore(copy: Path, folder: Path) -> int:
    """Makes a data folder of a copy; returns the octets of the database. The copy stays as it is.

    Raises `StoreMissingError` where there is no copy, `StoreError` where it is damaged or the folder is not empty.
    """
    if not (copy / DATABASE).exists() or not (copy / SECRET).exists():
        raise StoreMissingError(f"{copy} is no back-up: {DATABASE} and {SECRET} must stand in it")
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(
            f"{folder} is not empty, and nothing is overwritten: move it away first, with its server stopped"
        )
    unfinished = folder.with_name(f".{folder.name}{_UNFINISHED}")
    with plain_errors(folder):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        try:
            _copy_files(copy, unfinished)
            shutil.copyfile(copy / DATABASE, unfinished / DATABASE)
            (unfinished / DATABASE).chmod(0o600)
            with closing(sqlite3.connect(unfinished / DATABASE)) as restored:
                (found,) = restored.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise StoreError(f"{copy / DATABASE} is damaged ({found}): take another back-up")
            _sync(unfinished)
            if folder.exists():
                folder.rmdir()
            unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return (folder / DATABASE).stat().st_size


def _copy_files(source: Path, target: Path) -> None:
    """The small files: secret, token, return paths and what else stands there."""
    for path in source.iterdir():
        if path.is_file() and path.name not in _LEFT_OUT:
            shutil.copyfile(path, target / path.name)
            (target / path.name).chmod(0o600)


def _sync(folder: Path) -> None:
    """What is copied survives a power failure."""
    for path in folder.iterdir():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
