"""OpenSMTPD (``usr.sbin/smtpd/bounce.c``): ``user@example.com: 550 5.1.1 ...`` within a sentence of its own.

An expired message is reported in the words of a delay (``delayed for more than 0 seconds``), with ``Envelope expired``
as its cause, though it is no longer in the queue.
"""

from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import Listing
from prellbock.sources.mail.notice import Notice

EXPIRED = "envelope expired"
"""How the cause begins, in lower case."""

_LISTING = Listing(
    "opensmtpd",
    signature=r"this is the MAILER-DAEMON, please DO NOT REPLY",
    begin=r"(?:the\s+)?following\s+list\s+of\s+recipients:|for the following recipients?:"
    r"|following\s+recipients?[^\n]{0,60}:",
    end=r"\n[ \t]*(?:below is a copy|please note that this is only)",
    needs_mark=True,
)


class OpenSmtpd:
    """Reads the list, and tells expiry from delay."""

    name: ClassVar[str] = "opensmtpd"
    signs: ClassVar[tuple[str, ...]] = _LISTING.signs

    def read(self, notice: Notice) -> Sequence[Finding]:
        found = _LISTING.read(notice)
        for finding in found:
            if finding.text.lower().startswith(EXPIRED):
                finding.action, finding.final = "failed", True
        return found
