"""By what are failures kept apart? By category, permanence, stream and provider: what history rules may ask for."""

import zlib
from functools import lru_cache

import msgspec

TOUCHING = ("unknown_recipient", "inactive_recipient", "recipient_moved", "mailbox_full", "recipient_refused",
            "unknown_domain", "domain_refuses_mail")  # fmt: skip
"""The categories that say something about the recipient: faults recipient and domain."""
TRANSPORT = ("greylisted", "protocol_error", "network", "expired", "system_error", "system_full")
"""The categories that say something about a domain's servers at most: fault transport."""

_NUMBERS = {category: number for number, category in enumerate((*TOUCHING, *TRANSPORT), 1)}
"""Categories are stored by these numbers: only ever add to the end of the tuples, transport ends at 13."""
_NAMES = {number: category for category, number in _NUMBERS.items()}
PERMANENT = 1 << 5
"""The bit of a cell's number that says permanent."""


class Cell(msgspec.Struct, frozen=True):
    """What failures have in common that rules may ask for; streams and providers by `named`."""

    category: str
    permanent: bool
    stream: int
    provider: int


@lru_cache(4096)
def named(word: str | None) -> int:
    """16 bits for a normalised stream or a provider; 0 stands for one that is not known."""
    return (zlib.crc32(word.encode()) & 0xFFFF) or 1 if word else 0


@lru_cache(4096)
def stream_name(stream: str | None) -> str:
    """Streams are compared without case, and with hyphens."""
    return (stream or "").strip().lower().replace("_", "-").replace(" ", "-")


@lru_cache(4096)
def cell_of(category: str, permanent: bool | None, stream: str | None, provider: str | None) -> int:
    """The number under which failures like this are kept. Raises KeyError for categories that touch nobody."""
    kind = _NUMBERS[category] | (PERMANENT if permanent else 0)
    return kind | named(stream_name(stream)) << 8 | named(provider) << 24


@lru_cache(4096)
def cell(number: int) -> Cell:
    """What a cell's number stands for."""
    return Cell(_NAMES[number & 31], bool(number & PERMANENT), number >> 8 & 0xFFFF, number >> 24)
