"""Outgoing webhooks, signed after the Standard Webhooks specification (standardwebhooks.com), symmetric keys.

A receiver checks ``webhook-signature`` (``v1,`` and the base64 of HMAC-SHA-256 over ``id.timestamp.body`` with the
secret), and that ``webhook-timestamp`` is not old. ``webhook-id`` is the same for every attempt.
"""

import base64
import binascii
import hashlib
import hmac

import httpx

RETRY_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Pauses after the first, second ... attempt that failed; then it is given up. The schedule of the specification."""
PREFIX = "whsec_"
TIMEOUT_SECONDS = 15.0


class SecretError(ValueError):
    """A secret cannot be used; the message says what it must look like."""


def key_of(secret: str) -> bytes:
    """The key in a secret such as ``whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw``. Raises `SecretError`."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:
        raise SecretError(f"a webhook secret is {PREFIX} and the base64 of 24 to 64 random octets")
    return key


def signature(key: bytes, message: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``."""
    signed = f"{message}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def send(client: httpx.Client, url: str, key: bytes, message: str, body: bytes, now: float) -> str | None:
    """One attempt; None where it was taken (2xx), else what was wrong. Redirects are not followed."""
    timestamp = int(now)
    headers = {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(key, message, timestamp, body),
    }
    try:
        answer = client.post(url, content=body, headers=headers, follow_redirects=False, timeout=TIMEOUT_SECONDS)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: the receiver cannot be reached"
    return None if answer.is_success else f"the receiver answered {answer.status_code}"
