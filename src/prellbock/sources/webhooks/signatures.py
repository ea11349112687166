"""The ways in which a request proves whom it comes from. Each raises `RefusedError`, and compares in constant time."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable

from prellbock.sources.webhooks.call import Call, RefusedError, Trust

SECRET_HEADER = "x-webhook-secret"  # noqa: S105 -- the name of a header
AHEAD_SECONDS = 300.0
"""How far the clock of a provider may be ahead of ours."""


def shared_secret(call: Call, trust: Trust) -> None:
    """The secret itself comes along: as password of basic authentication (any user), bearer token, or header."""
    _demand_shared(call, trust, ())


def shared_secret_or_key(call: Call, trust: Trust) -> None:
    """As `shared_secret`, and also as ``?key=`` of the address, for providers that can send nothing else."""
    _demand_shared(call, trust, (call.query.get("key", ""),))


def _demand_shared(call: Call, trust: Trust, more: Iterable[str]) -> None:
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    offered = [call.headers.get(SECRET_HEADER, ""), *more]
    if scheme.lower() == "bearer":
        offered.append(given.strip())
    elif scheme.lower() == "basic":
        try:
            offered.append(base64.b64decode(given.strip(), validate=True).decode("utf-8", "replace").partition(":")[2])
        except binascii.Error:
            raise RefusedError("Authorization: basic, but not base64") from None
    offered = [each for each in offered if each]
    if not offered:
        raise RefusedError(
            "no secret came along: let the provider send it as password of basic authentication, as bearer token, or "
            f"in the header {SECRET_HEADER}"
        )
    if True not in [matches(each, secret) for each in offered for secret in trust.secrets]:
        raise RefusedError("the secret that came along is not one of this source")


def matches(given: str | bytes, wanted: str | bytes) -> bool:
    """Equality in constant time, of texts in any characters."""
    left = given.encode("utf-8", "surrogateescape") if isinstance(given, str) else given
    right = wanted.encode("utf-8", "surrogateescape") if isinstance(wanted, str) else wanted
    return hmac.compare_digest(left, right)


def mac(secret: bytes, message: bytes, function: str = "sha256") -> bytes:
    """The HMAC (RFC 2104) of a message."""
    return hmac.new(secret, message, getattr(hashlib, function)).digest()


def any_holds(trust: Trust, holds: Callable[[str], bool], what: str) -> None:
    """Demands that one of the secrets fits; all are tried, so that the time does not tell which."""
    if True not in [holds(secret) for secret in trust.secrets]:
        raise RefusedError(f"{what} does not fit the body and any key of this source")


def header(call: Call, name: str) -> str:
    """A header that must be there."""
    if not (found := call.headers.get(name.lower(), "").strip()):
        raise RefusedError(f"the header {name} is missing: turn signing on at the provider")
    return found


def recent(stamp: str, now: float, most: float) -> None:
    """Demands that the time of a signature (Unix seconds) is at most ``most`` seconds old, and not ahead of us."""
    try:
        made = float(stamp)
    except ValueError:
        raise RefusedError(f"the time of the signature is no number: {stamp[:40]!r}") from None
    if not now - most <= made <= now + AHEAD_SECONDS:
        raise RefusedError(
            f"the signature is of another time (more than {most:,.0f} s old, or ahead of our clock): an old request "
            "was sent again, or a clock is wrong"
        )


def from_base64(text: str, what: str) -> bytes:
    """The octets of a signature."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(f"{what} is not base64") from None
