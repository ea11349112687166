"""Where the socket is: a file of the data folder, mode 0600, so that who owns the folder needs no other proof."""

import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOCKET = "serve.sock"
_LONGEST = 100
"""Octets of the name of a socket that every system takes."""
_OWNER = struct.Struct("3i")
"""Process, user and group of the other side (unix(7), SO_PEERCRED)."""


@contextmanager
def _name(folder: Path) -> Iterator[str | None]:
    """A name of the socket that is short enough; None where there is none."""
    name = str(folder.absolute() / SOCKET)
    if len(os.fsencode(name)) <= _LONGEST:
        yield name
        return
    if not sys.platform.startswith("linux"):
        yield None
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)


def connect(folder: Path) -> socket.socket | None:
    """A connection to the server of a data folder; None where none answers."""
    there = socket.socket(socket.AF_UNIX)
    try:
        if (folder / SOCKET).is_socket():
            with _name(folder) as name:
                if name is not None:
                    there.connect(name)
                    return there
    except OSError:
        pass
    there.close()
    return None


def listen(folder: Path) -> socket.socket | None:
    """The socket of a server that holds the folder alone. None where the system has none for such a name."""
    (folder / SOCKET).unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    try:
        with _name(folder) as name:
            if name is None:
                listening.close()
                return None
            before = os.umask(0o177)
            try:
                listening.bind(name)
            finally:
                os.umask(before)
        listening.listen(64)
        listening.setblocking(False)
    except OSError:
        # A file system without sockets: the commands take turns at the lock instead.
        listening.close()
        return None
    return listening


def is_of_owner(there: socket.socket) -> bool:
    """Whether the other side is the same user, or root: what the mode of the file says already, asked once more."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    _, user, _ = _OWNER.unpack(there.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _OWNER.size))
    return user in (0, os.getuid())
