"""Delivery events as NDJSON: one JSON object a line, UTF-8 (the contract's "NDJSON event")."""

import os
import select
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec
import numpy as np

from prellbock.events import DeliveryEvent
from prellbock.sources.batch import BATCH_OCTETS, Bad, Batch, Make, digest_of
from prellbock.sources.records import finish_many

LINE_OCTETS = 1024 * 1024
"""Longest line that is read; a longer one is bad input."""
IDLE_SECONDS = 1.0
"""A pipe that is silent for so long has its lines judged without waiting for a full batch."""

_PIECE_OCTETS = 128 * 1024
"""Of a batch, decoded and checked at once: its events stay in the cache of the processor."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Line(DeliveryEvent, gc=False):
    """As it comes in: time may be text."""

    time: float | str | None = None  # type: ignore[assignment]


_decoder = msgspec.json.Decoder(_Line)


def read(file: BinaryIO, source: str, now: float, head: bytes = b"", *, make: Make | None = None) -> Iterator[Batch]:
    """Cuts a stream into batches. Only a line feed ends a line; blank lines and a byte order mark are skipped.

    ``head`` is what was read from the stream before, to tell its format. With ``make`` events are not kept.
    """
    line = 1
    for piece in _chunks(file, head):
        chunk = piece.removeprefix(_BYTE_ORDER_MARK) if line == 1 else piece
        batch = decode(chunk, source, now, first_line=line, make=make)
        line += _lines_in(chunk)
        yield batch


def decode(chunk: bytes, source: str, now: float, *, first_line: int = 1, make: Make | None = None) -> Batch:
    """The events of some whole lines, and what is wrong with the rest."""
    batch = Batch(source, [], [], digest_of(b"ndjson", chunk), octets=len(chunk))
    begin = 0
    for piece in _cut(chunk):
        events, wrong = _decoded(piece, now)
        if make is None:
            batch.events += events
        elif events:
            batch.made.append(make(events))
        if wrong:
            line = first_line + _lines_in(chunk[:begin])
            batch.bad += [Bad(f"{source}:{line + number}", what) for number, what in sorted(wrong.items())]
        begin += len(piece)
    return batch


def _lines_in(octets: bytes) -> int:
    """As ``octets.count(b"\\n")``, which takes as long as decoding half of them."""
    return int(np.count_nonzero(np.frombuffer(octets, dtype=np.uint8) == ord("\n")))


def _cut(chunk: bytes) -> Iterator[bytes]:
    """Pieces of at most `_PIECE_OCTETS` that end between two events, as far as such ends are found."""
    begin = 0
    while len(chunk) - begin > _PIECE_OCTETS:
        end = chunk.rfind(b"}\n{", begin, begin + _PIECE_OCTETS) + 2
        if end < 2:
            break
        yield chunk[begin:end]
        begin = end
    yield chunk[begin:]


def _decoded(piece: bytes, now: float) -> tuple[Sequence[DeliveryEvent], dict[int, str]]:
    """The events, and what is wrong with lines by their number (from 0)."""
    lines: list[int] = []
    wrong: dict[int, str] = {}
    try:
        events = None if _has_long_line(piece) else _decoder.decode_lines(piece)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        events = None
    if events is None:
        events, lines, wrong = _decoded_slowly(piece)
    errors = finish_many(events, now)
    if not errors:
        return events, wrong
    lines = lines or [number for number, text in enumerate(piece.split(b"\n")) if text.strip()]
    # Where an event takes several lines, or a line has several, only the beginning can be named.
    wrong |= {lines[place] if place < len(lines) else 0: str(error) for place, error in errors.items()}
    return [event for place, event in enumerate(events) if place not in errors], wrong


def _has_long_line(chunk: bytes) -> bool:
    """Looks only at one line's end in `LINE_OCTETS`: this runs for every chunk."""
    begin = 0
    while len(chunk) - begin > LINE_OCTETS:
        end = chunk.rfind(b"\n", begin, begin + LINE_OCTETS + 1)
        if end < 0:
            return True
        begin = end + 1
    return False


def _decoded_slowly(piece: bytes) -> tuple[list[_Line], list[int], dict[int, str]]:
    """Line by line, so that one bad line costs nothing but itself.

    Gives events, the lines (from 0) on which they stand, and what is wrong with other lines.
    """
    events: list[_Line] = []
    lines: list[int] = []
    wrong: dict[int, str] = {}
    for number, text in enumerate(piece.split(b"\n")):
        if not text.strip():
            continue
        if len(text) > LINE_OCTETS:
            wrong[number] = f"the line is longer than {LINE_OCTETS:,} octets"
            continue
        try:
            events.append(_decoder.decode(text))
            lines.append(number)
        except msgspec.ValidationError as error:
            wrong[number] = _in_words(error)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            wrong[number] = f"not a JSON object in UTF-8 on one line: {error}"
        except RecursionError:
            wrong[number] = "nested too deeply to be an event"
    return events, lines, wrong


def _in_words(error: msgspec.ValidationError) -> str:
    """``field: what is wrong`` from msgspec's ``what is wrong - at `$.field```."""
    what, _, place = str(error).partition(" - at ")
    field = place.strip("`").removeprefix("$").removeprefix(".")
    return f"{field}: {what}" if field else what


def _chunks(file: BinaryIO, head: bytes) -> Iterator[bytes]:
    """Pieces of about `BATCH_OCTETS` that end at a line's end; of a line too long only the beginning is kept."""
    rest = b""
    for piece in _pieces(file, head):
        end = piece.rfind(b"\n") + 1
        if end:
            yield rest + piece[:end]
            rest = b""
        # One octet more than a line may have, so that it is still named as too long, once.
        rest = (rest + piece[end:])[: LINE_OCTETS + 1]
    if rest:
        yield rest


def _pieces(file: BinaryIO, head: bytes) -> Iterator[bytes]:
    """What can be read: whole batches from a file; from a pipe what comes until it is full or silent."""
    try:
        handle = file.fileno()
        waits = not os.path.isfile(f"/dev/fd/{handle}")  # noqa: PTH113 -- a descriptor, not a path
    except (OSError, AttributeError):
        waits = False
    if not waits:
        if head:
            yield head
        while piece := file.read(BATCH_OCTETS):
            yield piece
        return
    held: list[bytes] = [head]
    size = len(head)
    while True:
        ready = select.select([handle], [], [], IDLE_SECONDS if size else None)[0]
        piece = os.read(handle, 1 << 20) if ready else b""
        if piece:
            held.append(piece)
            size += len(piece)
        if size and (not piece or size >= BATCH_OCTETS):
            yield b"".join(held)
            held, size = [], 0
        if ready and not piece:
            return
