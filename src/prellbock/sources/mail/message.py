"""What parts does a mail have? RFC 5322 and MIME structure from bytes, however broken.

Any bytes are a message: line ends may be LF, CRLF or CR, boundaries may be wrong or missing, the end may be cut off.
Sizes are bounded: depth, number of parts, number and length of headers.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from prellbock.sources.mail.decoding import charset_decoded, text_of_html, transfer_decoded, words_decoded

MAX_DEPTH = 8
MAX_PARTS = 200
MAX_HEADERS = 1000
MAX_HEADER_CHARS = 20_000

_HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_PARAMETER = re.compile(r";\s*([\w.*'-]{1,60})\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;\s]*)", re.DOTALL)
_GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--([^\n]{1,200}?)[ \t]*\n(?:[ \t]*\n)?Content-", re.IGNORECASE)


class Part:
    """One entity: its headers, and either a body or parts of its own."""

    def __init__(self, raw: bytes, depth: int, budget: list[int]) -> None:
        self.headers, self.body = _split(raw)
        self.parts: list[Part] = []
        self._depth, self._budget = depth, budget
        budget[0] -= 1
        declared = self.first("content-type")
        kind, _, rest = declared.partition(";")
        self.type = kind.strip().lower() or "text/plain"
        self.parameters = _parameters(";" + rest) if rest else {}
        if self.type.startswith("multipart/") or not declared:
            self.parts = self._divide(guess_only=not declared)
            if self.parts and not declared:
                self.type = "multipart/mixed"

    def all(self, name: str) -> list[str]:
        """Every value of a header (name in lower case), unfolded, encoded words not yet read."""
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return next((value for key, value in self.headers if key == name), "")

    def has(self, name: str) -> bool:
        """Is the header there at all?"""
        return any(key == name for key, _ in self.headers)

    @cached_property
    def text(self) -> str:
        """The body as text, read with its own encoding and charset; HTML becomes plain lines."""
        if self.parts:
            return ""
        raw = transfer_decoded(self.body, self.first("content-transfer-encoding"))
        text = charset_decoded(raw, self.parameters.get("charset", ""))
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        return text_of_html(text) if self.type == "text/html" else text

    @cached_property
    def message(self) -> "Part | None":
        """The message within a ``message/rfc822`` part (or the headers in a ``text/rfc822-headers`` part)."""
        if self._depth >= MAX_DEPTH or self._budget[0] <= 0:
            return None
        raw = transfer_decoded(self.body, self.first("content-transfer-encoding"))
        return Part(_with_line_feeds(raw), self._depth + 1, self._budget)

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in order, not entering messages within the message."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def _divide(self, guess_only: bool) -> list["Part"]:
        if self._depth >= MAX_DEPTH:
            return []
        body = b"\n" + self.body
        boundary = self.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        pieces = body.split(b"\n--" + boundary) if boundary else []
        if len(pieces) < 2:
            guessed = _GUESSED_BOUNDARY.search(body, 0, 4000 if guess_only else len(body))
            if guessed is None or (guess_only and body[: guessed.start()].strip().count(b"\n") > 2):
                return []
            pieces = body.split(b"\n--" + guessed[1].removesuffix(b"--"))
        parts = []
        for piece in pieces[1:]:
            rest, found, content = piece.partition(b"\n")
            if rest.startswith(b"--"):
                break
            if rest.strip() or not found:
                # Another boundary that only begins with ours: what follows belongs to the part before.
                continue
            if self._budget[0] <= 0:
                break
            parts.append(Part(content, self._depth + 1, self._budget))
        return parts


class Message(Part):
    """A whole mail as found in a file or a mailbox."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(_with_line_feeds(raw).lstrip(b"\n \t\xef\xbb\xbf"), 0, [MAX_PARTS])

    @cached_property
    def subject(self) -> str:
        return words_decoded(self.first("subject"))


def _with_line_feeds(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in raw else raw


def _split(raw: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Headers (lower-case name, unfolded value) and body; a line that cannot be a header begins the body."""
    headers: list[tuple[str, str]] = []
    at = 0
    name = b""
    value: list[bytes] = []
    while at < len(raw) and len(headers) < MAX_HEADERS:
        end = raw.find(b"\n", at)
        end = len(raw) if end < 0 else end
        line = raw[at:end]
        if not line.strip():
            # An empty line, or one of blanks only.
            at = end + 1
            break
        if line[:1] in b" \t" and name:
            value.append(line.strip())
        elif match := _HEADER.fullmatch(line[:MAX_HEADER_CHARS]):
            if name:
                headers.append(_header(name, value))
            name, value = match[1], [match[2].strip()]
        elif not (line.startswith((b"From ", b">From ")) and not name) and not _goes_on(raw, end, bool(name)):
            break
        at = end + 1
    if name:
        headers.append(_header(name, value))
    return headers, raw[at:]


def _goes_on(raw: bytes, end: int, within: bool) -> bool:
    """Is a line that is no header followed by one? Then it is a broken header, not the beginning of the body."""
    following = raw[end + 1 : end + 400].split(b"\n", 1)[0]
    return within and _HEADER.fullmatch(following) is not None


def _header(name: bytes, lines: list[bytes]) -> tuple[str, str]:
    raw = b" ".join(lines)[:MAX_HEADER_CHARS]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return name.decode("ascii").lower(), text


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(text[:MAX_HEADER_CHARS]):
        value = match[2]
        if value.startswith('"'):
            value = value[1:-1].replace("\\\\", "\\").replace('\\"', '"')
        found.setdefault(match[1].lower().rstrip("*"), value)
    return found
