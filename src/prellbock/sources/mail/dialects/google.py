"""Gmail, Google Workspace and Google Groups.

    Delivery to the following recipient failed permanently:

         user@example.com

    Technical details of permanent failure:
    ... The error that the other server returned was: 550 550 5.1.1 User unknown (state 14).

Groups writes in any of some forty languages and names the group in X-Failed-Recipients only; the English words of the
same notice are added in square brackets, so that one rule can know them all.
"""

import re
from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.address_text import address_in, addresses_in
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import first_paragraph, is_delay
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.replies import innermost

_CLASSIC = re.compile(r"(?:Delivery to the following recipients? (?:failed|has been|was aborted)[^\n]*)\n")
_DETAILS = re.compile(r"Technical details of (?:permanent|temporary) failure:?\s*")
_RETURNED = re.compile(
    r"(?:The error that the other server returned was|The (?:response|error) was):?\s*", re.IGNORECASE
)
_MODERN = re.compile(r"(?:The response(?: from the remote server)? was|Die Antwort(?: des Remoteservers)? lautete|"
                     r"La réponse (?:du serveur distant )?(?:est|était)|La respuesta(?: del servidor remoto)? (?:es"
                     r"|fue)"
                     r"|La risposta(?: del server remoto)? (?:è|era)|リモートサーバーからの応答)\s?:\s*")  # fmt: skip
_HEADING = re.compile(r"^\*\* ([^\n]{2,80}) \*\*[ \t]*$", re.MULTILINE)
_ANNOUNCED = re.compile(r"^[^\n]{3,100}[:：][ \t]*\n", re.MULTILINE)
_RETRIED = re.compile(r"^Message will be retried for [^\n]{1,40}", re.MULTILINE)
_ENGLISH = "may not exist, or you may not have permission to post messages to the group"
_DAEMON = "mailer-daemon@g"
_FROM = re.compile(r"mailer-daemon@(?:googlemail\.com|google\.com|gmail\.com)")


class Gmail:
    """Reads Gmail's classic notices and the "response was" of the newer ones."""

    name: ClassVar[str] = "gmail"
    signs: ClassVar[tuple[str, ...]] = ()

    def read(self, notice: Notice) -> Sequence[Finding]:
        is_classic = "elivery to the following recipient" in notice.lowered
        if not is_classic and _DAEMON not in notice.mail.first("from").lower():
            return []
        if is_classic and (classic := _CLASSIC.search(notice.text)):
            details = _DETAILS.search(notice.text, classic.end())
            recipients = addresses_in(notice.text[classic.end() : details.start() if details else len(notice.text)])
            retried = _RETRIED.search(notice.text, classic.end())
            text = notice.text[details.end() :] if details else (retried[0] if retried else "")
            returned = _RETURNED.split(text, maxsplit=1)
            text = returned[1] if len(returned) > 1 else text
        elif not _FROM.match(notice.from_address):
            return []
        elif modern := _MODERN.search(notice.text):
            text = notice.text[modern.end() :]
            recipients = notice.failed_recipients or addresses_in(notice.text[: modern.start()])[:1]
        elif heading := _HEADING.search(notice.text):
            text = first_paragraph(notice.text[heading.end() :])
            recipients = notice.failed_recipients or addresses_in(text)[:1]
            text = _answer(notice.text[heading.end() :]) or f"{heading[1]}: {text}"
        else:
            return []
        recipients = recipients or [name for name in [notice.sole_recipient] if name]
        return [
            Finding(recipient=name, text=text.strip(), action="delayed" if is_delay(notice) else "failed")
            for name in recipients
        ]


def _answer(text: str) -> str:
    """The reply after the last line that announces one ("La réponse du serveur distant est :"), in any language."""
    for match in reversed(list(_ANNOUNCED.finditer(text[:20_000]))[:100]):
        if innermost(text[match.end() :]) is not None:
            return text[match.end() :]
    return ""


class GoogleGroups:
    """Reads the refusal of a group: it does not exist or the sender may not post to it."""

    name: ClassVar[str] = "google-groups"
    signs: ClassVar[tuple[str, ...]] = ("groups.google.com",)

    def read(self, notice: Notice) -> Sequence[Finding]:
        if not _FROM.match(notice.from_address) or "groups.google.com" not in notice.text:
            return []
        recipients = notice.failed_recipients or [a for a in [address_in(notice.text)] if a]
        text = " ".join(line.strip() for line in notice.text.strip().split("\n\n", 2)[1:2]) or notice.text.strip()
        if _ENGLISH not in " ".join(text.split()):
            text = f"{text} [{_ENGLISH}]"
        return [Finding(recipient=name, text=text) for name in recipients]
