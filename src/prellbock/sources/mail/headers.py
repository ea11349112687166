"""Which header fields does an entity begin with? RFC 5322 section 2.2 from bytes, however broken.

A sound block is read by one pattern; only a block that this pattern does not cover to its end is read line by line.
"""

import re

MAX_HEADERS = 1000
MAX_HEADER_CHARS = 20_000
MAX_BLOCK_BYTES = 64 * 1024
"""A longer block is read line by line, where what is too long is left out."""

MAX_HEAD_BYTES = 1024 * 1024
"""What stands behind so many bytes is no header any more."""

Fields = list[tuple[str, str]]
"""Name as it stands there, value still folded."""

_FIELD = re.compile(r"([!-9;-~]{1,200}+):(.*+(?:\n[ \t]++[^ \t\n].*+)*+)\n")
_SOUND = re.compile(r"(?:[!-9;-~]{1,200}+:.*+\n(?:[ \t]++[^ \t\n].*+\n)*+){0,1000}+")
_LINE = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
BLANKS = " \t\r\n\v\f"


def header_block(raw: bytes, begin: int, end: int) -> tuple[str, int]:
    """The header block of the entity that stands in ``raw[begin:end]``, and where its body begins.

    Every field of the block begins a line with its name and a colon, and ends with a line feed.
    """
    if raw.startswith(b"\n", begin):
        return "", begin + 1
    stop = raw.find(b"\n\n", begin, end)
    at = stop + 2 if stop >= 0 else end
    stop = stop + 1 if stop >= 0 else end
    if stop - begin <= MAX_BLOCK_BYTES:
        try:
            block = raw[begin:stop].decode()
        except UnicodeDecodeError:
            return _line_by_line(raw, begin, end)
        if block[-1:] != "\n":
            block += "\n"
        if _SOUND.fullmatch(block):
            return block, at
    return _line_by_line(raw, begin, end)


def fields_of(block: str) -> Fields:
    """The fields of a header block in their order."""
    return _FIELD.findall(block)


def unfolded(value: str) -> str:
    """A value on one line, without the blanks around it."""
    if "\n" in value:
        return " ".join([line.strip(BLANKS) for line in value.split("\n")])[:MAX_HEADER_CHARS].strip(BLANKS)
    return value[:MAX_HEADER_CHARS].strip(BLANKS)


def _line_by_line(raw: bytes, begin: int, end: int) -> tuple[str, int]:
    """A line that cannot be a header begins the body, unless a header follows it."""
    fields: list[tuple[str, str]] = []
    at = begin
    name = b""
    value: list[bytes] = []
    room = 0
    end = min(end, begin + MAX_HEAD_BYTES)
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
    return "".join([f"{name}:{value}\n" for name, value in fields]), min(at, end)


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
