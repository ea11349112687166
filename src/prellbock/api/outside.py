"""What the server asks of others: certificates of Amazon SNS, and the address that confirms a subscription.

Only addresses that `prellbock.sources.webhooks.sns` has found to be Amazon's own come in here. Redirects are not
followed, proxies of the environment are used, and an answer is short or refused.
"""

import time
from collections.abc import Awaitable, Callable

import httpx

SECONDS = 10.0
MOST_OCTETS = 64 * 1024
KEPT_SECONDS = 86_400.0
MOST_KEPT = 64

Fetch = Callable[[str], Awaitable[bytes]]


class OutsideError(Exception):
    """Nothing usable came; the message says what."""


async def fetch(address: str) -> bytes:
    """What is at an address of https. Raises `OutsideError`."""
    try:
        async with (
            httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as client,
            client.stream("GET", address) as answer,
        ):
            if answer.status_code != 200:
                raise OutsideError(f"{answer.url.host} answered with status {answer.status_code}")
            held = b""
            async for piece in answer.aiter_bytes():
                held += piece
                if len(held) > MOST_OCTETS:
                    raise OutsideError(f"{answer.url.host} answered with more than {MOST_OCTETS:,} octets")
            return held
    except httpx.HTTPError as error:
        raise OutsideError(f"{httpx.URL(address).host} cannot be asked ({type(error).__name__}: {error})") from None


class Certificates:
    """Certificates by address, each fetched once a day."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._kept: dict[str, tuple[float, bytes]] = {}

    async def get(self, address: str) -> bytes:
        """Raises `OutsideError`."""
        until, found = self._kept.get(address, (0.0, b""))
        if until > time.monotonic():
            return found
        found = await self._fetch(address)
        while len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[address] = (time.monotonic() + KEPT_SECONDS, found)
        return found
