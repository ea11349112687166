"""What does the human part of a report say, and which message was returned with it?

Many reports are plain text with the original message pasted below; where the pasted headers begin, the notice ends.
"""

import re

from prellbock.sources.mail.address_text import address_in, addresses_in
from prellbock.sources.mail.letters import in_lower_case
from prellbock.sources.mail.message import Message, Part
from prellbock.sources.mail.pasted import pasted_headers
from prellbock.sources.mail.signs import Signs
from prellbock.sources.mail.stages import STAGE_WORDS

MAX_CHARS = 200_000
MAX_BYTES = 4 * MAX_CHARS
MAX_LIST_CHARS = 16 * 1024 * 1024
"""So much is read where the notice turns out to be a list of recipients that goes on behind `MAX_CHARS`."""
MAX_LINE_CHARS = 4000

MAX_RUN = 40
"""Blanks in a row, whatever their kind."""

_BLANKS = re.compile(rf"[ \t\u00a0\u3000]{{{MAX_RUN + 1},}}")
_LONG_RUN = " " * (MAX_RUN + 1)
_STRANGE_BLANKS = "\x0b\x0c\x1c\x1d\x1e\x1f"

RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/partial")

_HINTS = Signs({"stage": STAGE_WORDS, "passed on": ("expanded from", "generated from")}, wrapped=True)


class Notice:
    """A mail seen as a report: the text for people, and the headers of the message it is about.

    What is asked for is worked out once and kept.
    """

    def __init__(self, mail: Message, room: int = MAX_CHARS) -> None:
        """No more than ``room`` characters of the text are read."""
        self.mail = mail
        self._room = room
        self.is_delay: bool | None = None
        """Does it say that the message is still being tried? None until somebody asked (`listing.is_delay`)."""
        self.may_be_delay = True
        """False once it is known that no word of delay stands in the text."""
        self._raw: str | None = None
        self._full: str | None = None
        self._lowered: str | None = None
        self._text: str | None = None
        self._low: str | None = None
        self._end = -1
        self._pasted_headers = ""
        self._hints: set[str] | None = None
        self._from_address: str | None = None
        self._original: Part | None = None
        self._original_is_read = False
        self._failed_recipients: list[str] | None = None
        self._original_recipients: list[str] | None = None

    @property
    def raw(self) -> str:
        """All text parts, or the pages where there is none."""
        if self._raw is None:
            texts: list[Part] = []
            pages: list[Part] = []
            for part in self.mail.entities:
                if _is_for_people(part):
                    (pages if part.type == "text/html" else texts).append(part)
            told = _joined(texts, self._room)
            self._raw = _joined(pages, self._room) if not told or told.isspace() else told
        return self._raw

    @property
    def goes_on(self) -> bool:
        """Is the text cut off at the room there is, before any message that is pasted below it?"""
        return len(self.raw) == self._room and self._pasted() == len(self.full)

    @property
    def may_tell_stage(self) -> bool:
        """False where the text clearly names no SMTP command; known without reading it."""
        return "stage" in self._spoken_of()

    @property
    def may_tell_passed_on(self) -> bool:
        """False where the text clearly does not say that mail was passed on; known without reading it."""
        return "passed on" in self._spoken_of()

    def _spoken_of(self) -> set[str]:
        """Which of the hints stand in the text; all of them where it is encoded."""
        if self._hints is None:
            self._hints = set()
            for part in self.mail.entities:
                if _is_for_people(part):
                    if part.first("content-transfer-encoding").lower() in {"base64", "quoted-printable"}:
                        self._hints = {"stage", "passed on"}
                        break
                    self._hints |= _HINTS.found_in_bytes(part.beginning(MAX_BYTES))
        return self._hints

    @property
    def full(self) -> str:
        """The text for people with what is pasted below it, tidied."""
        if self._full is None:
            self._full = _tidied(self.raw)
        return self._full

    @property
    def lowered(self) -> str:
        """`full` in lower case, of the same length."""
        if self._lowered is None:
            self._lowered = in_lower_case(self.full)
        return self._lowered

    @property
    def text(self) -> str:
        """The text for people, up to the pasted original."""
        if self._text is None:
            self._text = self.full[: self._pasted()]
        return self._text

    @property
    def low(self) -> str:
        """`text` in lower case, of the same length."""
        if self._low is None:
            self._low = self.lowered[: self._pasted()]
        return self._low

    def _pasted(self) -> int:
        """Where the text for people ends; the headers pasted there are kept."""
        if self._end < 0:
            self._end, self._pasted_headers = pasted_headers(self.full, self.lowered)
        return self._end

    @property
    def from_address(self) -> str:
        """Lower-case address of From, empty where there is none."""
        if self._from_address is None:
            self._from_address = address_in(self.mail.first("from")) or ""
        return self._from_address

    @property
    def subject(self) -> str:
        """The subject of the report, its encoded words read."""
        return self.mail.subject

    @property
    def original(self) -> Part | None:
        """The message (or its headers) that the report is about."""
        if not self._original_is_read:
            self._original = self._returned()
            self._original_is_read = True
        return self._original

    def _returned(self) -> Part | None:
        for part in self.mail.entities:
            if part.type in RETURNED:
                inner = part.message
                if inner is not None and inner.has_headers:
                    return inner
        self._pasted()
        if self._pasted_headers:
            return Part(self._pasted_headers.encode("utf-8", "replace"), 8, [1])
        return None

    @property
    def failed_recipients(self) -> list[str]:
        """X-Failed-Recipients, which Exim, Google and Mail.Ru write."""
        if self._failed_recipients is None:
            every = self.mail.all("x-failed-recipients")
            self._failed_recipients = [found for value in every for found in addresses_in(value)]
        return self._failed_recipients

    @property
    def original_recipients(self) -> list[str]:
        """Whom the returned message was addressed to, as far as its headers tell, each once."""
        if self._original_recipients is None:
            self._original_recipients = _addressees(self.original)
        return self._original_recipients

    @property
    def sole_recipient(self) -> str | None:
        """The one address the report can be about, where its headers leave only one."""
        for found in (list(dict.fromkeys(self.failed_recipients)), self.original_recipients):
            if found:
                return found[0] if len(found) == 1 else None
        return None


def _is_for_people(part: Part) -> bool:
    kind = part.type
    return kind.startswith(("text", "multipart/")) and kind not in RETURNED and not part.parts


def _addressees(original: Part | None) -> list[str]:
    if original is None:
        return []
    for names in (("x-envelope-to", "x-original-to", "x-rcpt-to", "delivered-to"), ("to", "cc")):
        found = [address for name in names for value in original.all(name) for address in addresses_in(value)]
        if found:
            return list(dict.fromkeys(found))
    return []


def _joined(parts: list[Part], size: int) -> str:
    texts: list[str] = []
    room = size
    for part in parts:
        if room >= 0:
            text = part.text if size <= MAX_CHARS else part.text_of(4 * size)
            texts.append(text[:size])
            room -= len(text)
    return "\n".join(texts)[:size]


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
