"""Mailbox providers whose notices are lists of the common shape: GMX, 1&1 (IONOS), Zoho."""

import re
from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.address_text import canonical_or_none
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import Listing, is_delay
from prellbock.sources.mail.notice import Notice

# `host: smtp.example.org (192.0.2.1) reason: 550 5.2.0 ...` and `host: mx.example.org\n5.1.1 ...`
NEMESIS = Listing(
    "gmx-ionos",
    signature=r"SMTP error from remote (?:mail )?server (?:after|for) \w+(?: TO)? command"
    r"|following address(?:es)?\s*(?:\(es\))?"
    r"\s*failed:|the following addresses failed",
    begin=r"following\s+address(?:es)?(?:\(es\))?\s*failed:",
    end=r"\n-{2,} ?(?:the header of the original message|begin)",
    boilerplate=r"^SMTP error from remote (?:mail )?server (?:after|for) [^\n:]{1,60}:?[ \n](?:host: \S{1,255}[ \n])?",
    needs_mark=True,
)

_ZOHO = re.compile(
    r"^[ \t]*\[?([^\s\[\]<>@]{1,64}@[^\s\[\]<>]{1,255}?)\]?,?[ \t]+([^\n]*ERROR_?CODE[^\n]*)", re.MULTILINE
)
_ZOHO_CODE = re.compile(r",? ?ERROR_?CODE ?: ?", re.IGNORECASE)


class Zoho:
    """``user@example.com Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 <...>... User Unknown``."""

    name: ClassVar[str] = "zoho"
    signs: ClassVar[tuple[str, ...]] = ("error_code", "errorcode")

    def read(self, notice: Notice) -> Sequence[Finding]:
        found: list[Finding] = []
        for match in _ZOHO.finditer(notice.full):
            address = canonical_or_none(match[1])
            if address is not None:
                words = [word.strip() for word in _ZOHO_CODE.split(match[2]) if word.strip()]
                reply = " ".join(words[1:]) if len(words) > 1 else match[2]
                text = reply if words and reply[:1] in "45" and reply[1:3].isdigit() else f"{words[0]}: {reply}"
                found.append(Finding(recipient=address, text=text, action="delayed" if is_delay(notice) else "failed"))
        return found
