"""What the client returns and raises, and how requests and answers look. Nothing here talks to anybody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import httpx
import msgspec

AT_ONCE = 100_000
"""Addresses of one request."""
TIMEOUT_SECONDS = 60.0

T = TypeVar("T")


class ProblemError(Exception):
    """The server has refused; ``detail`` says why and what to do. ``more`` are further members of its answer."""

    def __init__(self, status: int, detail: str, more: Mapping[str, object]) -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail, self.more = status, detail, more


class Answer(msgspec.Struct, frozen=True):
    """May this address be mailed?"""

    address: str
    may_mail: bool
    status: str | None
    """None for a text that is no address."""
    until: str | None
    """End of a pause, RFC 3339."""
    reason: str


class Change(msgspec.Struct, frozen=True):
    """What became of one recipient, in one scope."""

    seq: int
    address: str | None
    status: str
    scope: str
    since: str | None
    until: str | None
    category: str | None
    hash: str
    decision: int | None = None
    rule: str | None = None
    source: str | None = None


class Stop(msgspec.Struct, frozen=True):
    """A campaign that should stop."""

    stop: int
    campaign: str
    domain: str | None
    """None: everywhere."""
    reason: str
    messages: int
    failed: int


class Incident(msgspec.Struct, frozen=True):
    """A time in which a provider called the living dead. Times are RFC 3339."""

    name: str
    provider: str | None
    category: str
    status: str
    begin: str
    end: str | None
    verdict: str
    by_hand: bool
    recipients: int
    decisions: int


class Incidents(msgspec.Struct, frozen=True):
    """The answer about incidents."""

    items: list[Incident]


class Stops(msgspec.Struct, frozen=True):
    """The answer about stops."""

    items: list[Stop]


class Changes(msgspec.Struct, frozen=True):
    """A piece of the change feed. Keep ``cursor`` once the items are dealt with."""

    items: list[Change]
    cursor: str
    more: bool
    restarted: bool
    """The feed begins anew: forget what you hold."""
    stops: list["Stop"] = []
    """Campaigns that should stop, as of now."""


class Page(msgspec.Struct, frozen=True):
    """A part of the list of everything that withholds mail."""

    items: list[Change]
    next: str | None


class HashKey(msgspec.Struct, frozen=True):
    """How the server hashes addresses: keyed BLAKE2b, 16 octets. ``key`` names the ``secret`` (hexadecimal)."""

    key: str
    secret: str


class BadLine(msgspec.Struct, frozen=True):
    """An event that was refused: its line, from 1, and why."""

    line: int
    what: str


class Counts(msgspec.Struct, frozen=True):
    """What became of events; the rest of the server's counts is left out."""

    read: int
    new: int
    duplicate: int
    bad: int
    bad_lines: list[BadLine]


def base(address: str, token: str) -> dict[str, Any]:
    """What both clients tell httpx."""
    return {
        "base_url": address,
        "headers": {"Authorization": f"Bearer {token}"},
        "timeout": httpx.Timeout(TIMEOUT_SECONDS + 30, connect=10),
    }


def decoded(answer: httpx.Response, kind: type[T]) -> T:
    """The answer as a struct. Raises `ProblemError`."""
    if answer.is_success:
        return msgspec.json.decode(answer.content, type=kind)
    try:
        told: dict[str, Any] = answer.json()
    except ValueError:
        told = {}
    detail = str(told.pop("detail", "")) or f"the server answered {answer.status_code}"
    raise ProblemError(answer.status_code, detail, told)


class Checked(msgspec.Struct):
    """The answer to a check."""

    answers: list[Answer]


def refused(answer: httpx.Response) -> None:
    """Raises `ProblemError` for an answer that is none of the things asked for."""
    if not answer.is_success:
        decoded(answer, HashKey)


def tagged(tag: str) -> dict[str, str]:
    """The header that asks only for what is new since ``tag`` (empty: whatever there is)."""
    return {"If-None-Match": f'"{tag}"'} if tag else {}


def questions(
    addresses: Iterable[str], stream: str | None, intent: str | None, campaign: str
) -> Iterator[tuple[bytes, dict[str, str]]]:
    """The bodies of a check, each short enough for one request."""
    more = {"stream": stream, "intent": intent, "campaign": campaign or None}
    asked = {name: value for name, value in more.items() if value is not None}
    rest = iter(addresses)
    while part := list(islice(rest, AT_ONCE)):
        yield msgspec.json.encode({"addresses": part, **asked}), {"Content-Type": "application/json"}


def lines(events: Sequence[Mapping[str, object]]) -> bytes:
    """Events as NDJSON."""
    return msgspec.json.Encoder().encode_lines(events)


def where(cursor: str | None, limit: int, wait: float) -> dict[str, str | int | float]:
    """The query of the change feed."""
    return {"limit": limit, "wait": wait, **({"cursor": cursor} if cursor else {})}
