"""A client of NATS that speaks TLS where the URL says ``tls://``, whatever the server says.

The first line of a server is not encrypted and tells whether TLS is wanted. The library believes it, so that somebody
in between could have it send user and password in the clear.
"""

from nats.aio.client import Client
from nats.errors import Error


class PlainError(Error):
    """The server speaks no TLS."""

    def __str__(self) -> str:
        return "the server speaks no TLS, which tls:// asks for"


class CarefulClient(Client):
    """See the module."""

    def _connect_command(self) -> bytes:
        server = self._current_server
        if server is not None and server.uri.scheme == "tls" and not self._server_info.get("tls_required"):
            raise PlainError
        return super()._connect_command()
