"""What recipients' rows hold for longer than it is kept: words of responses, and what sources have sent."""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from prellbock.store.dynamodb.layout import Rows, unpack
from prellbock.store.sqlite.kept import EVENT_COLUMNS

EVERY_SECONDS = 86400.0
"""So often everybody's rows are looked through."""
PAGE = 5_000
"""Recipients of whom something is taken out in one commit."""
_RESPONSE, _BATCH = EVENT_COLUMNS.index("response"), EVENT_COLUMNS.index("batch")


class Limits(msgspec.Struct, frozen=True):
    """What is too old."""

    words: int
    """Number of the latest batch whose responses lose their words; 0: none."""
    raws: float
    """What sources sent before this time (Unix seconds), by when it was recorded."""

    def exceeded_by(self, rows: Rows) -> bool:
        return any(row[_RESPONSE] is not None and row[_BATCH] <= self.words for row in rows.get("events", ())) or any(
            row[-1] < self.raws for row in rows.get("raws", ())
        )


def too_old(stored: Iterable[tuple[str, bytes]], limits: Limits) -> Iterator[list[bytes]]:
    """The hashes of whose rows exceed them, page by page; ``stored``: keys and packed rows of everybody."""
    found = (
        digest
        for key, packed in stored
        if limits.exceeded_by(rows := unpack(packed))
        for _, digest, *_ in rows.get("recipients", ())
    )
    while page := [*islice(found, PAGE)]:
        yield page
