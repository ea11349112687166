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

_FIELD = re.compile(r"([!-9;-~]{1,200}+):(.*+(?:\n[ \t]++[^ \t\n].*+)*+)\n")
_LINE = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_BLANKS = " \t\r\n\v\f"


class Headers:
    """The header fields of one entity; names are asked for in lower case."""

    __slots__ = ("_fields", "_values")

    def __init__(self, fields: list[tuple[str, str]], values: dict[str, str]) -> None:
        """The fields as they stand there, values still folded, and the first value of each name in lower case."""
        self._fields = fields
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def is_empty(self) -> bool:
        """Is there no field at all?"""
        return not self._fields

    def first(self, name: str) -> str:
        """The first value of a field on one line, without the blanks around it; an empty text where there is none."""
        value = self._values.get(name)
        return unfolded(value) if value else ""

    def all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        if name not in self._values:
            return []
        return [unfolded(value) for key, value in self._fields if key.lower() == name]


_NONE = Headers([], {})


def read_headers(raw: bytes, begin: int, end: int) -> tuple[Headers, int]:
    """The header fields of the entity that stands in ``raw[begin:end]``, and where its body begins."""
    if raw.startswith(b"\n", begin):
        return _NONE, begin + 1
    stop = raw.find(b"\n\n", begin, end)
    at = stop + 2 if stop >= 0 else end
    stop = stop + 1 if stop >= 0 else end
    if stop - begin <= MAX_BLOCK_BYTES:
        try:
            block = raw[begin:stop].decode()
        except UnicodeDecodeError:
            return _line_by_line(raw, begin, end)
        headers = _covering(block if block[-1:] == "\n" else f"{block}\n")
        if headers is not None:
            return headers, at
    return _line_by_line(raw, begin, end)


def _covering(block: str) -> Headers | None:
    """The fields of a block; None where they are too many, or something stands there that is none."""
    fields: list[tuple[str, str]] = _FIELD.findall(block)
    values: dict[str, str] = {}
    size = 2 * len(fields)
    for name, value in fields:
        size += len(name) + len(value)
        key = name.lower()
        if key not in values:
            values[key] = value
    return Headers(fields, values) if size == len(block) and len(fields) <= MAX_HEADERS else None


def unfolded(value: str) -> str:
    """A value on one line, without the blanks around it."""
    if "\n" in value:
        return " ".join([line.strip(_BLANKS) for line in value.split("\n")])[:MAX_HEADER_CHARS].strip(_BLANKS)
    return value[:MAX_HEADER_CHARS].strip(_BLANKS)


def _line_by_line(raw: bytes, begin: int, end: int) -> tuple[Headers, int]:
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
    values: dict[str, str] = {}
    for key, text in fields:
        values.setdefault(key.lower(), text)
    return Headers(fields, values), min(at, end)


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
