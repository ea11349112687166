"""Recipients as a list, and releasing many at once. A part of the contract of every store."""

from collections.abc import Iterator
from typing import Literal, Protocol

import msgspec

from prellbock.history.judge import Standing
from prellbock.history.policy import Policy

Status = Literal["deliverable", "watched", "paused", "suppressed", "complained", "unsubscribed"]


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which recipients are meant; None leaves a field open. Times are Unix seconds UTC, both included."""

    status: Status | None = None
    """As it stands in the store: a pause may have ended meanwhile."""
    provider: str | None = None
    """Who answered in their latest event."""
    category: str | None = None
    rule: str | None = None
    """The history rule that decided."""
    prefix: str | None = None
    """How the address begins; nobody in hashed mode."""
    domain: str | None = None
    since: float | None = None
    """When the status began."""
    until: float | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A recipient in a list."""

    number: int
    hash: str
    address: str | None
    provider: str | None
    standing: Standing
    marks: tuple[str, ...]
    """``STATUS SCOPE`` of each complaint and unsubscribe that holds."""


class Releases(msgspec.Struct, frozen=True, kw_only=True):
    """What releasing many has done, or would do."""

    matched: int
    released: int
    """Those who may be mailed again; to the others applies something that a release does not lift."""
    by_status: dict[str, int]
    """Of those matched, how they stood."""
    by_category: dict[str, int]
    by_provider: dict[str, int]
    samples: tuple[Listed, ...]


class Recipients(Protocol):
    """The recipients of one installation."""

    def recipients(self, sought: Sought, *, after: int, most: int) -> list[Listed]:
        """Recipients (no domains) in the order of their numbers, those after a number."""
        ...

    def release_all(
        self, sought: Sought, *, actor: str, reason: str, policy: Policy, now: float, dry_run: bool = False
    ) -> Releases:
        """Releases everybody meant who is paused or suppressed; ``dry_run`` only says what would happen."""
        ...

    def withheld_now(self, now: float) -> Iterator[tuple[bytes, str, str, float | None]]:
        """Everything that withholds mail at ``now``: hash of the recipient or domain, status, scope, end of a pause."""
        ...
