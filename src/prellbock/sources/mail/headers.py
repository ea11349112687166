"""Which header fields does an entity begin with? RFC 5322 section 2.2 from bytes, however broken.

A sound block is read by one pattern; only a block that this pattern does not cover to its end is read line by line.
"""

import re

MAX_HEADERS = 1000
MAX_HEADER_CHARS = 20_000
MAX_BLOCK_BYTES = 64 * 1024
"""A longer block is read line by line, where what is too long is left out."""

Fields = list[tuple[str, str]]
"""Name as it stands there, value still folded."""

_FIELD = re.compile(r"([!-9;-~]{1,200}):([^\n]*(?:\n[ \t]+[^ \t\n][^\n]*)*)\n")
_LINE = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_BLANKS = " \t\r\n\v\f"


def read_headers(raw: bytes, begin: int, end: int) -> tuple[Fields, int]:
    """The fields of the entity that stands in ``raw[begin:end]``, and where its body begins."""
    if raw.startswith(b"\n", begin):
        return [], begin + 1
    stop = raw.find(b"\n\n", begin, end)
    if 0 < stop < begin + MAX_BLOCK_BYTES:
        try:
            block = raw[begin : stop + 1].decode()
        except UnicodeDecodeError:
            return _line_by_line(raw, begin, end)
        fields: Fields = _FIELD.findall(block)
        # A colon and a line feed are all that stands beside names and values, if the pattern covered everything.
        if len("".join(map("".join, fields))) + 2 * len(fields) == len(block) and len(fields) <= MAX_HEADERS:
            return fields, stop + 2
    return _line_by_line(raw, begin, end)


def unfolded(value: str) -> str:
    """A value on one line, without the blanks around it."""
    if "\n" in value:
        return " ".join([line.strip(_BLANKS) for line in value.split("\n")])[:MAX_HEADER_CHARS].strip(_BLANKS)
    return value[:MAX_HEADER_CHARS].strip(_BLANKS)


def _line_by_line(raw: bytes, begin: int, end: int) -> tuple[Fields, int]:
    """A line that cannot be a header begins the body, unless a header follows it."""
    fields: Fields = []
    at = begin
    name = b""
    value: list[bytes] = []
    room = 0
    while at < end and len(fields) < MAX_HEADERS:
        stop = raw.find(b"\n", at, end)
        stop = end if stop < 0 else stop
        line = raw[at : min(stop, at + MAX_HEADER_CHARS)]
        if not line.strip():
            # An empty line, or one of blanks only.
            at = stop + 1
            break
        if line[:1] in b" \t" and name:
            if room > 0:
                value.append(line.strip())
                room -= len(line)
        elif match := _LINE.fullmatch(line):
            if name:
                fields.append(_field(name, value))
            name, value, room = match[1], [match[2].strip()], MAX_HEADER_CHARS
        elif not (line.startswith((b"From ", b">From ")) and not name) and not _goes_on(raw, stop, bool(name)):
            break
        at = stop + 1
    if name:
        fields.append(_field(name, value))
    return fields, min(at, end)


def _goes_on(raw: bytes, stop: int, within: bool) -> bool:
    """Is a line that is no header followed by one? Then it is a broken header, not the beginning of the body."""
    following = raw[stop + 1 : stop + 400].split(b"\n", 1)[0]
    return within and _LINE.fullmatch(following) is not None


def _field(name: bytes, lines: list[bytes]) -> tuple[str, str]:
    raw = b" ".join(lines)[:MAX_HEADER_CHARS]
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return name.decode("ascii"), text
