"""What parts does a mail have? RFC 5322 and MIME structure from bytes, however broken.

Any bytes are a message: line ends may be LF, CRLF or CR, boundaries may be wrong or missing, the end may be cut off.
Sizes are bounded: depth, number of parts, number and length of headers. A part is a window on the bytes of the mail;
nothing of it is copied or decoded before it is asked for.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from prellbock.sources.mail.decoding import charset_decoded, decodable, text_of_html, transfer_decoded, words_decoded
from prellbock.sources.mail.headers import MAX_HEADER_CHARS, read_headers
from prellbock.sources.mail.signs import Signs

MAX_DEPTH = 8
MAX_PARTS = 20_000
"""More than any real report has; a mail in which more are found is named (`Message.lost`)."""
MAX_TEXT_BYTES = 512 * 1024
"""No more of one part is turned into text; a notice says what it has to say long before."""
MAX_INNER_BYTES = 1024 * 1024
"""No more of an encoded message within the mail is decoded: its headers are what counts."""

_PARAMETER = re.compile(r";\s*([\w.*'-]{1,60})\s*=\s*(\"[^\"\\]*(?:\\.[^\"\\]*)*\"|[^;\s]*)", re.DOTALL)
_GUESSED_BOUNDARY = re.compile(rb"--([^\n]{0,199}[^\n \t])[ \t]{0,99}\n(?:[ \t]{0,99}\n)?[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-")
MAX_DELIMITERS = 20_000
"""Lines that look like a boundary, looked at in one multipart."""


_MENTIONED = Signs(
    {
        "feedback-type": ["feedback-type:"],
        "x-hmxmroriginalrecipient": ["x-hmxmroriginalrecipient"],
    }
)


class Part:
    """One entity: its headers, and either a body or parts of its own. What is asked for is worked out once and kept."""

    def __init__(self, raw: bytes, depth: int, budget: list[int], begin: int = 0, end: int = -1) -> None:
        """The entity is ``raw[begin:end]``; ``budget`` is how many more parts the whole mail may have."""
        self._raw = raw
        self._end = len(raw) if end < 0 else end
        self.headers, self._at = read_headers(raw, begin, self._end)
        self._depth, self._budget = depth, budget
        budget[0] -= 1
        self.declared = self.headers.first("content-type")
        self._type: str | None = None
        self._parameters: dict[str, str] | None = None
        self._parts: list[Part] | None = None
        self._text: str | None = None
        self._message: Part | None = None
        self._message_is_read = False
        self._entities: list[Part] | None = None

    def all(self, name: str) -> list[str]:
        """Every value of a header (name in lower case), unfolded, encoded words not yet read."""
        return self.headers.all(name)

    def first(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return self.headers.first(name)

    def has(self, name: str) -> bool:
        """Is the header there at all?"""
        return self.headers.has(name)

    @property
    def has_headers(self) -> bool:
        """Does the entity begin with any header?"""
        return not self.headers.is_empty()

    @property
    def type(self) -> str:
        """Media type in lower case, ``text/plain`` where none is declared and no parts are found."""
        if self._type is None:
            kind = self.declared.partition(";")[0].strip().lower()
            self._type = kind or ("multipart/mixed" if not self.declared and self.parts else "text/plain")
        return self._type

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of Content-Type, names in lower case."""
        if self._parameters is None:
            _, semicolon, rest = self.declared.partition(";")
            if not semicolon:
                self._parameters = {}
            else:
                self._parameters = _parameters(rest) if "oundary" in rest else _known_parameters(rest)
        return self._parameters

    @property
    def parts(self) -> list["Part"]:
        """The parts of a multipart; also of an entity without Content-Type that clearly has some."""
        if self._parts is None:
            if not self.declared:
                self._parts = self._divide(guess_only=True)
            else:
                self._parts = self._divide(guess_only=False) if self.type.startswith("multipart/") else []
        return self._parts

    @property
    def body(self) -> bytes:
        """What stands behind the headers, still encoded."""
        return self._raw[self._at : self._end]

    def beginning(self, size: int) -> bytes:
        """The first bytes of the body, still encoded."""
        return self._raw[self._at : min(self._end, self._at + size)]

    @property
    def text(self) -> str:
        """The beginning of the body as text, read with its own encoding and charset; HTML becomes plain lines."""
        if self._text is None:
            self._text = self.text_of(MAX_TEXT_BYTES)
        return self._text

    def text_of(self, size: int) -> str:
        """No more than so many bytes of the body as text."""
        if self.parts:
            return ""
        raw = self._decoded(size)
        text = charset_decoded(raw, self.parameters.get("charset", ""))
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\0" in text:
            text = text.replace("\0", "")
        return text_of_html(text) if self.type == "text/html" else text

    @property
    def message(self) -> "Part | None":
        """The message within a ``message/rfc822`` part (or the headers in a ``text/rfc822-headers`` part)."""
        if not self._message_is_read:
            self._message = self._inner()
            self._message_is_read = True
        return self._message

    @property
    def entities(self) -> list["Part"]:
        """This part and all below it, in order, not entering messages within the message."""
        if self._entities is None:
            found = [self]
            for part in self.parts:
                if part.parts:
                    found += part.entities
                else:
                    found.append(part)
            self._entities = found
        return self._entities

    def walk(self) -> Iterator["Part"]:
        """The same, one after the other."""
        return iter(self.entities)

    def _inner(self) -> "Part | None":
        if self._depth >= MAX_DEPTH or self._budget[0] <= 0:
            return None
        encoding = self.first("content-transfer-encoding")
        if not encoding or encoding in {"7bit", "8bit", "binary"}:
            return Part(self._raw, self._depth + 1, self._budget, self._at, self._end)
        return Part(with_line_feeds(self._decoded(MAX_INNER_BYTES)), self._depth + 1, self._budget)

    def _decoded(self, size: int) -> bytes:
        encoding = self.first("content-transfer-encoding")
        return transfer_decoded(self.beginning(decodable(size, encoding)), encoding)[:size]

    def _divide(self, guess_only: bool) -> list["Part"]:
        if self._depth >= MAX_DEPTH:
            return []
        raw, end = self._raw, self._end
        begin = max(self._at - 1, 0)
        boundary = self.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        delimiter = b"\n--" + boundary
        place = raw.find(delimiter, begin, end) if boundary else -1
        if place < 0:
            guessed = _guessed_boundary(raw, begin, min(end, begin + 4000) if guess_only else end)
            if guessed is None or (guess_only and raw[self._at : guessed.start()].strip().count(b"\n") > 2):
                return []
            delimiter = b"\n--" + guessed[1].removesuffix(b"--")
            place = -1 if not begin and raw.startswith(delimiter[1:]) else raw.find(delimiter, begin, end)
        parts: list[Part] = []
        for _ in range(MAX_DELIMITERS):
            if place < -1 or self._budget[0] <= 0:
                break
            behind = place + len(delimiter)
            following = raw.find(delimiter, behind, end)
            stop = following if following >= 0 else end
            if raw.startswith(b"--", behind) and behind + 2 <= stop:
                break
            line = raw.find(b"\n", behind, stop)
            # Another boundary that only begins with ours is no boundary.
            if line >= 0 and not raw[behind:line].strip():
                parts.append(Part(raw, self._depth + 1, self._budget, line + 1, stop))
            place = following if following >= 0 else -2
        return parts


