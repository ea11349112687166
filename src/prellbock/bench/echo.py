"""How long does the machine itself take for a question and its answer? The yardstick of a request's duration.

A process of its own sends back what it gets over loopback: two changes of process and nothing else.
"""

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

_OCTETS = 256
"""About what a request or answer has; one packet."""


class Echo:
    """A connection to the process."""

    def __init__(self, there: socket.socket) -> None:
        self._there = there

    def seconds(self) -> float:
        """The time of one question and its answer."""
        begin = time.perf_counter()
        self._there.sendall(bytes(_OCTETS))
        _received(self._there)
        return time.perf_counter() - begin


@contextmanager
def echo() -> Iterator[Echo]:
    """Starts the process and ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        process = multiprocessing.get_context("spawn").Process(target=answer, args=(port,), daemon=True)
        process.start()
        there, _ = listening.accept()
    with there:
        there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Echo(there)
    process.join()


def answer(port: int) -> None:
    """The process: until the connection closes."""
    with socket.create_connection(("127.0.0.1", port)) as there:
        there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while asked := _received(there):
            there.sendall(asked)


def _received(there: socket.socket) -> bytes:
    """One question or answer; nothing where the connection has ended."""
    found = b""
    while len(found) < _OCTETS:
        piece = there.recv(_OCTETS - len(found))
        if not piece:
            return b""
        found += piece
    return found
