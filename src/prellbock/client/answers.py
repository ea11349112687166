"""What the client returns of people, causes and figures. Times are RFC 3339; fields that are not here are left out."""

from collections.abc import Sequence
from typing import Any

import msgspec


class Classified(msgspec.Struct, frozen=True):
    """The cause and the fault of a response."""

    response: str
    category: str
    fault: str
    permanent: bool | None
    decided_by: str
    rule: str | None
    confidence: float
    template: str
    provider: str | None
    explanation: dict[str, Any] | None = None
    """Where it was asked for: ``sentence``, ``advice``, ``matches`` (every rule that matched) and more."""


class DomainStanding(msgspec.Struct, frozen=True):
    """What holds for a whole domain."""

    status: str
    since: str | None
    until: str | None
    category: str | None
    rule: str | None


class Story(msgspec.Struct, frozen=True):
    """What is known of one recipient, and why the status is what it is."""

    address: str | None
    status: str
    since: str | None
    until: str | None
    category: str | None
    rule: str | None
    source: str | None
    explanation: str
    marks: list[dict[str, Any]]
    """Complaints, unsubscribes and consents."""
    domain: DomainStanding
    last_delivery: str | None
    last_engagement: str | None
    evidence: list[dict[str, Any]]
    """The events that the status rests on."""
    actions: list[dict[str, Any]]
    """What people did."""


class Done(msgspec.Struct, frozen=True):
    """What became of one recipient."""

    address: str | None
    hash: str
    before: str
    status: str
    until: str | None


class BadAddress(msgspec.Struct, frozen=True):
    """A text that names nobody, and why."""

    address: str
    what: str


class Acts(msgspec.Struct, frozen=True):
    """What was done; ``bad`` was left out."""

    items: list[Done]
    bad: list[BadAddress]


class Undone(msgspec.Struct, frozen=True):
    """What undoing or redoing decisions did; the first of the recipients in ``items``."""

    operation: str | None
    """Names it, for redoing."""
    dry_run: bool
    decisions: int
    recipients: int
    changed: int
    items: list[Done]


class Count(msgspec.Struct, frozen=True):
    """How many events; only the dimensions that were asked for are there."""

    count: int
    time: str | None = None
    outcome: str | None = None
    category: str | None = None
    fault: str | None = None
    provider: str | None = None
    stream: str | None = None
    rule: str | None = None


class Statistics(msgspec.Struct, frozen=True):
    """The counts of a time."""

    since: str | None
    until: str | None
    items: list[Count]


class Piece(msgspec.Struct, frozen=True):
    """The figures of a piece of time (docs/reference/http.md, ``GET /v1/overview``)."""

    time: str | None
    events: int
    delivered: int
    deferred: int
    bounced: int
    hard: int
    final: int
    failures: int
    unclassified: int
    suppressed: int
    revived: int


class Overview(msgspec.Struct, frozen=True):
    """The figures of a time and of the time of the same length before it."""

    since: str | None
    until: str | None
    step: int
    """Length of a piece in seconds."""
    now: Piece
    before: Piece
    pieces: list[Piece]
    newest_input: str | None


def responses(texts: Sequence[str]) -> bytes:
    """Responses as lines of a request."""
    return msgspec.json.Encoder().encode_lines([{"response": text} for text in texts])


def given(**values: str | bool | None) -> dict[str, str | bool]:
    """What is not None."""
    return {name: value for name, value in values.items() if value is not None}


def keyed(key: str) -> dict[str, str]:
    """The header under which a change is made once, however often it is sent; empty: as often as it is sent."""
    return {"Idempotency-Key": key} if key else {}
