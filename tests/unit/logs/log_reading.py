"""What a log gives: its lines into events, as ``prellbock ingest`` does it."""

import io
from datetime import UTC

from prellbock.events import DeliveryEvent
from prellbock.sources.batch import Bad
from prellbock.sources.logs import batches
from prellbock.sources.logs.joins import Joins
from prellbock.sources.logs.order import LOGS, recognised
from prellbock.sources.logs.reading import Setting

WRITTEN = 1_763_000_000.0
"""13 November 2025."""


def lines(
    format_: str, text: str, joins: Joins | None = None, written: float = WRITTEN
) -> tuple[list[DeliveryEvent], list[Bad]]:
    """The events of a log in UTC, and what was bad."""
    setting = Setting(written, UTC, joins if joins is not None else Joins())
    found = list(batches.read(io.BytesIO(text.encode()), "log", written, lambda: LOGS[format_].begin(setting), b""))
    return [event for batch in found for event in batch.events], [bad for batch in found for bad in batch.bad]


def events(format_: str, text: str) -> list[DeliveryEvent]:
    """The events; the format is recognised and nothing is bad."""
    assert recognised(text.encode()) == format_
    found, bad = lines(format_, text)
    assert bad == []
    return found
