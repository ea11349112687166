"""What does the human part of a report say, and which message was returned with it?

Many reports are plain text with the original message pasted below; where the pasted headers begin, the notice ends.
"""

import re

from prellbock.sources.mail.address_text import address_in, addresses_in
from prellbock.sources.mail.letters import in_lower_case
from prellbock.sources.mail.message import Message, Part
from prellbock.sources.mail.once import once
from prellbock.sources.mail.pasted import pasted_headers
from prellbock.sources.mail.replies import STAGE_WORDS
from prellbock.sources.mail.signs import Signs

MAX_CHARS = 200_000
MAX_BYTES = 4 * MAX_CHARS
MAX_LINE_CHARS = 4000

MAX_RUN = 40
"""Blanks in a row, whatever their kind."""

_BLANKS = re.compile(rf"[ \t\u00a0\u3000]{{{MAX_RUN + 1},}}")
_LONG_RUN = " " * (MAX_RUN + 1)
_STRANGE_BLANKS = "\x0b\x0c\x1c\x1d\x1e\x1f"

RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/partial")

STAGE_BYTES = 16_000
"""More than `replies.stage_in` looks at."""
_STAGES = Signs({"stage": STAGE_WORDS}, wrapped=True)
_PASSED_ON = Signs({"passed on": ("expanded from", "generated from")}, wrapped=True)


class Notice:
    """A mail seen as a report: the text for people, and the headers of the message it is about."""

    def __init__(self, mail: Message) -> None:
        self.mail = mail
        self.is_delay: bool | None = None
        """Does it say that the message is still being tried? None until somebody asked (`listing.is_delay`)."""
        self.may_be_delay = True
        """False once it is known that no word of delay stands in the text."""

    @once
    def raw(self) -> str:
        """All text parts, or the pages where there is none."""
        texts: list[Part] = []
        pages: list[Part] = []
        for part in self.mail.entities:
            kind = part.type
            if kind.startswith(("text", "multipart/")) and kind not in RETURNED and not part.parts:
                (pages if kind == "text/html" else texts).append(part)
        told = _joined(texts)
        return _joined(pages) if not told or told.isspace() else told

    @once
    def may_tell_stage(self) -> bool:
        """False where the text clearly names no SMTP command; known without reading it."""
        for part in self.mail.entities:
            if part.type[:4] == "text" and part.type not in RETURNED:
                if part.first("content-transfer-encoding").lower() in {"base64", "quoted-printable"}:
                    return True
                if _STAGES.found_in_bytes(part.beginning(STAGE_BYTES)):
                    return True
        return False

    @once
    def may_tell_passed_on(self) -> bool:
        """False where the text clearly does not say that mail was passed on; known without reading it."""
        for part in self.mail.entities:
            if part.type.startswith(("text", "multipart/")) and part.type not in RETURNED and not part.parts:
                if part.first("content-transfer-encoding").lower() in {"base64", "quoted-printable"}:
                    return True
                if _PASSED_ON.found_in_bytes(part.beginning(MAX_BYTES)):
                    return True
        return False

    @once
    def full(self) -> str:
        """The text for people with what is pasted below it, tidied."""
        return _tidied(self.raw)

    @once
    def lowered(self) -> str:
        """`full` in lower case, of the same length."""
        return in_lower_case(self.full)

    @once
    def text(self) -> str:
        """The text for people, up to the pasted original."""
        return self.full[: self._pasted[0]]

    @once
    def low(self) -> str:
        """`text` in lower case, of the same length."""
        return self.lowered[: self._pasted[0]]

    @once
    def _pasted(self) -> tuple[int, str]:
        return pasted_headers(self.full, self.lowered)

    @once
    def from_address(self) -> str:
        """Lower-case address of From, empty where there is none."""
        return address_in(self.mail.first("from")) or ""

    @once
    def subject(self) -> str:
        return self.mail.subject

    @once
    def original(self) -> Part | None:
        """The message (or its headers) that the report is about."""
        for part in self.mail.entities:
            if part.type in RETURNED:
                inner = part.message
                if inner is not None and inner.has_headers:
                    return inner
        if self._pasted[1]:
            return Part(self._pasted[1].encode("utf-8", "replace"), 8, [1])
        return None

    @once
    def failed_recipients(self) -> list[str]:
        """X-Failed-Recipients, which Exim, Google and Mail.Ru write."""
        return [found for value in self.mail.all("x-failed-recipients") for found in addresses_in(value)]

    @once
    def original_recipients(self) -> list[str]:
        """Whom the returned message was addressed to, as far as its headers tell, each once."""
        if self.original is None:
            return []
        for names in (("x-envelope-to", "x-original-to", "x-rcpt-to", "delivered-to"), ("to", "cc")):
            found = [a for name in names for value in self.original.all(name) for a in addresses_in(value)]
            if found:
                return list(dict.fromkeys(found))
        return []

    @once
    def sole_recipient(self) -> str | None:
        """The one address the report can be about, where its headers leave only one."""
        for found in (list(dict.fromkeys(self.failed_recipients)), self.original_recipients):
            if found:
                return found[0] if len(found) == 1 else None
        return None


def _joined(parts: list[Part]) -> str:
    texts: list[str] = []
    room = MAX_CHARS
    for part in parts:
        if room >= 0:
            texts.append(part.text[:MAX_CHARS])
            room -= len(part.text)
    return "\n".join(texts)[:MAX_CHARS]


def _tidied(text: str) -> str:
    """Long runs of blanks, of empty lines and endless lines cut, so that no pattern below can be made to crawl."""
    if _is_tidy(text):
        return text
    lines = [*map(str.rstrip, text.split("\n"))]
    if _may_need_cut(text, lines):
        lines = [_cut(line) if len(line) > MAX_RUN else line for line in lines]
    text = "\n".join(lines)
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return text


def _is_tidy(text: str) -> bool:
    """Is there clearly nothing to be cut? The usual blanks and short texts only."""
    return (
        len(text) <= MAX_LINE_CHARS
        and " \n" not in text
        and "\t" not in text
        and _LONG_RUN not in text
        and "\n\n\n\n" not in text
        and text[-1:] != " "
        and text.isascii()
        and not _has_strange_blank(text)
    )


def _has_strange_blank(text: str) -> bool:
    return any(blank in text for blank in _STRANGE_BLANKS)


def _may_need_cut(text: str, lines: list[str]) -> bool:
    """A run of blanks that is too long is one of spaces alone or has some other blank in it."""
    return (
        (len(text) > MAX_LINE_CHARS and max(map(len, lines)) > MAX_LINE_CHARS)
        or _LONG_RUN in text
        or (
            ("\t" in text or not text.isascii())
            and _LONG_RUN in text.replace("\t", " ").replace("\u00a0", " ").replace("\u3000", " ")
        )
    )


def _cut(line: str) -> str:
    return _BLANKS.sub(" " * MAX_RUN, line[:MAX_LINE_CHARS].rstrip())
