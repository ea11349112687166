"""Posting over HTTP, many at once: one attempt each, no redirects, an end to waiting, and short answers."""

import asyncio
import time
from collections.abc import Mapping

import aiohttp

from prellbock.sinks.answer import Answer
from prellbock.sinks.reaching import AddressError, UrlError, check_url
from prellbock.sinks.resolving import PublicResolver, public_socket
from prellbock.sinks.webhook import HEADERS
from prellbock.times import retry_after

MOST_ANSWER = 1000
"""Octets of an answer that are read."""
MOST_LOCATION = 200
"""Characters that are told of where a redirect leads."""


class Posting:
    """Two pools of connections: to the internet alone, and to anywhere. Use as a context manager."""

    def __init__(self, *, timeout: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def __aenter__(self) -> "Posting":
        self._sessions = {
            private: aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0,
                    limit_per_host=0,
                    resolver=None if private else PublicResolver(),
                    socket_factory=None if private else public_socket,
                ),
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=HEADERS,
                auto_decompress=False,
            )
            for private in (False, True)
        }
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in self._sessions.values():
            await session.close()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, *, private: bool) -> Answer:
        """One attempt."""
        begun = time.monotonic()
        try:
            check_url(url, private=private)
            async with self._sessions[private].post(url, data=body, headers=headers, allow_redirects=False) as answer:
                text = await answer.content.read(MOST_ANSWER)
                took = time.monotonic() - begun
                said = " ".join(text.decode("utf-8", "replace").split())
                if 300 <= answer.status < 400:
                    said = _redirected(answer.headers.get("location"))
                return Answer(answer.status, said, took, retry_after(answer.headers.get("retry-after")))
        except (UrlError, AddressError) as error:
            said = str(error)
        except TimeoutError:
            said = f"no answer within {self._timeout.total:.0f} s"
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError, ValueError) as error:
            cause = error.__cause__ if isinstance(error.__cause__, AddressError) else error
            said = str(cause) if isinstance(cause, AddressError) else f"{type(error).__name__}: it cannot be reached"
        return Answer(None, said, time.monotonic() - begun)


def _redirected(location: str | None) -> str:
    """What is wrong with an answer that leads elsewhere; the query of the address it names may be a secret."""
    where = "" if not location else f" to {location.partition('?')[0][:MOST_LOCATION]}"
    return f"it redirects{where}, which is not followed: set the URL to where messages are taken"
