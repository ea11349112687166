"""From what came in by a door into the store: decoded, judged and recorded before it is told that it was taken."""

import io
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, cast

from prellbock.doors.arrival import Arrival, Fate, Taken
from prellbock.events import DeliveryEvent
from prellbock.ingest import ingest, make_ready
from prellbock.sources.batch import BATCH_OCTETS, Batch, digest_of
from prellbock.sources.mail import Owner
from prellbock.sources.registry import decode
from prellbock.store.apart import MOST_OCTETS, Apart
from prellbock.store.contract import Store
from prellbock.store.following import Reached

_PIECE = 1 << 16


class Storing:
    """The store as doors know it. Safe to share between threads: they decode side by side, and record by turns.

    ``owner`` says who knows our return paths now.
    """

    def __init__(
        self, store: Store, owner: Callable[[float], Owner | None], clock: Callable[[], float] = time.time
    ) -> None:
        self.store, self._owner, self.clock = store, owner, clock
        self._lock = threading.Lock()

    def take(self, door: str, arrivals: Sequence[Arrival], format_: str, stream: str | None) -> Taken:
        """Stores everything for good. Raises `StoreError`; what is given again after that changes nothing."""
        now = self.clock()
        owner = self._owner(now)
        held, fates, apart, batches = Batch(door, [], [], b""), [], [], []
        digests: list[bytes] = []
        for arrival in arrivals:
            content = io.BufferedReader(cast(io.RawIOBase, io.BytesIO(arrival.content)), _PIECE)
            found = list(decode(cast(BinaryIO, content), format_, arrival.place, now, arrival.kept, owner))
            fates.append(_fate(found))
            if fates[-1] == "apart":
                apart.append(_apart(door, arrival.place, found, now, arrival.content))
            for batch in found:
                _add(held, batch, stream)
                digests.append(batch.digest)
            if held.octets >= BATCH_OCTETS:
                batches.append(_whole(held, digests))
                held, digests = Batch(door, [], [], b""), []
        batches.append(_whole(held, digests))
        return Taken(fates, self._record(batches, apart, now))

    def take_file(
        self, door: str, content: BinaryIO, place: str, kept: float, format_: str, stream: str | None
    ) -> Taken:
        """The same for something large, which is read as it is recorded."""
        now = self.clock()
        fate: Fate = "nothing"
        bad: list[Batch] = []
        counts: Counter[str] = Counter()
        for found in decode(content, format_, place, now, kept, self._owner(now)):
            fate = "used" if found.events and fate == "nothing" else fate
            if found.bad:
                fate = "apart"
                bad.append(Batch(place, [], found.bad, b""))
            held = Batch(door, [], [], found.digest)
            _add(held, found, stream)
            counts.update(self._record([held], [], now))
        if bad:
            counts.update(self._record([], [_apart(door, place, bad, now, None)], now))
        return Taken([fate], dict(counts))

    def _record(self, batches: Iterable[Batch], apart: list[Apart], now: float) -> dict[str, int]:
        ready = (make_ready(batch, self.store.identity) for batch in batches)
        counts: dict[str, int] = {}
        with self._lock:
            done = ingest(ready, store=self.store, now=now, on_bad=lambda bad: None, maintain=False)
            self._set_apart(apart, counts)
        return {**done, "apart": counts.get("apart", 0)}

    def _set_apart(self, apart: list[Apart], counts: dict[str, int]) -> None:
        if apart:
            self.store.set_apart(apart)
            counts["apart"] = counts.get("apart", 0) + len(apart)

    def position_of(self, follower: str) -> str | None:
        """Where a door stands."""
        with self._lock:
            return self.store.position_of(follower)

    def reach(self, reached: Reached) -> None:
        """Notes where a door stands."""
        with self._lock:
            self.store.reach(reached, self.clock())


def _fate(found: list[Batch]) -> Fate:
    counts = Counter(
        "apart" if batch.bad else "used" if batch.events else "nothing"
        for batch in found
    )  # fmt: skip
    return "apart" if counts["apart"] else "used" if counts["used"] else "nothing"


def _apart(door: str, place: str, found: list[Batch], now: float, content: bytes | None) -> Apart:
    bad = [each for batch in found for each in batch.bad]
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    why = f"{bad[0].place.removeprefix(place).lstrip(':#')}: {bad[0].what}{more}".removeprefix(": ")
    kept = content if content is not None and len(content) <= MOST_OCTETS else None
    return Apart(door=door, place=place, why=why, recorded=now, content=kept)


def _add(held: Batch, batch: Batch, stream: str | None) -> None:
    held.events += batch.events if stream is None else [_labelled(event, stream) for event in batch.events]
    held.bad += batch.bad
    held.not_a_report += batch.not_a_report
    held.forged += batch.forged
    held.octets += batch.octets


def _labelled(event: DeliveryEvent, stream: str) -> DeliveryEvent:
    event.stream = event.stream or stream
    return event


def _whole(held: Batch, digests: list[bytes]) -> Batch:
    held.digest = digest_of(b"door", held.source.encode(), *digests)
    return held
