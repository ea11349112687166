"""au (KDDI) mobile mail, ``ezweb.ne.jp`` and ``au.com``: the cause stands above the address, often without a code.

The user(s) account is disabled.
<user@ezweb.ne.jp>: 550 user unknown (in reply to RCPT TO command)
"""

import re
from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.address_text import canonical_or_none
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import is_delay
from prellbock.sources.mail.letters import caseless
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.replies import cause
from prellbock.sources.mail.signs import signs_of
from prellbock.sources.mail.stages import stage_in

_HEAD = caseless(
    r"The user\(s\) account is (?:disabled|temporarily limited)\.?|Each of the following recipients was rejected by a"
    r" remote mail server\.?|Following recipients did not receive[^\n]*|The (?:following"
    r"|user)[^\n]{1,120}mailbox[^\n]*"
)
_LINE = re.compile(r"^<([^<>\s]{3,320})>:?[ \t]*([^\n]*(?:\n[ \t]+[^\n]+)*)", re.MULTILINE)


class Ezweb:
    """Joins the sentence above with the line of the address."""

    name: ClassVar[str] = "ezweb"
    signs: ClassVar[tuple[str, ...]] = signs_of(_HEAD.pattern)

    def read(self, notice: Notice) -> Sequence[Finding]:
        if not notice.text.startswith("<") and "\n<" not in notice.text:
            return []
        begin = _HEAD.search(notice.low)
        if begin is None:
            return []
        head = notice.text[begin.start() : begin.end()]
        found: list[Finding] = []
        for match in _LINE.finditer(notice.text):
            address = canonical_or_none(match[1])
            if address is not None:
                said = match[2].strip()
                reply = cause(said).text
                text = f"{reply} {head}" if reply else head
                found.append(
                    Finding(
                        recipient=address,
                        text=text,
                        action="delayed" if is_delay(notice) else "failed",
                        stage=stage_in(said),
                    )
                )
        return found
