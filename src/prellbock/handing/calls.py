"""What is said over the socket: frames of msgpack, four octets of length (big-endian) before each.

The command begins with `Hello`; the worker answers with its own and closes if the versions differ. Then each `Call`
gets one `Answer`, in order.
"""

import struct
from typing import Any, BinaryIO

import msgspec

from prellbock.history.actions import Kind
from prellbock.pipeline import Prepared
from prellbock.store.apart import Apart
from prellbock.store.contract import Acted, Chosen
from prellbock.store.following import Reached

LENGTH = struct.Struct(">I")
LONGEST = 1 << 30
"""Octets of a frame."""

Done = tuple[int | None, list[Acted]]
"""What became of people's decisions: the operation, where there is one, and each recipient."""


class Hello(msgspec.Struct, frozen=True):
    """Who speaks."""

    version: str


class Ingest(msgspec.Struct, frozen=True, tag=True):
    """See `prellbock.store.contract.Store.ingest`."""

    batch: Prepared
    digest: bytes
    source: str
    now: float
    actor: str
    announce: bool
    settled: bool
    reached: Reached | None = None


class Announce(msgspec.Struct, frozen=True, tag=True):
    """See `prellbock.store.contract.Store.announce`."""

    now: float
    actor: str


class Reach(msgspec.Struct, frozen=True, tag=True):
    """See `prellbock.store.following.Follows.reach`."""

    reached: Reached
    now: float


class SetApart(msgspec.Struct, frozen=True, tag=True):
    """See `prellbock.store.apart.SetsApart.set_apart`."""

    found: list[Apart]


class Settle(msgspec.Struct, frozen=True, tag=True):
    """See `prellbock.store.incidents.Guards.settle`."""

    now: float


class Maintain(msgspec.Struct, frozen=True, tag=True):
    """See `prellbock.store.contract.Store.maintain`."""

    now: float


class Act(msgspec.Struct, frozen=True, tag=True):
    """See `prellbock.store.contract.Store.act`. ``once`` names this call: done twice, it is done once."""

    once: bytes
    addresses: list[str]
    kind: Kind
    scope: str
    actor: str
    reason: str
    now: float


class Undo(msgspec.Struct, frozen=True, tag=True):
    """See `prellbock.store.contract.Store.undo` and ``redo``."""

    once: bytes
    again: bool
    """Redo instead."""
    chosen: Chosen
    actor: str
    reason: str
    now: float
    dry_run: bool
    operation: int | None


Call = Ingest | Announce | Reach | SetApart | Settle | Maintain | Act | Undo


class Answer(msgspec.Struct, frozen=True):
    """What became of a call: a value, or the sentence of a `StoreError`."""

    value: msgspec.Raw
    problem: str | None = None


def write(file: BinaryIO, said: msgspec.Struct) -> None:
    """One frame. Raises `OSError` where the other side has gone."""
    octets = msgspec.msgpack.encode(said)
    file.write(LENGTH.pack(len(octets)) + octets)
    file.flush()


def read(file: BinaryIO, kind: Any) -> Any:
    """The next frame; None at the end. Raises `msgspec.MsgspecError` for what is not understood."""
    head = file.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if length > LONGEST:
        raise msgspec.DecodeError("the frame is too long")
    octets = file.read(length)
    return msgspec.msgpack.decode(octets, type=kind) if len(octets) == length else None
