"""The key to the server: a random token in a file that only its owner can read."""

import hmac
import os
import secrets
from pathlib import Path

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

TOKEN_FILE = "token"  # noqa: S105 -- the name of the file
TOKEN_OCTETS = 32
SHORTEST = 32
"""Characters of a token that an operator has chosen."""
OPEN = "open"
"""Set in a route's ``opt``: this route asks for no token."""


class TokenError(Exception):
    """The token cannot be made or read; the message says why and what to do."""


def token_of(folder: Path) -> tuple[str, bool]:
    """The token of a data folder, and whether it was made just now. Raises `TokenError`."""
    path = folder / TOKEN_FILE
    fresh = secrets.token_urlsafe(TOKEN_OCTETS)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path), False
    except OSError as error:
        raise TokenError(f"{path} cannot be written ({error.strerror}): make the data folder writable") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        os.fchmod(handle, 0o600)
        file.write(fresh + "\n")
        file.flush()
        os.fsync(handle)
    return fresh, True


def _read(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise TokenError(f"{path} can be read by others: run `chmod 600 {path}`, or delete it for a new token")
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TokenError(f"{path} cannot be read ({error}): mend it, or delete it for a new token") from error
    if len(token) < SHORTEST or any(not "!" <= character <= "~" for character in token):
        raise TokenError(f"{path} holds no token of at least {SHORTEST} characters: delete it for a new one")
    return token


def guard(token: str) -> Guard:
    """Lets nobody in without ``Authorization: Bearer TOKEN``, except to routes that are marked `OPEN`."""
    expected = token.encode()

    def check(connection: ASGIConnection, handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]
        if handler.opt.get(OPEN):
            return
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), expected)
        if scheme.lower() != "bearer" or not right:
            raise NotAuthorizedException(
                "send the header `Authorization: Bearer TOKEN`; the file `token` of the data folder holds the token",
                headers={"WWW-Authenticate": 'Bearer realm="prellbock"'},
            )

    return check
