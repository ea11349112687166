"""Notices that list addresses, each followed by its cause: the shape that most mail systems share.

An address line is ``<u@example.com>:`` or an indented bare address; the cause stands on the rest of the line and on the
lines below, up to the next address line. Postfix, qmail, Exim, Courier, GMX, Yahoo and many others differ only in the
phrases around the list.
"""

import re
from collections.abc import Sequence

from prellbock.events import Action
from prellbock.sources.mail.address_text import address_in, canonical_or_none
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.letters import caseless
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.replies import one_line
from prellbock.sources.mail.signs import signs_of
from prellbock.sources.mail.stages import stage_in

# What may not stand before a word is looked at behind it: the scan jumps from one `host` to the next.
_HOST = re.compile(
    r"host(?<!\whost):?\s+\"?([A-Za-z0-9][A-Za-z0-9.-]{1,250})\"?\s*[\[(]?|host(?<!\whost):? ([A-Za-z0-9.-]{3,250})"
)
_REMOTE = re.compile(r"(?:Connected to|Giving up on) ([0-9A-Za-z][0-9A-Za-z.:-]{2,250}?)\.?(?=\s|$)")

# `<u@x>: rest`, `"u@x":`, `u@x: rest`, `<u@x> rest`, or the address alone on its line.
ADDRESS_LINE = re.compile(
    r"[ \t]{0,12}(?:[*-] )?(?P<open>[<\"'(]?)(?P<address>(?:\"[^\"\n]{1,64}\""
    r"|[^\s<>()\[\],;:@\"']{1,64})@[^\s<>()\[\],;:\"']{1,255})"
    r"[>\"')]?[ \t]*(?P<mark>:|\.\.\.|(?=[ \t]*(?:$|\(|\[)))[ \t]*(?P<rest>.*)"
)

DELAY = caseless(
    r"has not yet been (?:delivered|received)|has been delayed|is delayed|warning only|warning message only"
    r"|(?<!nothing )will be retried|still (?:being )?(?:retried|trying)|not yet been delivered"
    r"|delivery attempts will continue|will continue to (?:try|be)|temporary failure report|delayed mail"
    r"|delivery status notification \(delay\)|noch nicht zugestellt|message delayed|delivery delayed"
)


_REFUSED = re.compile(r"\bsaid:|(?<![\w.])5\d\d[ -]")
_NOTICE_CHARS = 6000


def is_delay(notice: Notice) -> bool:
    """Does the notice say that the message is still being tried?"""
    if notice.is_delay is None:
        notice.is_delay = DELAY.search(notice.subject.lower()) is not None or (
            notice.may_be_delay and _says_delay(notice.low)
        )
    return notice.is_delay


def _says_delay(low: str) -> bool:
    """Does the notice itself say so, and not the reply of another server that it quotes further up in a paragraph?"""
    for match in DELAY.finditer(low, 0, _NOTICE_CHARS):
        if _REFUSED.search(low, low.rfind("\n\n", 0, match.start()) + 1, match.start()) is None:
            return True
    return False


def mx_in(text: str) -> str | None:
    """The answering host that a cause names: ``host mx.example.com [192.0.2.1]``, ``Connected to ...``."""
    for pattern in (_HOST, _REMOTE):
        if match := pattern.search(text[:2000]):
            name = (match[1] or match[match.lastindex or 1]).rstrip(".").lower()
            if "." in name:
                return name
    return None


class Listing:
    """A dialect of the common shape, told apart by phrases."""

    def __init__(
        self,
        name: str,
        *,
        signature: str,
        begin: str | None = None,
        end: str | None = None,
        boilerplate: str | None = None,
        needs_mark: bool = False,
    ) -> None:
        """``signature`` must be found in the notice; the list stands after ``begin`` and before ``end``;
        ``boilerplate`` is cut out of causes; with ``needs_mark`` only ``address:`` counts as an address line."""
        self.name = name
        self.signs = signs_of(signature)
        self._sources = (signature, begin, end)
        self._compiled: tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str] | None] | None = None
        self._boilerplate = re.compile(boilerplate, re.IGNORECASE) if boilerplate else None
        self._needs_mark = needs_mark

    def patterns(self) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str] | None]:
        """Signature, beginning and end; compiled when a notice first has one of the signs."""
        if self._compiled is None:
            signature, begin, end = self._sources
            found = caseless(signature)
            self._compiled = (found, caseless(begin) if begin else found, caseless(end) if end else None)
        return self._compiled

    def read(self, notice: Notice) -> Sequence[Finding]:
        signature, begin, end = self.patterns()
        if signature.search(notice.low) is None:
            return []
        start = begin.search(notice.low)
        if start is None:
            return []
        stop = end.search(notice.low, start.end()) if end is not None else None
        text = notice.text[start.end() : stop.start() if stop else None]
        action: Action = "delayed" if is_delay(notice) else "failed"
        found: list[Finding] = []
        for address, cause in sections(text, self._needs_mark):
            mx, stage = mx_in(cause), stage_in(cause)
            if self._boilerplate is not None:
                cause = self._boilerplate.sub(" ", cause)
            found.append(Finding(recipient=address, text=cause.strip(), mx=mx, action=action, stage=stage))
        return shared_causes(found)


def sections(text: str, needs_mark: bool = False) -> list[tuple[str, str]]:
    """Address and the text that follows it, for every address line of a list."""
    found: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        match = ADDRESS_LINE.match(line) if "@" in line else None
        address = None
        if match is not None and (match["mark"] or not needs_mark):
            address = canonical_or_none(match["address"].strip(".'\""))
        if address is not None and match is not None and not _is_continuation(line, found):
            found.append((address, [match["rest"]]))
        elif found:
            found[-1][1].append(line)
    return [(address, "\n".join(lines).strip()) for address, lines in found]


def _is_continuation(line: str, found: list[tuple[str, list[str]]]) -> bool:
    """A deeper line such as ``<u@x>... User unknown`` below its own address goes on with the cause."""
    if not found or line[:1] not in " \t":
        return False
    address, lines = found[-1]
    return address in line.lower() and len(lines) < 12


def shared_causes(found: list[Finding]) -> list[Finding]:
    """Addresses listed one below the other share the cause that follows the last of them."""
    for number in range(len(found) - 2, -1, -1):
        if not found[number].text:
            found[number].text = found[number + 1].text
            found[number].mx = found[number].mx or found[number + 1].mx
    return found


def first_paragraph(text: str) -> str:
    """The text up to the first empty line, on one line."""
    return one_line(text.strip().partition("\n\n")[0])


def sole(notice: Notice, text: str) -> list[Finding]:
    """One finding for a notice that names no address but can only be about one."""
    recipient = notice.sole_recipient or address_in(text)
    action: Action = "delayed" if is_delay(notice) else "failed"
    return [Finding(recipient=recipient, text=text, mx=mx_in(text), action=action)] if recipient else []
