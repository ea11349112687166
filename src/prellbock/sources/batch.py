"""What a source hands on: a number of events, and what could not be read."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import xxhash

from prellbock.events import DeliveryEvent

BATCH_OCTETS = 4 * 1024 * 1024
"""Input that is read, judged and recorded in one transaction."""


class Bad(msgspec.Struct, frozen=True):
    """A piece of input that cannot be used: where it stands and what is wrong."""

    place: str
    what: str


Make = Callable[[Sequence[DeliveryEvent]], object]
"""What to make of events as soon as they are decoded, while they are in the cache of the processor."""


class Batch(msgspec.Struct):
    """Events that are recorded together. ``digest`` is the same whenever the same input is read again."""

    source: str
    events: list[DeliveryEvent]
    bad: list[Bad]
    digest: bytes
    not_a_report: int = 0
    forged: int = 0
    """Of these, reports that no token of ours proves (`sources.mail.tokens`)."""
    octets: int = 0
    """Size of the input it was read from."""
    made: list[Any] = []
    """What was made of further events (`Make`), which are not kept; they come before ``events``."""


def digest_of(*parts: bytes) -> bytes:
    """Identifies a batch by its input."""
    whole = xxhash.xxh3_128()
    for part in parts:
        whole.update(len(part).to_bytes(8))
        whole.update(part)
    return whole.digest()
