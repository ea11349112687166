"""Postfix (``src/bounce/bounce_notify_util.c``), also as branded by Yandex, Mail.Ru and others.

    <user@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown
        (in reply to RCPT TO command)

A second kind is the transcript of an SMTP session with errors (``notify_classes = protocol``).
"""

import re
from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.address_text import address_in
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import Listing
from prellbock.sources.mail.notice import Notice

POSTFIX = Listing(
    "postfix",
    signature=r"this is the (?:mail system|\S{3,30} program|postfix program) at host"
    r"|your message could not(?: be)?\s+be delivered"
    r"|i'?m sorry to have to inform you|your message (?:was successfully delivered|could not be delivered for)"
    r"|enclosed is the mail delivery report",
    begin=r"(?:the mail system|the postfix program|the \S{3,30} program)[ \t]*\n|attached returned message\.?\s"
    r"|message returned below\.?\s|could\s+not\s+(?:be\s+)*delivered\s+to\s+one\s+or\s+more\s+(?:recipients"
    r"|destinations)"
    r"|following recipient",
)


class PostfixSession:
    """The transcript of a session: what the client asked for, what our own Postfix answered."""

    name: ClassVar[str] = "postfix-session"
    signs: ClassVar[tuple[str, ...]] = ("transcript of session follows",)

    def read(self, notice: Notice) -> Sequence[Finding]:
        if not re.search(r"^\s*Transcript of session follows", notice.full, re.IGNORECASE):
            return []
        recipients: list[str] = []
        refused: dict[str, str] = {}
        last = ""
        for side, said in _turns(notice.full):
            if side == "In" and re.match(r"RCPT\s+TO:", said, re.IGNORECASE):
                last = address_in(said) or ""
                if last:
                    recipients.append(last)
            elif side == "In":
                last = "" if re.match(r"(?:MAIL|DATA|QUIT|RSET)", said, re.IGNORECASE) else last
            elif said[:1] in {"4", "5"}:
                for name in [last] if last else recipients:
                    refused.setdefault(name, said)
        return [Finding(recipient=name, text=said) for name, said in refused.items()]


def _turns(text: str) -> list[tuple[str, str]]:
    """(In or Out, what was said), continuation lines joined."""
    turns: list[tuple[str, str]] = []
    for line in text.split("\n"):
        match = re.match(r" {0,4}(In|Out): ? ?(.*)", line)
        if match:
            turns.append((match[1], match[2].strip()))
        elif turns and line[:4] == "    ":
            turns[-1] = (turns[-1][0], f"{turns[-1][1]} {line.strip()}")
        elif turns and line.strip():
            break
    return turns
