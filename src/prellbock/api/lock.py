"""Of two servers on one data folder the second must not start: both would answer, with different sessions and feeds."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "serve.lock"


class ServeError(Exception):
    """The server cannot start; the message says why and what to do."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the folder for this server. The system lets go of it when the process ends, however it ends.

    Raises `ServeError` if another server holds it.
    """
    path = folder / LOCK
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ServeError(f"{path} cannot be written ({error.strerror}): make the data folder writable") from error
    with os.fdopen(handle, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            number = file.read().strip() or "unknown"
            raise ServeError(
                f"{folder} is being served already, by process {number}: stop that one first (kill {number}), or "
                "choose another folder with --data. `prellbock ingest` and all other commands work beside it"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
