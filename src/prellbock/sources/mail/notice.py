"""What does the human part of a report say, and which message was returned with it?

Many reports are plain text with the original message pasted below; where the pasted headers begin, the notice ends.
"""

import re
from functools import cached_property

from prellbock.sources.mail.address_text import address_in, addresses_in
from prellbock.sources.mail.message import Message, Part

MAX_CHARS = 200_000
MAX_LINE_CHARS = 4000

_BLANKS = re.compile(r"[ \t\u00a0\u3000]{41,}")
_EMPTY_LINES = re.compile(r"\n{4,}")

RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/partial")
_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?(.*)")
_ORIGINAL = frozenset(
    [
        "received",
        "return-path",
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "dkim-signature",
        "delivered-to",
        "content-type",
        "x-received",
        "arc-seal",
        "reply-to",
        "sender",
        "cc",
        "x-original-to",
        "x-mailer",
        "user-agent",
    ]
)
_MACHINE_PART = re.compile(r"^(?:Reporting-MTA|Final-Recipient|Original-Recipient): ?\S", re.IGNORECASE | re.MULTILINE)
_MARKER = re.compile(
    r"[-*_= >]*(?:(?:this is|below is|below this line is)(?: the)? (?:a )?(?:truncated )?(?:copy|header|original)"
    r"|(?:the )?(?:message )?headers? (?:of the original message )?(?:follow|is following)"
    r"|(?:un(?:sent|delivered) |returned |original )?message(?: text)? (?:follows|below|header)"
    r"|original (?:message|mail)|begin (?:of )?(?:message|the )|message headers? follow|unsent message"
    r"|header(?:s)? of the original|the header of the original|le message d'origine|ursprüngliche nachricht"
    r"|original-nachricht|der header der ursprünglichen)",
    re.IGNORECASE,
)


class Notice:
    """A mail seen as a report: the text for people, and the headers of the message it is about."""

    def __init__(self, mail: Message) -> None:
        self.mail = mail
        texts: list[str] = []
        pages: list[str] = []
        size = 0
        for part in mail.walk():
            if part.parts or not part.type.startswith(("text", "multipart/")):
                continue
            if part.type in RETURNED or size > MAX_CHARS:
                continue
            (pages if part.type == "text/html" else texts).append(part.text[:MAX_CHARS])
            size += len(part.text)
        self.raw = "\n".join(texts if any(text.strip() for text in texts) else pages)[:MAX_CHARS]
        self.full = _tidied(self.raw)
        at, pasted = _pasted_headers(self.full)
        self.text = self.full[:at]
        self._pasted = pasted

    @cached_property
    def from_address(self) -> str:
        """Lower-case address of From, empty where there is none."""
        return address_in(self.mail.first("from")) or ""

    @cached_property
    def subject(self) -> str:
        return self.mail.subject

    @cached_property
    def original(self) -> Part | None:
        """The message (or its headers) that the report is about."""
        for part in self.mail.walk():
            if part.type in RETURNED:
                inner = part.message
                if inner is not None and inner.has_headers:
                    return inner
        if self._pasted:
            return Part(self._pasted.encode("utf-8", "replace"), 8, [1])
        return None

    @cached_property
    def failed_recipients(self) -> list[str]:
        """X-Failed-Recipients, which Exim, Google and Mail.Ru write."""
        return [found for value in self.mail.all("x-failed-recipients") for found in addresses_in(value)]

    @cached_property
    def original_recipients(self) -> list[str]:
        """Whom the returned message was addressed to, as far as its headers tell, each once."""
        if self.original is None:
            return []
        for names in (("x-envelope-to", "x-original-to", "x-rcpt-to", "delivered-to"), ("to", "cc")):
            found = [a for name in names for value in self.original.all(name) for a in addresses_in(value)]
            if found:
                return list(dict.fromkeys(found))
        return []

    @cached_property
    def sole_recipient(self) -> str | None:
        """The one address the report can be about, where its headers leave only one."""
        for found in (list(dict.fromkeys(self.failed_recipients)), self.original_recipients):
            if found:
                return found[0] if len(found) == 1 else None
        return None


def _tidied(text: str) -> str:
    """Long runs of blanks, of empty lines and endless lines cut, so that no pattern below can be made to crawl."""
    lines = (_BLANKS.sub(" " * 40, line[:MAX_LINE_CHARS].rstrip()) for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n\n", "\n".join(lines))


def _pasted_headers(text: str) -> tuple[int, str]:
    """Where pasted headers of an original message begin (with the line announcing them), and these headers."""
    at = 0
    if match := _MACHINE_PART.search(text):
        before, pasted = _pasted_headers(text[: match.start()])
        return (before, pasted) if pasted else (min(before, match.start()), _pasted_headers_after(text, match.end()))
    lines = text.split("\n")
    offsets: list[int] = []
    for line in lines:
        offsets.append(at)
        at += len(line) + 1
    index = 0
    while index < len(lines):
        if not _is_original_header(lines[index]):
            index += 1
            continue
        end, names = _run_of_headers(lines, index)
        strong = names & {"received", "dkim-signature", "return-path", "x-received", "message-id", "arc-seal"}
        announced = _announcement(lines, index)
        if (strong and len(names) >= 3) or len(names & _ORIGINAL) >= 4 or (announced is not None and len(names) >= 2):
            begin = index if announced is None else announced
            return offsets[begin], "\n".join(lines[index:end])
        index = max(end, index + 1)
    for number, line in enumerate(lines):
        if line[:2].strip(" -*_=>") == "" and line[:1] in "-*_=" and line[:1] and _MARKER.match(line):
            return offsets[number], ""
    return len(text), ""


def _pasted_headers_after(text: str, begin: int) -> str:
    rest = text[begin:].partition("\n\n")[2]
    return "" if _MACHINE_PART.search(rest) else _pasted_headers(rest)[1]


def _is_original_header(line: str) -> bool:
    match = _HEADER_LINE.match(line)
    return match is not None and match[1].lower() in _ORIGINAL


def _run_of_headers(lines: list[str], begin: int) -> tuple[int, set[str]]:
    names: set[str] = set()
    at = begin
    while at < len(lines):
        line = lines[at]
        if line[:1] in {" ", "\t"} and line.strip():
            at += 1
            continue
        match = _HEADER_LINE.match(line)
        if match is None:
            break
        names.add(match[1].lower())
        at += 1
    return at, names


def _announcement(lines: list[str], index: int) -> int | None:
    for back in range(index - 1, max(-1, index - 5), -1):
        if lines[back].strip():
            return back if _MARKER.match(lines[back].strip()) else None
    return None
