"""Random secrets and passwords: how they are made, and what is stored of them."""

import hashlib
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

TOKEN_PREFIX = "pb_"  # noqa: S105 -- by which scanners know a token of ours
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
_AT_ONCE = threading.BoundedSemaphore(2)
"""Hashing a password takes 64 MiB for a moment."""
_hasher = PasswordHasher()
"""Argon2id with the parameters that RFC 9106 recommends second: 64 MiB, three passes, four lanes."""


def fresh() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    """What is stored of a random secret. It needs no salt and no slowness: nobody guesses 256 bits."""
    return hashlib.blake2b(
        secret.encode("utf-8", "surrogateescape"), digest_size=32, person=b"prellbock-secret"
    ).digest()


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with salt and parameters. Slow on purpose."""
    with _AT_ONCE:
        return _hasher.hash(password)


def is_password(password: str, stored: str | None) -> bool:
    """Whether the password has this hash; takes as long where there is none."""
    nobody = _nobody()
    with _AT_ONCE:
        try:
            return _hasher.verify(stored or nobody, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    """Verified where there is no such user, so that the time does not tell. Made before the first is verified."""
    return _hasher.hash(secrets.token_urlsafe())
