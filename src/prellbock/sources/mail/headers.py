"""Which header fields does an entity begin with? RFC 5322 section 2.2 from bytes, however broken.

The lines of a sound block are looked at once, and a value is put together when somebody asks for it. A block with a
line that is neither a field nor the continuation of one is read field by field.
"""

import re
from typing import Final

MAX_HEADERS = 1000
MAX_HEADER_CHARS = 20_000
MAX_BLOCK_BYTES = 64 * 1024
"""A longer block is read field by field, where what is too long is left out."""

MAX_HEAD_BYTES = 1024 * 1024
"""What stands behind so many bytes is no header any more."""

_NAME = re.compile(r"[!-9;-~]{1,200}")
_LINE = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_BLANKS = " \t\r\n\v\f"


_FIRST_OF_NAMES: Final = "!"
"""What goes on with a field begins with a blank, which comes before all that a name can begin with."""
_MAX_KNOWN = 2048
_known: Final[dict[str, str]] = {}
"""Names of fields as they were met, and in lower case: mails use few, and a known one need not be looked at again."""


class Headers:
    """The header fields of one entity; names are asked for in lower case."""

    def __init__(self, lines: list[str], places: dict[str, int], repeated: set[str]) -> None:
        """``places`` says on which of the lines a field first begins; ``repeated`` are those that come again."""
        self._lines = lines
        self._places = places
        self._repeated = repeated

    def has(self, name: str) -> bool:
        """Is there such a field?"""
        return name in self._places

    def is_empty(self) -> bool:
        """Is there no field at all?"""
        return not self._places

    def first(self, name: str) -> str:
        """The first value of a field on one line, without the blanks around it; an empty text where there is none."""
        at = self._places.get(name, -1)
        return self._value(name, at) if at >= 0 else ""

    def all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        at = self._places.get(name, -1)
        if at < 0:
            return []
        found = [self._value(name, at)]
        if name in self._repeated:
            begin = f"{name}:"
            for later in range(at + 1, len(self._lines)):
                if self._lines[later][: len(begin)].lower() == begin:
                    found.append(self._value(name, later))
        return found

    def _value(self, name: str, at: int) -> str:
        lines = self._lines
        value = lines[at][len(name) + 1 :]
        end = at + 1
        while end < len(lines) and lines[end] < _FIRST_OF_NAMES:
            end += 1
        if end > at + 1:
            value = " ".join([line.strip(_BLANKS) for line in [value, *lines[at + 1 : end]]])
        return value[:MAX_HEADER_CHARS].strip(_BLANKS)


_NONE = Headers([], {}, set())


def read_headers(raw: bytes, begin: int, end: int) -> tuple[Headers, int]:
    """The header fields of the entity that stands in ``raw[begin:end]``, and where its body begins."""
    if raw.startswith(b"\n", begin):
        return _NONE, min(begin + 1, end)
    stop = raw.find(b"\n\n", begin, end)
    at = stop + 2 if stop >= 0 else end
    stop = stop if stop >= 0 else end
    if stop - begin <= MAX_BLOCK_BYTES:
        try:
            lines = raw[begin:stop].decode().split("\n")
        except UnicodeDecodeError:
            return _line_by_line(raw, begin, end)
        if not lines[-1]:
            lines.pop()
        headers = _indexed(lines)
        if headers is not None:
            return headers, at
    return _line_by_line(raw, begin, end)


def _indexed(lines: list[str]) -> Headers | None:
    """Where each field begins; None where a line is neither a field nor goes on with one."""
    places: dict[str, int] = {}
    repeated: set[str] = set()
    number = 0
    for line in lines:
        if line < _FIRST_OF_NAMES:
            if not number or not line.startswith((" ", "\t")) or (line.isspace() and not line.strip(" \t")):
                return None
        else:
            colon = line.find(":")
            if colon < 0:
                return None
            head = line[:colon]
            name = _known.get(head, "") or _new_name(head)
            if not name:
                return None
            if name in places:
                repeated.add(name)
            else:
                places[name] = number
        number += 1
    return Headers(lines, places, repeated) if number <= MAX_HEADERS else None


def _new_name(text: str) -> str:
    """The name of a field in lower case, an empty text where it is none."""
    if _NAME.fullmatch(text) is None:
        return ""
    name = text.lower()
    if len(_known) < _MAX_KNOWN:
        _known[text] = name
    return name


def _line_by_line(raw: bytes, begin: int, end: int) -> tuple[Headers, int]:
    """A line that cannot be a header begins the body, unless a header follows it."""
    fields: list[str] = []
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
    return _indexed(fields[:MAX_HEADERS]) or _NONE, min(at, end)


def _goes_on(raw: bytes, stop: int, within: bool) -> bool:
    """Is a line that is no header followed by one? Then it is a broken header, not the beginning of the body."""
    following = raw[stop + 1 : stop + 400].split(b"\n", 1)[0]
    return within and _LINE.fullmatch(following) is not None


def _field(name: bytes, lines: list[bytes]) -> str:
    raw = b" ".join(lines)[:MAX_HEADER_CHARS]
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return f"{name.decode('ascii')}:{text}"
