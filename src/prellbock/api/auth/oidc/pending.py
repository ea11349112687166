"""Who is away at the provider? Each sign-in that was begun may end once, in the same browser, within ten minutes."""

import hmac
import time
from collections.abc import Callable

import msgspec

from prellbock.api.auth.secrets import fresh, hash_of

SECONDS = 600.0


class Pending(msgspec.Struct, frozen=True):
    """A sign-in that was begun."""

    state: str
    """Comes back with the answer; names this sign-in."""
    nonce: str
    """Stands in the ID token that belongs to it."""
    verifier: str
    """Proves that who asks for the tokens has begun it (PKCE, RFC 7636)."""
    browser: bytes
    """Hash of the cookie of the browser that has begun it."""
    redirect_uri: str
    return_to: str
    begun: float


class Pendings:
    """All of them, in memory: who is away while the server starts anew begins anew."""

    MOST = 10_000
    """The oldest are forgotten first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: dict[str, Pending] = {}

    def begin(self, redirect_uri: str, return_to: str) -> tuple[Pending, str]:
        """A new one, and the secret for the browser's cookie."""
        secret = fresh()
        pending = Pending(fresh(), fresh(), fresh(), hash_of(secret), redirect_uri, return_to, self._clock())
        while len(self._begun) >= self.MOST:
            self._begun.pop(next(iter(self._begun)))
        self._begun[pending.state] = pending
        return pending, secret

    def take(self, state: str, secret: str) -> Pending | None:
        """The one that this answer belongs to; from now on there is none."""
        pending = self._begun.get(state)
        if pending is None or not hmac.compare_digest(pending.browser, hash_of(secret)):
            return None
        del self._begun[state]
        return pending if self._clock() - pending.begun <= SECONDS else None
