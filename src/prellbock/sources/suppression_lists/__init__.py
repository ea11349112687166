"""Suppression lists of other systems (or our own), as events: one module for each system.

An entry becomes an event: ``imported`` for what is suppressed, else the ``complaint`` or ``unsubscribe`` that it
tells of, for the stream in its scope. It is mirrored with its source and is no evidence of ours. A pause ends by
itself, and an imported entry never does: so pauses are left out. Ids come from the entry alone, so importing a list
again changes nothing.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from prellbock.events import DeliveryEvent
from prellbock.sources.batch import Bad, Batch, digest_of
from prellbock.sources.record import RecordError
from prellbock.sources.suppression_lists import generic, rows
from prellbock.sources.suppression_lists.entry import Fields, event_of
from prellbock.sources.suppression_lists.formats import FORMATS, GENERIC, recognise
from prellbock.sources.suppression_lists.rows import Row

ROWS = 10_000
"""Entries of one batch."""
NAMES = ("auto", GENERIC, *FORMATS)
"""What ``--format`` takes."""


def read(
    file: BinaryIO, name: str, now: float, format_: str = "auto", on_pause: Callable[[], None] = lambda: None
) -> Iterator[Batch]:
    """Cuts a list into batches; ``name`` is that of the file. Bad entries stand in the batches.

    Entries that withhold nothing (any more) and pauses count as ``not_a_report``. ``on_pause`` is called for each pause
    that has not ended. Raises `RecordError` where it is not certain what wrote the list.
    """
    found = rows.read(file)
    kind = recognise(found.names, name) if format_ == "auto" else format_
    source = f"{FORMATS[kind].system}: {name}" if kind in FORMATS else name
    batch, parts = Batch(source, [], [], b""), list[bytes]()
    for row in found.rows:
        parts.append(row.octets)
        try:
            event = _event(row, kind, source, now)
        except generic.PauseError:
            on_pause()
            batch.not_a_report += 1
        except RecordError as error:
            batch.bad.append(Bad(f"{name}:{row.line}", str(error)))
        else:
            if event is None:
                batch.not_a_report += 1
            else:
                batch.events.append(event)
        if len(parts) >= ROWS:
            batch.digest = digest_of(b"suppressions", kind.encode(), *parts)
            yield batch
            batch, parts = Batch(source, [], [], b""), []
    if parts:
        batch.digest = digest_of(b"suppressions", kind.encode(), *parts)
        yield batch


def _event(row: Row, kind: str, source: str, now: float) -> DeliveryEvent | None:
    if isinstance(row.fields, RecordError):
        raise row.fields
    fields = Fields(row.fields)
    entry = generic.entry(fields, now) if kind == GENERIC else FORMATS[kind].entry(fields)
    return None if entry is None else event_of(entry, source, now)
