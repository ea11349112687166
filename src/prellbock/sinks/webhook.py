"""Outgoing webhooks, signed after the Standard Webhooks specification (standardwebhooks.com).

A receiver checks ``webhook-signature`` (for each secret that holds ``v1,`` and the base64 of HMAC-SHA-256, or ``v1a,``
and that of ed25519, over ``id.timestamp.body``; several stand with blanks between), and that ``webhook-timestamp`` is
not old. ``webhook-id`` is the same for every attempt.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from prellbock import __version__

if TYPE_CHECKING:
    import httpx
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

RETRY_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Pauses after the first, second ... attempt that failed; then it is given up. The schedule of the specification."""
HEADERS = {"user-agent": f"Prellbock/{__version__}", "accept-encoding": "identity"}
"""Of every attempt. Answers are read as they come, so that a small one cannot grow large."""
PREFIX = "whsec_"
PRIVATE_PREFIX = "whsk_"
PUBLIC_PREFIX = "whpk_"
TIMEOUT_SECONDS = 15.0
_SEED_OCTETS = 32


class SecretError(ValueError):
    """A secret cannot be used; the message says what it must look like."""


class Signer(Protocol):
    """Signs with one secret."""

    def sign(self, signed: bytes) -> str:
        """A signature with its version, such as ``v1,g0hM9...``."""


class _Symmetric:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, signed: bytes) -> str:
        return f"v1,{base64.b64encode(hmac.digest(self._key, signed, hashlib.sha256)).decode()}"


class _Ed25519:
    def __init__(self, key: "Ed25519PrivateKey") -> None:
        self._key = key

    def sign(self, signed: bytes) -> str:
        return f"v1a,{base64.b64encode(self._key.sign(signed)).decode()}"


def key_of(secret: str) -> bytes:
    """The key in a secret such as ``whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw``. Raises `SecretError`."""
    key = _octets(secret.strip().removeprefix(PREFIX))
    if not 24 <= len(key) <= 64:
        raise SecretError(f"a webhook secret is {PREFIX} and the base64 of 24 to 64 random octets")
    return key


def signer_of(secret: str) -> Signer:
    """What signs with a secret: ``whsec_...`` by HMAC-SHA-256, ``whsk_...`` by ed25519. Raises `SecretError`."""
    secret = secret.strip()
    return _Ed25519(_private(secret)) if secret.startswith(PRIVATE_PREFIX) else _Symmetric(key_of(secret))


def new_secret(*, ed25519: bool = False) -> str:
    """A secret that nobody has thought out."""
    if not ed25519:
        return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    octets = key.private_bytes_raw() + key.public_key().public_bytes_raw()
    return PRIVATE_PREFIX + base64.b64encode(octets).decode()


def public_key_of(secret: str) -> str | None:
    """What receivers verify with, ``whpk_...``; None for symmetric secrets. Raises `SecretError`."""
    if not secret.strip().startswith(PRIVATE_PREFIX):
        return None
    public = _private(secret.strip()).public_key().public_bytes_raw()
    return PUBLIC_PREFIX + base64.b64encode(public).decode()


def _private(secret: str) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    octets = _octets(secret.removeprefix(PRIVATE_PREFIX))
    if len(octets) not in (_SEED_OCTETS, 2 * _SEED_OCTETS):
        raise SecretError(f"a private key is {PRIVATE_PREFIX} and the base64 of 32 octets (or 64 with the public key)")
    return Ed25519PrivateKey.from_private_bytes(octets[:_SEED_OCTETS])


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def headers_of(
    signers: Sequence[Signer], message: str, body: bytes, now: float, content_type: str = "application/json"
) -> dict[str, str]:
    """The headers of one attempt at ``now`` (Unix seconds)."""
    timestamp = int(now)
    signed = f"{message}.{timestamp}.".encode() + body
    return {
        "content-type": content_type,
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signer.sign(signed) for signer in signers),
    }


def send(client: "httpx.Client", url: str, signer: Signer, message: str, body: bytes, now: float) -> str | None:
    """One attempt; None where it was taken (2xx), else what was wrong. Redirects are not followed."""
    import httpx

    headers = headers_of([signer], message, body, now)
    try:
        answer = client.post(url, content=body, headers=headers, follow_redirects=False, timeout=TIMEOUT_SECONDS)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: the receiver cannot be reached"
    return None if answer.is_success else f"the receiver answered {answer.status_code}"