class Message(Part):
    """A whole mail as found in a file or a mailbox."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(with_line_feeds(raw).lstrip(b"\n \t\xef\xbb\xbf"), 0, [MAX_PARTS])
        self._mentions: set[str] | None = None
        self._subject: str | None = None
        self._lost: list[str] = []

    def lose(self, what: str) -> None:
        """Notes that something of the mail was left out, in a sentence for people."""
        self._lost.append(what)

    @property
    def lost(self) -> list[str]:
        """What could not be read because the mail is beyond all measure."""
        if self._budget[0] > 0:
            return self._lost
        return [*self._lost, f"more than {MAX_PARTS} parts; recipients named behind them are left out"]

    @property
    def mentions(self) -> set[str]:
        """What the bytes of the mail speak of, before anything is decoded."""
        if self._mentions is None:
            self._mentions = _MENTIONED.found_in_bytes(self._raw)
        return self._mentions

    @property
    def subject(self) -> str:
        """Subject with its encoded words read."""
        if self._subject is None:
            self._subject = words_decoded(self.first("subject"))
        return self._subject


def with_line_feeds(raw: bytes) -> bytes:
    """The same with LF for CRLF and CR."""
    if b"\r" not in raw:
        return raw
    raw = raw.replace(b"\r\n", b"\n")
    return raw.replace(b"\r", b"\n") if b"\r" in raw else raw


def _guessed_boundary(raw: bytes, begin: int, end: int) -> re.Match[bytes] | None:
    """The first line that looks like a boundary: two hyphens, and a header that begins with Content below it."""
    if not begin and raw.startswith(b"--") and (found := _GUESSED_BOUNDARY.match(raw, 0, end)) is not None:
        return found
    at = raw.find(b"\n--", begin, end)
    while at >= 0:
        if (found := _GUESSED_BOUNDARY.match(raw, at + 1, end)) is not None:
            return found
        at = raw.find(b"\n--", at + 1, end)
    return None


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(f";{text}"[:MAX_HEADER_CHARS]):
        if value.startswith('"'):
            value = value[1:-1].replace("\\\\", "\\").replace('\\"', '"')
        found.setdefault(name.lower().rstrip("*"), value)
    return found


_known_parameters = lru_cache(maxsize=512)(_parameters)
"""Most types with a charset are one of a few; boundaries are all different."""
