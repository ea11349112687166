"""Delivery events as NDJSON: one JSON object a line, UTF-8 (the contract's "NDJSON event")."""

import os
import select
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from prellbock.events import DeliveryEvent
from prellbock.sources.batch import BATCH_OCTETS, Bad, Batch, digest_of
from prellbock.sources.record import RecordError, finish, instant

LINE_OCTETS = 1024 * 1024
"""Longest line that is read; a longer one is bad input."""
IDLE_SECONDS = 1.0
"""A pipe that is silent for so long has its lines judged without waiting for a full batch."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Line(DeliveryEvent, gc=False):
    """As it comes in: time may be text."""

    time: float | str | None = None  # type: ignore[assignment]


_decoder = msgspec.json.Decoder(_Line)


def read(file: BinaryIO, source: str, now: float, head: bytes = b"") -> Iterator[Batch]:
    """Cuts a stream into batches. Only a line feed ends a line; blank lines and a byte order mark are skipped.

    ``head`` is what was read from the stream before, to tell its format.
    """
    line = 1
    for piece in _chunks(file, head):
        chunk = piece.removeprefix(_BYTE_ORDER_MARK) if line == 1 else piece
        batch = decode(chunk, source, now, first_line=line)
        line += chunk.count(b"\n")
        yield batch


def decode(chunk: bytes, source: str, now: float, *, first_line: int = 1) -> Batch:
    """The events of some whole lines, and what is wrong with the rest."""
    bad: list[Bad] = []
    events: list[DeliveryEvent] = []
    try:
        lines: list[_Line] | None = None if _has_long_line(chunk) else _decoder.decode_lines(chunk)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        lines = None
    if lines is None:
        _decode_slowly(chunk, source, now, first_line, events, bad)
        return Batch(source, events, bad, digest_of(b"ndjson", chunk), octets=len(chunk))
    for number, event in enumerate(lines):
        try:
            time = event.time
            # Rounded to milliseconds as `instant` does, without the call: this line runs for every event.
            if type(time) is float and 0.0 < time < 1e11:
                event.time = int(time * 1000 + 0.5) / 1000
            else:
                event.time = instant(time)
            finish(event, now)
        except RecordError as error:
            bad.append(Bad(f"{source}:{_line_of(chunk, number) + first_line}", str(error)))
        else:
            events.append(event)
    return Batch(source, events, bad, digest_of(b"ndjson", chunk), octets=len(chunk))


def _has_long_line(chunk: bytes) -> bool:
    """Looks only at one line's end in `LINE_OCTETS`: this runs for every chunk."""
    begin = 0
    while len(chunk) - begin > LINE_OCTETS:
        end = chunk.rfind(b"\n", begin, begin + LINE_OCTETS + 1)
        if end < 0:
            return True
        begin = end + 1
    return False


def _decode_slowly(
    chunk: bytes, source: str, now: float, first_line: int, events: list[DeliveryEvent], bad: list[Bad]
) -> None:
    """Line by line, so that one bad line costs nothing but itself."""
    for number, text in enumerate(chunk.split(b"\n"), first_line):
        if not text.strip():
            continue
        try:
            if len(text) > LINE_OCTETS:
                raise RecordError(f"the line is longer than {LINE_OCTETS:,} octets")
            event = _decoder.decode(text)
            event.time = instant(event.time)
            finish(event, now)
        except msgspec.ValidationError as error:
            bad.append(Bad(f"{source}:{number}", _in_words(error)))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            bad.append(Bad(f"{source}:{number}", f"not a JSON object in UTF-8 on one line: {error}"))
        except RecursionError:
            bad.append(Bad(f"{source}:{number}", "nested too deeply to be an event"))
        except RecordError as error:
            bad.append(Bad(f"{source}:{number}", str(error)))
        else:
            events.append(event)


def _in_words(error: msgspec.ValidationError) -> str:
    """``field: what is wrong`` from msgspec's ``what is wrong - at `$.field```."""
    what, _, place = str(error).partition(" - at ")
    field = place.strip("`").removeprefix("$").removeprefix(".")
    return f"{field}: {what}" if field else what


def _line_of(chunk: bytes, number: int) -> int:
    """The line (from 0) on which the n-th event stands, blank lines counted."""
    for line, text in enumerate(chunk.split(b"\n")):
        if text.strip():
            if number == 0:
                return line
            number -= 1
    return 0


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
