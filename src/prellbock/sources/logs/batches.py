"""From the lines of a log to batches: cut at line ends, checked, and named so that a second reading is recognised."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from prellbock.events import DeliveryEvent
from prellbock.sources.batch import BATCH_OCTETS, Bad, Batch, digest_of
from prellbock.sources.logs.reading import Reader
from prellbock.sources.record import RecordError, finish

LINE_OCTETS = 1024 * 1024
"""Longest line; of a longer one nothing is read."""
_NUMBERED = re.compile(r"^(.*?)\.(\d{1,4})$")


def batch_of(lines: list[bytes], first: int, reader: Reader, source: str, now: float, chain: bytes) -> Batch:
    """The events of some lines. ``chain`` is the digest of the batch before, on whose lines these may hang."""
    found = reader.read(lines)
    bad = [Bad(f"{source}:{first + index}", what) for index, what in found.bad]
    events: list[DeliveryEvent] = []
    for event in found.events:
        try:
            time = event.time
            event.time = int(time * 1000 + 0.5) / 1000 if time is not None else None
            finish(event, now, unnamed=event.outcome == "complaint")
        except RecordError as error:
            bad.append(Bad(source, str(error)))
        else:
            events.append(event)
    octets = sum(map(len, lines)) + len(lines)
    return Batch(source, events, bad, digest_of(b"log", chain, b"\n".join(lines)), octets=octets)


def read(file: BinaryIO, source: str, now: float, begin: Callable[[], Reader], chain: bytes) -> Iterator[Batch]:
    """The batches of a whole file."""
    reader, first = begin(), 1
    for lines in cut(file):
        batch = batch_of(lines, first, reader, source, now, chain)
        first += len(lines)
        chain = batch.digest
        yield batch


def cut(file: BinaryIO) -> Iterator[list[bytes]]:
    """Whole lines without their ends, about `BATCH_OCTETS` at a time; a line too long becomes an empty one."""
    rest, skipping = b"", False
    while piece := file.read(BATCH_OCTETS):
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        if skipping and lines:
            lines[0], skipping = b"", False
        if len(rest) > LINE_OCTETS:
            rest, skipping = b"", True
        if lines:
            yield [line[:-1] if line.endswith(b"\r") else line if len(line) <= LINE_OCTETS else b"" for line in lines]
    if rest and not skipping:
        yield [rest.removesuffix(b"\r")]


def by_age(path: str) -> tuple[str, int, str]:
    """Sorts rotated files before those that follow them: ``log.2.gz``, ``log.1``, ``log``; dated names as they are."""
    name = Path(path).name.removesuffix(".gz").removesuffix(".zst")
    if numbered := _NUMBERED.match(name):
        return numbered[1], -int(numbered[2]), name
    base, dash, date = name.rpartition("-")
    if dash and date[:8].isdigit() and len(date) >= 8:
        return base, -1, name
    return name, 0, name
