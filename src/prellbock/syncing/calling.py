"""Asking a provider's API: JSON over HTTP, no redirects, never faster than it allows, patient where it asks for it."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from prellbock.sinks.reaching import NOT_PUBLIC, AddressError, check_reached, check_url, is_public
from prellbock.times import retry_after

TRIES = 6
MOST_SECONDS = 300.0
"""A longer pause than this is not waited for."""
TIMEOUT_SECONDS = 30.0


class SyncError(Exception):
    """A provider cannot be read; the message says what to do and never holds the key."""


class RefusedError(SyncError):
    """The provider does not take what it was asked to do; other things it may take."""


class Calling:
    """Requests to one account. Use as a context manager.

    ``base`` ends without a slash; raises `UrlError` where it may not be asked. ``wait`` gets seconds. Where its name
    leads to private addresses that are not allowed, `get` and `send` raise `SyncError` and say nothing there.
    """

    def __init__(
        self, base: str, headers: Mapping[str, str], *, key: str, private: bool, auth: httpx.Auth | None = None,
        per_second: float = 0.0, wait: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        """``per_second``: requests at most; 0: as fast as they are answered."""
        check_url(base, private=private)
        self._base, self._key, self._wait = base, key, wait
        self._pause = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self.host = urlsplit(base).hostname or ""
        self._extensions = {} if private else {"trace": _only_public(base)}
        self._client = httpx.Client(
            headers={**headers, "accept": "application/json"}, auth=auth, timeout=TIMEOUT_SECONDS
        )

    def __enter__(self) -> "Calling":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **query: str | int) -> Any:
        """What stands at a path below the base, or at a URL of the same server (a link to the next page).

        Waits and asks again after 429 and 5xx. Raises `SyncError`.
        """
        url = path if "://" in path else self._base + path
        if _server(url) != _server(self._base):
            raise SyncError(f"{self.host} links to another server, which must not see the key: check the base URL")
        return _json(self._asked("GET", url, query=query), self.host)

    def send(self, method: str, path: str, body: object = None, *, missing: bool = False) -> Any:
        """Changes something at a path below the base; what is answered, None where nothing is.

        ``missing``: 404 is as good as done. Waits and asks again as `get`. Raises `SyncError`.
        """
        answer = self._asked(method, self._base + path, body=body, missing=missing)
        return _json(answer, self.host) if answer.is_success and answer.content.strip() else None

    def _asked(
        self, method: str, url: str, *, query: Mapping[str, str | int] | None = None, body: object = None,
        missing: bool = False,
    ) -> httpx.Response:  # fmt: skip
        for tried in range(1, TRIES + 1):
            self._keep_pace()
            try:
                answer = self._client.request(method, url, params=query or None, json=body, extensions=self._extensions)
            except AddressError as error:
                raise SyncError(f"{self.host}: {error}") from None
            except httpx.HTTPError as error:
                said, pause = f"cannot be reached ({type(error).__name__})", None
            else:
                if answer.is_success or (missing and answer.status_code == 404):
                    return answer
                if answer.status_code in (401, 403):
                    raise SyncError(f"{self.host} refuses the key ({answer.status_code}): it must be {self._key}")
                said, pause = f"answers {answer.status_code}", retry_after(_asked_for(answer.headers))
                if answer.status_code != 429 and answer.status_code < 500:
                    raise RefusedError(f"{self.host} {said} to {_shown(url)}: check the base URL and what is named")
            pause = float(2 ** (tried - 1)) if pause is None else pause
            if tried == TRIES or pause > MOST_SECONDS:
                break
            self._wait(pause)
        raise SyncError(f"{self.host} {said}: what was done is kept; run it again later, known entries change nothing")

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if now < self._next:
            self._wait(self._next - now)
        self._next = max(now, self._next) + self._pause


def _only_public(base: str) -> Callable[[str, dict[str, Any]], None]:
    """Stops a connection to the host of ``base`` that leads out of the internet, before anything is said there.

    For the extension ``trace`` of httpx (its page "Extensions"). A proxy of the operator's is another host, and may
    stand in the own network.
    """
    connecting, host = False, httpx.URL(base).raw_host.decode()

    def told(event: str, about: dict[str, Any]) -> None:
        nonlocal connecting
        if event == "connection.connect_tcp.started":
            if connecting := about["host"] == host:
                check_reached(base)
        elif event == "connection.connect_tcp.complete" and connecting:
            stream = about["return_value"]
            if not is_public(str(stream.get_extra_info("server_addr")[0])):
                stream.close()
                raise AddressError(NOT_PUBLIC)

    return told


def _asked_for(headers: httpx.Headers) -> str | None:
    """How long to wait: seconds, or a date. Brevo says it in a header of its own ("Rate limit headers")."""
    found: str | None = headers.get("retry-after") or headers.get("x-sib-ratelimit-reset")
    return found


def _shown(url: str) -> str:
    """The path of a URL; what follows a list may be an address, which is not told."""
    path = urlsplit(url).path
    return path.rpartition("/")[0] + "/..." if "@" in path or "%40" in path else path


def _server(url: str) -> tuple[str, str]:
    parts = urlsplit(urljoin(url, "/"))
    return parts.scheme, parts.netloc.lower()


def _json(answer: httpx.Response, host: str) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise SyncError(f"{host} answers something that is no JSON: check the base URL") from None


def entries(found: object, *names: str) -> list[dict[str, Any]]:
    """The list of objects under these names of an answer. Raises `SyncError` where there is none."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise SyncError("the answer is not the list that the API's reference describes: check the base URL")
    return found
