"""DragonFly Mail Agent (``dma``, https://github.com/corecode/dma): one recipient, one cause, no delivery-status part.

There was an error delivering your mail to <user@example.com>.

mx.example.com [192.0.2.1] did not like our RCPT TO:
550 5.1.1 User unknown
"""

import re
from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.address_text import address_in
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import is_delay
from prellbock.sources.mail.notice import Notice

_ERROR = re.compile(
    r"(?:there was an error delivering your mail to|message to)\s+<?([^\s<>]{3,320}?)>?[.:]?\s*\n(.*)", re.S | re.I
)
_REMOTE = re.compile(r"([A-Za-z0-9][\w.-]{2,250}) \[[0-9a-fA-F.:]{3,45}\] did not like our")


class DragonFly:
    """Reads the one error of the one recipient."""

    name: ClassVar[str] = "dragonfly"
    signs: ClassVar[tuple[str, ...]] = ("dragonfly mail agent",)

    def read(self, notice: Notice) -> Sequence[Finding]:
        if "DragonFly Mail Agent" not in notice.text:
            return []
        match = _ERROR.search(notice.text)
        recipient = address_in(match[1]) if match else None
        if match is None or recipient is None:
            return []
        text = re.split(r"\n[ \t]*(?:Message headers follow|Original message follows)", match[2], maxsplit=1)[0]
        remote = _REMOTE.search(text)
        return [
            Finding(
                recipient=recipient,
                text=text.strip(),
                mx=remote[1].lower() if remote else None,
                action="delayed" if is_delay(notice) else "failed",
            )
        ]
