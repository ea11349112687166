"""How does a return path prove that a bounce is genuine? By a token that only the sender of the mail could make.

A token has 20 characters of the base32 alphabet ``a-z2-7`` (RFC 4648 section 6), read without regard to case:

    dddd mmmmmmmmmmmmmmmm
    |    `- 80 bits: HMAC-SHA256(key, "prellbock-return-path-1" NUL day NUL canonical recipient), the first ten octets
    `------ 20 bits: the day it was made, days since 1 January 1970 UTC

It stands in the local part, which has 64 octets at most (RFC 5321 section 4.5.3.1.1). Whoever got one mail knows one
token, and with it can only report on the address that mail went to.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from prellbock.addresses import AddressError, canonical

TOKEN = r"[a-z2-7]{20}"  # noqa: S105
DAYS = 30
"""For so long after the mail was sent a token is good: servers retry for five days, people are away for weeks."""
DAY_SECONDS = 86_400
MIN_KEY_OCTETS = 32

_CONTEXT = b"prellbock-return-path-1"
_IS_TOKEN = re.compile(TOKEN)


class KeyFileError(ValueError):
    """A key file cannot be used; the message says why and what to do."""


def read_keys(path: Path) -> tuple[bytes, ...]:
    """The keys of a key file: one a line in hexadecimal, at least 64 digits; empty lines and ``#`` comments between.

    The first makes tokens, all of them verify, so that a key can be replaced without losing bounces on their way.
    Raises `KeyFileError` and OSError.
    """
    keys: list[bytes] = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            key = bytes.fromhex(text)
        except ValueError:
            raise KeyFileError(
                f"{path}:{number}: not hexadecimal; a key is made by `prellbock return-path key`"
            ) from None
        if len(key) < MIN_KEY_OCTETS:
            raise KeyFileError(
                f"{path}:{number}: the key has {len(key)} octets; it must have at least {MIN_KEY_OCTETS}"
            )
        keys.append(key)
    if not keys:
        raise KeyFileError(f"{path}: holds no key; make one with `prellbock return-path key`")
    return tuple(keys)


def new_key() -> str:
    """A fresh random key, as a line for a key file."""
    return secrets.token_hex(MIN_KEY_OCTETS)


def make_token(key: bytes, recipient: str, now: float) -> str:
    """The token for mail sent to a recipient at ``now`` (Unix seconds). Raises `AddressError`."""
    return _token(key, canonical(recipient), int(now // DAY_SECONDS))


def verify(keys: Sequence[bytes], token: str, recipients: Iterable[str], now: float, days: int = DAYS) -> str | None:
    """The one of the (canonical) recipients that a token was made for, None if it is forged, too old or of tomorrow."""
    token = token.lower()
    if not _IS_TOKEN.fullmatch(token):
        return None
    made = int.from_bytes(base64.b32decode(f"aaaa{token[:4]}".upper())[2:]) & 0xFFFFF
    today = int(now // DAY_SECONDS)
    if not today - days <= made <= today + 1:
        return None
    for recipient in recipients:
        for key in keys:
            if hmac.compare_digest(_token(key, recipient, made), token):
                return recipient
    return None


def with_token(pattern: str, key: bytes, recipient: str, now: float) -> str:
    """A return path after a pattern such as ``b+{token}={local}={domain}@news.example``.

    Where the local part would be longer than 64 octets, ``{local}`` and ``{domain}`` and the signs between them are
    left out: the token alone still proves the bounce. Raises `AddressError`.
    """
    address = canonical(recipient)
    local, _, domain = address.rpartition("@")
    token = make_token(key, address, now)
    head, _, host = pattern.rpartition("@")
    full = head.replace("{token}", token).replace("{local}", local).replace("{domain}", domain)
    if len(full.encode()) > 64 or not full.isascii():
        full = head.partition("{token}")[0] + token if "{token}" in head else full
    if len(full.encode()) > 64:
        raise AddressError(f"the return path of {address} after {pattern} has more than 64 octets before the @")
    return f"{full}@{host}"


def _token(key: bytes, recipient: str, day: int) -> str:
    message = b"\0".join((_CONTEXT, str(day).encode(), recipient.encode("utf-8", "surrogatepass")))
    digest = hmac.digest(key, message, hashlib.sha256)[:10]
    stamp = base64.b32encode((day & 0xFFFFF).to_bytes(5))[-4:]
    return (stamp + base64.b32encode(digest)).decode().lower()
