"""The frames of a body on its way to the worker: four octets of length (big-endian), then the octets.

First comes a `Task` as JSON, then the body in pieces, then a frame of length 0: the body is complete. A socket that is
closed without it, or `BROKEN_OFF` instead, says that the body has no end. The worker sends one frame, an `Outcome`.
"""

import struct

import msgspec

LENGTH = struct.Struct(">I")
END = LENGTH.pack(0)
SOURCE = "http"
"""The source of batches that came this way, as the store remembers it."""
BODY, CALLS = b"\0", b"\1"
"""What comes over a socket that the worker is given: a body, or the calls of a command."""
BROKEN_OFF = LENGTH.pack(0xFFFF_FFFF)


class Hook(msgspec.Struct):
    """Of whom a webhook is; it has been verified."""

    provider: str
    source: str
    options: dict[str, str]
    headers: dict[str, str]


class Task(msgspec.Struct):
    """What to do with the body that follows. ``most`` is its length at most once it is unpacked, in octets."""

    kind: str
    """``events`` (NDJSON), ``mails`` (one message, or an mbox), ``file`` (in ``format_``) or ``webhook``."""
    is_gzip: bool
    most: int
    most_bad: int
    """Bad lines that are named."""
    now: float
    request: str | None = None
    """The id of the request, for the log."""
    trace: str | None = None
    """The span of the request, as ``traceparent``."""
    hook: Hook | None = None
    format_: str = "auto"
    """Of a file (`prellbock.sources.registry.FORMATS`)."""


class BadLine(msgspec.Struct):
    """A piece of the body that was refused: the number of its line (or mail) from 1, and why."""

    line: int
    what: str


class Failure(msgspec.Struct):
    """Why the body was not taken to its end: the status of HTTP, and what to do."""

    status: int
    what: str


class Outcome(msgspec.Struct):
    """What became of a body; what is counted is stored for good."""

    counts: dict[str, int]
    bad_lines: list[BadLine]
    failure: Failure | None = None


def frame(octets: bytes) -> bytes:
    """One frame; ``octets`` must not be empty."""
    return LENGTH.pack(len(octets)) + octets
