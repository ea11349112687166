"""A connection to a server that can be cut at any octet: a proxy on the loopback device."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Cutting:
    """Forwards to a port; each connection is cut once the server has said ``after`` octets, if that is not None."""

    def __init__(self, to: int) -> None:
        self.after: int | None = None
        self.cuts = 0
        self._to = to
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                left = self.after
                threading.Thread(target=self._pass, args=(client, server, None), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, left), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, left: int | None) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                if left is not None:
                    piece = piece[:left]
                    left -= len(piece)
                sink.sendall(piece)
                if left == 0:
                    self.cuts += 1
                    break
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextlib.contextmanager
def cutting(to: int) -> Iterator[Cutting]:
    """One that forwards to a port of this machine."""
    found = Cutting(to)
    try:
        yield found
    finally:
        found.close()
