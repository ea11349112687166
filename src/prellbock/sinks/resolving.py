"""Looks up names for aiohttp, and gives only addresses that a destination may have (`reaching`)."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from prellbock.sinks.reaching import AddressError, is_public


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
            raise AddressError("the host is not on the internet, and private addresses are not allowed")
        return public

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()
