"""Input into the store: read, judge, record, batch by batch. The shell around `pipeline` for one machine."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from prellbock.identity import Identity
from prellbock.pipeline import Classifies, Prepared, joined, prepare
from prellbock.sources.batch import Bad, Batch, Make
from prellbock.store.contract import Store
from prellbock.store.following import Reached

COUNTS = ("read", "new", "duplicate", "bad", "not_a_report", "delivered", "deferred", "failed", "complaint",
          "unsubscribe", "auto_reply")  # fmt: skip
"""Counts that are always given, in this order; other outcomes follow when they occur."""


class Ready(msgspec.Struct):
    """A batch as it comes out of a source, with its keys made."""

    source: str
    prepared: Prepared
    bad: list[Bad]
    digest: bytes
    not_a_report: int
    octets: int
    forged: int = 0
    reached: Reached | None = None
    """Where its reader stands after it, if that is to be remembered."""


def made_with(identity: Identity) -> Make:
    """For sources that can make it of events as they decode them; `make_ready` takes it from there."""
    return lambda events: prepare(events, identity)


def make_ready(batch: Batch, identity: Identity) -> Ready:
    """What can be done with a batch before the store is asked."""
    made: list[Prepared] = batch.made
    if batch.events or not made:
        made = [*made, prepare(batch.events, identity)]
    return Ready(
        batch.source,
        joined(made),
        batch.bad,
        batch.digest,
        batch.not_a_report,
        batch.octets,
        batch.forged,
    )


def ingest(
    batches: Iterable[Ready],
    *,
    store: Store,
    classifier: Classifies | None = None,
    now: float,
    on_bad: Callable[[Bad], None],
    on_batch: Callable[[Ready], None] = lambda batch: None,
    maintain: bool = True,
    announce: bool = True,
    alone: bool = False,
) -> dict[str, int]:
    """Brings batches into the store and returns the counts.

    ``read`` is the sum of ``new``, ``duplicate``, ``bad`` and ``not_a_report``; ``forged`` is a part of the last.
    Raises `StoreError`; what was recorded before stays, and reading the same input again goes on from there. Without
    ``classifier`` the rules in force judge. ``maintain``: run the store's housekeeping at the end; a shell that takes
    many small inputs does that now and then instead. Without ``announce`` the batches are judged and nothing is told
    before the end of the last (a back-fill). ``alone``: there is one batch, which is settled in its own transaction.
    """
    totals: Counter[str] = Counter()
    for batch in batches:
        for bad in batch.bad:
            on_bad(bad)
        totals.update(noted(batch))
        if batch.prepared.size:
            totals.update(
                store.ingest(
                    batch.prepared,
                    digest=batch.digest,
                    source=batch.source,
                    classifier=classifier,
                    now=now,
                    announce=announce,
                    reached=batch.reached,
                    settled=alone,
                )
            )
        elif batch.reached is not None:
            store.reach(batch.reached, now)
        on_batch(batch)
    store.settle(now)
    if not announce:
        store.announce(now)
    if maintain:
        store.maintain(now)
    return in_order(totals)


def noted(batch: Ready) -> dict[str, int]:
    """The counts of what stood in a batch and is no event."""
    counts = {"bad": len(batch.bad), "not_a_report": batch.not_a_report}
    counts["read"] = sum(counts.values())
    return counts | {"forged": batch.forged} if batch.forged else counts


def in_order(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts as they are told: `COUNTS`, then those of other outcomes by name."""
    others = sorted((name, count) for name, count in counts.items() if name not in COUNTS)
    return {name: counts.get(name, 0) for name in COUNTS} | dict(others)


def one_by_one(paths: Iterable[str], read: Callable[[str], Iterator[Batch]]) -> Iterator[Batch]:
    """The batches of several inputs, one after the other."""
    for path in paths:
        yield from read(path)
