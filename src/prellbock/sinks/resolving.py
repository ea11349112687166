"""Names and addresses for aiohttp: only those that a destination may have (`reaching`)."""

import socket

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from prellbock.sinks.reaching import NOT_PUBLIC, AddressError, is_public


def public_socket(found: AddrInfoType) -> socket.socket:
    """A socket for an address, the last to be asked before it is connected to, however a URL has written it.

    Raises `AddressError`.
    """
    family, kind, protocol, _, address = found
    if not is_public(str(address[0])):
        raise AddressError(NOT_PUBLIC)
    return socket.socket(family=family, type=kind, proto=protocol)


class PublicResolver(AbstractResolver):
    """Looks names up and gives only addresses of the internet."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises `AddressError` where no address may be reached."""
        found = await self._inner.resolve(host, port, family)
        public = [each for each in found if is_public(each["host"])]
        if not public:
            raise AddressError(NOT_PUBLIC)
        return public

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()
