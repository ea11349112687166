"""Is anything left of somebody? Every octet of the data folder is looked through, those of deleted pages included."""

import os
from collections.abc import Iterator
from pathlib import Path

from prellbock.store.sqlite.connection import DATABASE

_CHUNK = 16 * 1024 * 1024
_IN_ADDRESSES = frozenset(bytes([octet]) for octet in b"abcdefghijklmnopqrstuvwxyz0123456789%+-")
"""What makes another address of it, where it stands before or after."""


def traces(folder: Path, address: str, keys: tuple[bytes, ...]) -> list[str]:
    """Names of the files in which an address (in any letter case) or one of the keys still stands, sorted."""
    name = address.encode()
    wanted = [*(key.lower() for key in keys), *(key.hex().encode() for key in keys)]
    overlap = max(len(name) + 2, *(len(each) for each in wanted), 0)
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and any(_names(part, name) or any(each in part for each in wanted) for part in _parts(path, overlap))
    )


def _names(part: bytes, name: bytes) -> bool:
    at = part.find(name)
    while at >= 0:
        end = at + len(name)
        if part[max(at - 1, 0) : at] not in _IN_ADDRESSES and part[end : end + 1] not in _IN_ADDRESSES:
            return True
        at = part.find(name, at + 1)
    return False


def _parts(path: Path, overlap: int) -> Iterator[bytes]:
    """A file in lower case, in large parts that overlap, so that nothing is cut in two."""
    rest, at = b"", 0
    handle = _kept_open(path)
    while chunk := os.pread(handle, _CHUNK, at).lower():
        at += len(chunk)
        yield rest + chunk
        rest = (rest + chunk)[-overlap:]
    if path.name not in _LOCKED:
        os.close(handle)


_LOCKED = frozenset({DATABASE, f"{DATABASE}-shm"})
_open: dict[tuple[int, int], int] = {}


def _kept_open(path: Path) -> int:
    """A handle for reading. Of the files that SQLite locks it is never closed: a process loses all POSIX locks that it
    holds on a file when it closes any handle of it (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    if path.name not in _LOCKED:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    status = path.stat()
    key = (status.st_dev, status.st_ino)
    if key not in _open:
        _open[key] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return _open[key]
