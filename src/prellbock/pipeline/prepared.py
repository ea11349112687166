"""A batch with all its keys: what can be made of events before anything remembered is asked."""

from collections.abc import Sequence

import msgspec
import numpy as np

from prellbock.events import DeliveryEvent
from prellbock.identity import Identity


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
    kinds: list[tuple[str, str | None, str | None]]
    """Domain, MX host and stream of a delivery."""
    campaigns: list[str] = []
    campaign_of: bytes = b""
    """Of deliveries the index into ``campaigns`` (int64), -1: none; empty where no delivery has one."""


def prepare(events: Sequence[DeliveryEvent], identity: Identity) -> Prepared:
    """The part of `process` that needs nothing but the events: their keys."""
    others = [event for event in events if event.outcome != "delivered" or not event.recipient]
    delivered = events if not others else [e for e in events if e.outcome == "delivered" and e.recipient]
    names = [event.recipient or "" for event in delivered]
    kinds: dict[tuple[str, str | None, str | None], int] = {}
    enter = kinds.setdefault
    kind_of = [
        enter((name.rpartition("@")[2], event.mx, event.stream), len(kinds))
        for name, event in zip(names, delivered, strict=True)
    ]
    campaigns: dict[str, int] = {}
    if any(event.campaign for event in delivered):
        note = campaigns.setdefault
        campaign_of = [note(event.campaign, len(campaigns)) if event.campaign else -1 for event in delivered]
    else:
        campaign_of = []
    return Prepared(
        size=len(events),
        others=others,
        other_keys=identity.of_events(others),
        ids=np.array(identity.of_events(delivered), dtype=np.int64).tobytes(),
        times=np.array([event.time for event in delivered], dtype=np.float64).tobytes(),
        hashes=identity.of_addresses(names),
        messages=np.array(
            identity.of_delivered_messages([event.message_id for event in delivered]), dtype=np.uint32
        ).tobytes(),
        names="\n".join(names),
        kind_of=np.array(kind_of, dtype=np.int64).tobytes(),
        kinds=list(kinds),
        campaigns=list(campaigns),
        campaign_of=np.array(campaign_of, dtype=np.int64).tobytes(),
    )
