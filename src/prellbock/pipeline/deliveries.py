"""Deliveries: never rows, counted once, and most of them touch nothing."""

from collections import Counter
from itertools import compress

import numpy as np

from prellbock.guard.grouping import grouped
from prellbock.identity import ENGAGED, Identity, shorts
from prellbock.pipeline.memory import Memory
from prellbock.pipeline.prepared import Prepared
from prellbock.pipeline.result import DAY, HOUR, Deliveries, Place, RollupKey
from prellbock.providers import provider_of


def deliver(
    prepared: Prepared, memory: Memory, rollups: Counter[RollupKey]
) -> tuple[Deliveries, list[str], dict[Place, float]]:
    """The new deliveries as columns, with their addresses; per domain and day the latest delivery."""
    ids = np.frombuffer(prepared.ids, dtype=np.int64)
    at = np.frombuffer(prepared.times, dtype=np.float64)
    kind_of = np.frombuffer(prepared.kind_of, dtype=np.int64)
    campaign_of = np.frombuffer(prepared.campaign_of, dtype=np.int64)
    hours = (at // HOUR).astype(np.int64)
    new = np.zeros(len(ids), dtype=np.bool_)
    new[np.unique(ids, return_index=True)[1]] = True
    if len(ids):
        new &= ~memory.known_deliveries(hours, ids)

    # Counted per (domain, mx, stream) and hour; of the domain the latest delivery of each day.
    size = max(len(prepared.kinds), 1)
    cells, cell_of = grouped(hours * size + kind_of)
    hits = np.bincount(cell_of[new], minlength=len(cells)).tolist()
    latest = np.zeros(len(cells))
    np.maximum.at(latest, cell_of, at)
    domains: dict[Place, float] = {}
    for cell, count, newest in zip(cells.tolist(), hits, latest.tolist(), strict=True):
        hour, kind = divmod(cell, size)
        domain, mx, stream = prepared.kinds[kind]
        if count:
            provider = provider_of(mx, f"@{domain}") or ""
            rollups[RollupKey(hour, "delivered", "none", provider, stream or "", "", "delivered")] += count
        place = (domain, hour // 24)
        domains[place] = max(newest, domains.get(place, 0.0))
    deliveries = Deliveries(
        hours=hours[new],
        events=ids[new],
        days=(at[new] // DAY).astype(np.int32),
        recipients=shorts(prepared.hashes)[new],
        times=at[new],
        messages=np.frombuffer(prepared.messages, dtype=np.uint32)[new],
        kinds=kind_of[new],
        campaigns=campaign_of[new] if len(campaign_of) else campaign_of,
        places=np.flatnonzero(new),
    )
    names = prepared.names.split("\n") if len(ids) else []
    return deliveries, names if new.all() else list(compress(names, new.tolist())), domains


class SignsOfLife:
    """What shows life without being a delivery to a recipient.

    Of a domain the latest delivery of each day, or another answer that shows that somebody is there; of a recipient its
    opens and clicks.
    """

    def __init__(self, latest: dict[Place, float], engaged: list[tuple[str, float]], identity: Identity) -> None:
        """``latest``: domain and day → time; ``engaged``: canonical address and time of each open or click."""
        self.names = [f"@{domain}" for domain, _ in latest] + [name for name, _ in engaged]
        self.hashes = identity.of_addresses(self.names)
        self.keys = shorts(self.hashes)
        self.times = np.array([*latest.values(), *(time for _, time in engaged)], dtype=np.float64)
        self.messages = np.repeat(np.array([0, ENGAGED], dtype=np.uint32), [len(latest), len(engaged)])

    def added_to(self, deliveries: Deliveries) -> Deliveries:
        """The deliveries with these among them, so that all are remembered in one way."""
        if not self.names:
            return deliveries
        return Deliveries(
            hours=deliveries.hours,
            events=deliveries.events,
            days=np.concatenate([deliveries.days, (self.times // DAY).astype(np.int32)]),
            recipients=np.concatenate([deliveries.recipients, self.keys]),
            times=np.concatenate([deliveries.times, self.times]),
            messages=np.concatenate([deliveries.messages, self.messages]),
            kinds=deliveries.kinds,
            campaigns=deliveries.campaigns,
            places=deliveries.places,
        )
