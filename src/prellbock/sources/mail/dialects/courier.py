"""Courier MTA (https://www.courier-mta.org, ``courier/module.dsn``).

<user@example.com>:
     mx.example.com [192.0.2.1]:
     >>> RCPT TO:<user@example.com>
     <<< 550 5.1.1 User unknown
"""

import re
from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import is_delay, sections
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.signs import signs_of

_SIGNATURE = re.compile(
    r"this is a delivery status notification from|courier mail server|unable to deliver a message containing the"
    r"|your message is being returned|courierd",
    re.IGNORECASE,
)
_HOST = re.compile(r"^\s*([A-Za-z0-9][\w.-]{2,250}) \[[0-9a-fA-F.:]{3,45}\]:", re.MULTILINE)
_SAID = re.compile(r"^\s*<<< ?(.*)", re.MULTILINE)
_ASKED = re.compile(r"^\s*>>> ?([A-Za-z]{4} ?\w{0,4})", re.MULTILINE)


class Courier:
    """Reads each address with the remote server's lines below it."""

    name: ClassVar[str] = "courier"
    signs: ClassVar[tuple[str, ...]] = signs_of(_SIGNATURE.pattern)

    def read(self, notice: Notice) -> Sequence[Finding]:
        if not _SIGNATURE.search(notice.text):
            return []
        found: list[Finding] = []
        for address, text in sections(notice.text, needs_mark=True):
            text = re.split(r"(?:^|\n)-{3,}|\nIf your message was also sent to", text, maxsplit=1)[0]
            said = _SAID.findall(text)
            host = _HOST.search(text)
            asked = _ASKED.findall(text)
            cause = " ".join(said) if said else text
            if asked:
                cause = f"{cause} (in reply to {asked[-1]} command)"
            found.append(
                Finding(
                    recipient=address,
                    text=cause,
                    mx=host[1].lower() if host else None,
                    action="delayed" if is_delay(notice) else "failed",
                )
            )
        return found
