"""Following logs into the store: batches whose position is recorded in their own transaction.

Killed at any moment, a follower goes on with the first line whose effects are not recorded.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from prellbock.identity import Identity
from prellbock.ingest import Ready, make_ready
from prellbock.sources import ndjson
from prellbock.sources.batch import Batch
from prellbock.sources.logs.batches import batch_of
from prellbock.sources.logs.following import Followed, Piece, Position
from prellbock.sources.logs.order import LOGS
from prellbock.sources.logs.reading import Reader
from prellbock.sources.registry import LogOptions
from prellbock.store.contract import Store
from prellbock.store.following import Reached

FRESH_SECONDS = 3600.0
"""A reader is made anew so often: dates without a year are told by the time at which it was made."""


class Follower:
    """One log that is followed into a store. ``format_`` is a log's, or ndjson."""

    def __init__(self, store: Store, path: Path, format_: str, options: LogOptions) -> None:
        self._format, self._options = format_, options
        self._name = f"{format_}:{path.absolute()}"
        kept = store.position_of(self._name)
        position = msgspec.json.decode(kept, type=Position) if kept is not None else None
        options.joins.restore(store.joins_of(self._name))
        self._followed = Followed(path.absolute(), position)
        self._reader: Reader | None = None
        self._made = 0.0
        self._line = 1

    def close(self) -> None:
        """Lets go of the file."""
        self._followed.close()

    def batches(self, identity: Identity, now: Callable[[], float]) -> Iterator[Ready]:
        """What can be read now, with where reading stands after it."""
        for piece in self._followed.pieces():
            ready = make_ready(self._batch(piece, now()), identity)
            ready.reached = Reached(
                self._name, msgspec.json.encode(piece.position).decode(), self._options.joins.changes()
            )
            yield ready

    def lost(self) -> list[str]:
        """What could not be found since the last call."""
        lost, self._followed.lost = self._followed.lost, []
        return lost

    def _batch(self, piece: Piece, now: float) -> Batch:
        source = str(self._followed.path)
        if piece.begins:
            self._reader, self._line = None, 1
        digest = msgspec.json.encode((self._name, piece.position))
        if self._format == "ndjson":
            batch = ndjson.decode(b"\n".join(piece.lines) + b"\n", source, now, first_line=self._line)
        else:
            batch = batch_of(piece.lines, self._line, self._reader_of(piece), source, now, digest)
        self._line += len(piece.lines)
        return batch

    def _reader_of(self, piece: Piece) -> Reader:
        if self._reader is None or time.monotonic() - self._made > FRESH_SECONDS:
            self._reader = self._options.begin(self._format, piece.written)
            self._made = time.monotonic()
            has_header = self._options.table is not None or LOGS[self._format].has_header
            if has_header and not piece.begins and piece.header:
                self._reader.read([piece.header])
        return self._reader
