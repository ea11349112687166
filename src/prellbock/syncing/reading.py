"""Pages of a provider's lists as batches of events, just as a file with the same entries would give them."""

import io
from collections.abc import Callable, Iterable, Iterator

import orjson

from prellbock.sources import suppression_lists
from prellbock.sources.batch import Batch
from prellbock.syncing.provider import Page


def read(pages: Iterable[Page], host: str, now: float, on_pause: Callable[[], None] = lambda: None) -> Iterator[Batch]:
    """A batch or more for each page, as it comes; ``host`` is what the events name as their source.

    Raises `RecordError`, and what ``pages`` raises.
    """
    for kind, rows in pages:
        if rows:
            yield from suppression_lists.read(io.BytesIO(orjson.dumps(rows)), host, now, kind, on_pause)
