"""One request of a provider, whom it is trusted as, and why it may be refused."""

from collections.abc import Mapping

import msgspec


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came in. Header names are lower case; ``received`` is Unix seconds."""

    body: bytes
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    received: float = 0.0


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """What one configured source expects of a request."""

    secrets: tuple[str, ...]
    """All that hold now: two while a key is being changed."""
    options: Mapping[str, str] = {}
    certificate: bytes | None = None
    """PEM of the certificate that the request names (`Provider.certificate`), fetched by who asks."""


class RefusedError(ValueError):
    """The request does not prove that it comes from the provider; the message says what is missing."""


class UnreadableError(ValueError):
    """The body is not what this provider sends; the message says what was expected."""


class Answer(msgspec.Struct, frozen=True):
    """What the provider wants to hear, where it is not told something but asks: a handshake."""

    body: Mapping[str, str] | None = None
    fetch: str | None = None
    """An address that must be asked for the handshake to be complete; it has passed the provider's own check."""
    expected: bool = False
    """Only where the source awaits one (`fetch` is asked for by whoever can send to us)."""
    headers: Mapping[str, str] = {}
