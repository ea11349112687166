"""How is a log read? In pieces of whole lines, by a reader that remembers what concerns messages still in a queue."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Protocol

import msgspec

from prellbock.events import DeliveryEvent
from prellbock.sources.logs.joins import Joins


class Setting(msgspec.Struct, frozen=True):
    """What a reader must know of a file."""

    written: float
    """Unix seconds: when its last line was written, at the latest; dates without a year are before that."""
    zone: tzinfo | None = None
    """Of times that name none; None is the zone of this machine."""
    joins: Joins = msgspec.field(default_factory=Joins)


class Found(msgspec.Struct):
    """What a piece of a log tells; ``bad`` are lines that should have told something: index, and what is wrong."""

    events: list[DeliveryEvent]
    bad: list[tuple[int, str]]


class Reader(Protocol):
    """Reads one file from its beginning, or from where it was left."""

    def read(self, lines: list[bytes]) -> Found:
        """The events of further lines; their times are set, nothing else is checked yet."""
        ...


class Format(msgspec.Struct, frozen=True):
    """A kind of log."""

    name: str
    title: str
    begin: Callable[[Setting], Reader]
    recognises: Callable[[bytes], bool]
    """Whether the first octets of a file look like this; at least one whole line."""
    has_header: bool = False
    """The first line of each file names the columns."""


Words = Mapping[str, str]
"""A server's words for causes, and our categories."""
