"""A process that is given sockets to work on, over a control socket; it is started again if it has died.

It is run as ``-m MODULE WORDS... HANDLE``, is told the rest on stdin, and ends when the control socket closes: with
the process that started it, however that went.
"""

import socket
import subprocess
import sys
import threading
from collections.abc import Sequence


class Taker:
    """The process, as the one that started it knows it. Safe to share between threads."""

    def __init__(self, module: str, words: Sequence[str], told: bytes) -> None:
        self._command = [sys.executable, "-P", "-m", module, *words]
        self._told = told
        self._lock = threading.Lock()
        self._closed = False
        self._start()

    def _start(self) -> None:
        self._control, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [*self._command, str(there.fileno())], pass_fds=(there.fileno(),), stdin=subprocess.PIPE
            )
        assert self._process.stdin is not None
        with self._process.stdin as told:
            told.write(self._told)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs; `give` starts it again if not."""
        return self._process.poll() is None

    def give(self, kind: bytes, *sockets: socket.socket) -> None:
        """Hands sockets over; ``kind`` is one octet that says what they are. Once closed it takes nothing more."""
        handles = [each.fileno() for each in sockets]
        with self._lock:
            if self._closed:
                return
            try:
                socket.send_fds(self._control, [kind], handles)
            except OSError:
                self._process.wait()
                self._control.close()
                self._start()
                socket.send_fds(self._control, [kind], handles)

    def close(self) -> None:
        """Lets it finish what it has, and waits for that."""
        with self._lock:
            self._closed = True
            self._control.close()
            self._process.wait()
