"""What may stand on a line to be judged? A JSON object, or a response as it is."""

import select
from collections.abc import Iterator
from typing import Annotated, BinaryIO

import msgspec

from prellbock.events import DeliveryEvent

CHUNK = 1 << 17
"""Bytes asked for at once; what a pipe or a terminal has ready is taken without waiting for more. About a thousand
lines: what is made of them stays in the processor's cache (a tenth faster than with 1 MiB)."""

LONGEST_LINE = 16 << 20
"""Bytes; a longer line is no response."""

_JUDGED = frozenset(
    {
        "response",
        "mx",
        "recipient",
        "status",
        "smtp_code",
        "stage",
        "reporting_mta",
        "sender",
        "outcome",
        "feedback_type",
    }
)


class _Judged(DeliveryEvent, gc=False):
    """As it comes in: the range of the code is checked while it is decoded, at no cost."""

    smtp_code: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None


_decode = msgspec.json.Decoder(_Judged, strict=False).decode


class BadLineError(ValueError):
    """A line cannot be used; the message says why and what to do."""


def split_input(stream: BinaryIO) -> Iterator[tuple[int, list[bytes]]]:
    """Pieces of the input as (number of the first line, lines), in bounded memory. A line's own end is cut off."""
    number, rest = 1, b""
    while chunk := _read_some(stream):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if len(rest) > LONGEST_LINE:
            lines.append(rest[: LONGEST_LINE + 1])
            rest = _skip_line(stream)
        if lines:
            yield number, lines
            number += len(lines)
    if rest:
        # Several lines, where a line that was too long came before them.
        yield number, rest.removesuffix(b"\n").split(b"\n")


def _read_some(stream: BinaryIO) -> bytes:
    """What is there: waits for the first byte, and takes more only while more is ready (writers may trickle)."""
    read1 = getattr(stream, "read1", stream.read)
    found: bytes = read1(CHUNK)
    while 0 < len(found) < CHUNK and _ready(stream) and (more := read1(CHUNK)):
        found += more
    return found


def _ready(stream: BinaryIO) -> bool:
    try:
        return bool(select.select([stream], [], [], 0)[0]) and not stream.isatty()
    except (OSError, ValueError):
        return False  # not a file of the operating system, or a platform where only sockets can be asked


def _skip_line(stream: BinaryIO) -> bytes:
    while chunk := _read_some(stream):
        _, end, rest = chunk.partition(b"\n")
        if end:
            return rest
    return b""


def decode_objects(lines: list[bytes]) -> list[DeliveryEvent] | None:
    """All lines at once, where every one is a good JSON object; else None (then see `decode`)."""
    try:
        return list(map(_decode, lines))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def decode(line: bytes) -> DeliveryEvent | None:
    """The event of a line; None for an empty one. Raises `BadLineError`."""
    if line.startswith(b"{"):
        try:
            return _decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return _decode_slowly(line)
    text = line.strip()
    if not text:
        return None
    if len(text) > LONGEST_LINE:
        raise BadLineError("the line is longer than 16 MiB; give one response a line")
    if text.startswith(b"{"):
        return decode(text)
    return DeliveryEvent(response=text.decode("utf-8", "replace"))


def _decode_slowly(line: bytes) -> DeliveryEvent:
    """Passes over what a verdict does not need (an event's time in words, say), or tells what is wrong."""
    try:
        found = msgspec.json.decode(line)
        return msgspec.convert({name: found[name] for name in found if name in _JUDGED}, _Judged, strict=False)
    except UnicodeDecodeError:
        raise BadLineError("this is not UTF-8") from None
    except msgspec.ValidationError as error:
        if "$.smtp_code" in str(error):
            raise BadLineError(
                f"smtp_code: {str(found['smtp_code'])[:40]} is not a reply code from 200 to 599; leave it out where "
                "there is none"
            ) from None
        raise BadLineError(f"{error}; see `prellbock classify --help` for the fields") from None
    except msgspec.MsgspecError as error:
        raise BadLineError(f"begins like JSON but is not: {error}") from None
