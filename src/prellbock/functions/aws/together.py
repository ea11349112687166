"""What the envelopes of a call hold is judged as one batch: what is done once for a batch is then done once for all."""

from collections import Counter

import msgspec

from prellbock.functions.aws.reporting import log, say
from prellbock.ingest import Ready, in_order, noted
from prellbock.store.contract import Part, Store
from prellbock.store.dynamodb.clients import code_of
from prellbock.store.errors import StoreError

MOST = 100_000
"""Events that are judged at once: some seconds, and far below a gigabyte of memory."""


class Envelope(msgspec.Struct):
    """One that is read, or being read."""

    message: str
    """The message that pointed to it."""
    bucket: str
    key: str
    counts: Counter[str] = msgspec.field(default_factory=Counter)


class Together:
    """Takes batches until there are `MOST` events, and judges them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Envelope, Part]] = []
        self._size = 0
        self.failed: set[str] = set()
        """Messages of which something could not be judged."""

    def add(self, envelope: Envelope, batch: Ready, now: float) -> None:
        """One batch of an envelope. Raises `StoreError`."""
        envelope.counts.update(noted(batch))
        if not batch.prepared.size:
            return
        if self._size + batch.prepared.size > MOST:
            self.judge(now)
        self._waiting.append((envelope, Part(batch.prepared, batch.digest, batch.source)))
        self._size += batch.prepared.size

    def judge(self, now: float) -> None:
        """Judges what waits. Raises `StoreError`."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        if waiting:
            self._judge(waiting, now)

    def _judge(self, waiting: list[tuple[Envelope, Part]], now: float) -> None:
        try:
            counts = self._store.ingest_together([part for _, part in waiting], now=now)
        except StoreError:
            raise
        except Exception as error:
            if len(waiting) > 1:
                # Only the one that it lies in is to come again.
                for each in waiting:
                    self._judge([each], now)
                return
            message = waiting[0][0].message
            log("mistake", message=message, problem=code_of(error) or repr(error))
            self.failed.add(message)
            return
        for (envelope, _), own in zip(waiting, counts, strict=True):
            envelope.counts.update(own)


def tell(envelope: Envelope) -> None:
    """Says what stood in it."""
    say("ingested", bucket=envelope.bucket, key=envelope.key, **in_order(envelope.counts))
