"""Notices that tell their cause in fixed phrases: where the address stands, and after which words the cause begins."""

import re
from collections.abc import Sequence

from prellbock.sources.mail.address_text import address_in, addresses_in
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import is_delay, mx_in
from prellbock.sources.mail.letters import caseless
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.signs import signs_of

TO = r"<?\"?(?P<to>[^\s<>\"@]{1,64}@[^\s<>\"]{1,255})\"?>?"
"""An address within a line, for the pattern ``address``."""

MAX_CHARS = 30_000

Patterns = tuple[re.Pattern[str], re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str]]


class Phrase:
    """A dialect told apart and read by phrases; every pattern looks at one line, so that it stays linear."""

    def __init__(
        self, name: str, *, signature: str, address: str | None = None, cause: str | None = None, end: str = r"\n\n"
    ) -> None:
        """``signature`` must be found. ``address`` finds the recipients (group ``to``); without it the notice must be
        about one address only. The cause begins after ``cause`` (at its group ``cause``, if it has one), or after the
        address, and goes on to ``end``."""
        self.name = name
        self.signs = signs_of(signature)
        self._sources = (signature, address, cause, end)
        self._compiled: Patterns | None = None

    def patterns(self) -> Patterns:
        """Signature, address, cause and end; compiled when a notice first has one of the signs."""
        if self._compiled is None:
            signature, address, cause, end = self._sources
            self._compiled = (
                caseless(signature),
                caseless(address, re.MULTILINE) if address else None,
                caseless(cause, re.MULTILINE) if cause else None,
                caseless(end),
            )
        return self._compiled

    def read(self, notice: Notice) -> Sequence[Finding]:
        text, low = notice.text[:MAX_CHARS], notice.low[:MAX_CHARS]
        signature, address, cause, _ = self.patterns()
        if signature.search(low) is None:
            return []
        if address is not None and len(text) < len(notice.text) and address.search(notice.low, MAX_CHARS) is not None:
            notice.mail.lose(f"a notice of this kind ({self.name}) is read to {MAX_CHARS} characters; it goes on")
        found = [(recipient, self._told(text, low, end)) for recipient, end in self._recipients(notice, low)]
        if cause is not None and not any(told for _, told in found):
            return []
        action = "delayed" if is_delay(notice) else "failed"
        return [
            Finding(
                recipient=recipient, text=told, mx=mx_in(told), action="delayed" if action == "delayed" else "failed"
            )
            for recipient, told in found
        ]

    def _recipients(self, notice: Notice, low: str) -> list[tuple[str, int]]:
        """Each recipient with the place behind it."""
        pattern = self.patterns()[1]
        if pattern is not None:
            places: dict[str, int] = {}
            for match in pattern.finditer(low):
                address = address_in(match["to"])
                if address is not None:
                    places.setdefault(address, match.end())
            if places:
                return list(places.items())
        known = [notice.sole_recipient] if notice.sole_recipient else addresses_in(low)
        return [(known[0], 0)] if len(known) == 1 else []

    def _told(self, text: str, low: str, behind: int) -> str:
        _, _, cause, closing = self.patterns()
        if cause is None:
            begin = behind
        else:
            match = cause.search(low, behind) or cause.search(low)
            if match is None:
                return ""
            begin = match.start("cause") if match.groupdict().get("cause") is not None else match.end()
        begin = len(text) - len(text[begin:].lstrip("\n "))
        end = closing.search(low, begin)
        return text[begin : end.start() if end else None].strip()
