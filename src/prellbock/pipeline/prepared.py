"""A batch with all its keys: what can be made of events before anything remembered is asked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import count
from typing import TypeVar, cast

import msgspec
import numpy as np

from prellbock.events import DeliveryEvent, columns
from prellbock.identity import Identity

_BLOCK = 512
"""Events that are worked on at once: they and their columns stay in the cache of the processor."""
_Kind = tuple[str, str | None, str | None]
_T = TypeVar("_T")


class Prepared(msgspec.Struct):
    """A batch with all its keys, ready to be judged: plain values, so that it can be made in another process.

    Of deliveries only columns are left: ``ids`` (event keys, int64), ``times`` (Unix seconds, float64), ``hashes``
    (16 octets each), ``messages`` (short keys, uint32), ``names`` (canonical addresses, one a line), ``kind_of`` (index
    into ``kinds``, int64).
    """

    size: int
    others: list[DeliveryEvent]
    other_keys: list[int]
    ids: bytes
    times: bytes
    hashes: bytes
    messages: bytes
    names: str
    kind_of: bytes
    kinds: list[_Kind]
    """Domain, MX host and stream of a delivery."""
    campaigns: list[str] = []
    campaign_of: bytes = b""
    """Of deliveries the index into ``campaigns`` (int64), -1: none; empty where no delivery has one."""


def prepare(events: Sequence[DeliveryEvent], identity: Identity) -> Prepared:
    """The part of `process` that needs nothing but the events: their keys."""
    others: list[DeliveryEvent] = []
    names: list[str] = []
    kinds: dict[_Kind, int] = defaultdict(count().__next__)
    campaigns: dict[str | None, int] = defaultdict(count().__next__, {None: -1, "": -1})
    ids: list[bytes] = []
    times: list[bytes] = []
    hashes: list[bytes] = []
    messages: list[bytes] = []
    kind_of: list[bytes] = []
    campaign_of: list[bytes] = []
    for begin in range(0, len(events), _BLOCK):
        block = events[begin : begin + _BLOCK]
        delivered = [event for event in block if event.outcome == "delivered" and event.recipient]
        if len(delivered) < len(block):
            others += [event for event in block if event.outcome != "delivered" or not event.recipient]
        if not delivered:
            continue
        of = columns(delivered)
        recipients = cast(Sequence[str], of.recipient)
        domains = [name.rpartition("@")[2] for name in recipients]
        names += recipients
        ids.append(identity.of_columns(of).tobytes())
        times.append(np.array(of.time, dtype=np.float64).tobytes())
        hashes.append(identity.of_addresses(recipients))
        messages.append(identity.of_delivered_messages(of.message_id).tobytes())
        kind_of.append(_numbers(kinds, zip(domains, of.mx, of.stream, strict=True)))
        campaign_of.append(_numbers(campaigns, of.campaign))
    return Prepared(
        size=len(events),
        others=others,
        other_keys=identity.of_events(others),
        ids=b"".join(ids),
        times=b"".join(times),
        hashes=b"".join(hashes),
        messages=b"".join(messages),
        names="\n".join(names),
        kind_of=b"".join(kind_of),
        kinds=[*kinds],
        campaigns=[name for name in campaigns if name],
        campaign_of=b"".join(campaign_of) if len(campaigns) > 2 else b"",
    )


def _numbers(known: dict[_T, int], values: Iterable[_T]) -> bytes:
    """The number of each value, int64."""
    return np.fromiter(map(known.__getitem__, values), np.int64).tobytes()
