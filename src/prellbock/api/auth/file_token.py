"""The operator's key: a random token in a file that only its owner can read. It may do everything."""

import os
import secrets
from pathlib import Path

TOKEN_FILE = "token"  # noqa: S105 -- the name of the file
TOKEN_OCTETS = 32
SHORTEST = 32
"""Characters of a token that an operator has chosen."""


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
