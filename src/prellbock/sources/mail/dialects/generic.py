"""The careful reader of last resort: any notice that is clearly a report, names its recipient and quotes a cause.

It would rather say nothing than guess: the recipient must be the only one the mail can be about or stand beside the
reply, and the cause must be a reply code or a well-known sentence of failure.
"""

import re
from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.address_text import addresses_in
from prellbock.sources.mail.automatic import from_null_sender, has_report_subject, is_daemon
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import is_delay, mx_in, sections
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.replies import innermost
from prellbock.sources.mail.wording import ABOUT_MAIL, FAILURE, any_of

_FAILURE = any_of(FAILURE)
_ABOUT_MAIL = any_of(ABOUT_MAIL)
MAX_CHARS = 20_000
MAX_UNKNOWN_CHARS = 1000
"""So much is kept of a text that tells its cause in unknown words."""

_SERVICE = re.compile(r"(?:postmaster|support|help(?:desk)?|abuse|contact|info|admin|webmaster|service)@")
_STATUS = re.compile(r"(?:^[ \t]{0,20}|\((?:code )?)#?[45]\.[1-7]\.\d{1,3}(?![\w.])", re.MULTILINE)
"""An enhanced status code without a reply code, as ``5.1.1 no such mailbox`` or ``no such mailbox (#5.1.1)``."""
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_RULER = re.compile(r"[ \t]*(?:\|-|={4}|-{4}|\*{4}|#{4}|_{4})")


class Generic:
    """Reads the list of addresses with causes, else the one recipient with the one cause."""

    name: ClassVar[str] = "generic"
    signs: ClassVar[tuple[str, ...]] = ()

    def read(self, notice: Notice) -> Sequence[Finding]:
        if not has_report_subject(notice) and not notice.failed_recipients and not is_daemon(notice):
            return []
        if not _is_about_mail(notice):
            return []
        coded = is_daemon(notice) or notice.original is not None
        text = "\n".join(line for line in notice.text.split("\n") if not _RULER.match(line))
        own = {notice.from_address, *addresses_in(notice.mail.first("to"))}
        action = "delayed" if is_delay(notice) else "failed"
        found: list[Finding] = []
        alone: list[tuple[str, str]] = []
        for address, cause in sections(text):
            if address in own or _SERVICE.match(address):
                continue
            alone.append((address, cause))
            if _tells(cause, coded):
                found.append(Finding(recipient=address, text=_telling(cause), mx=mx_in(cause)))
        if not found:
            recipient = self._sole(notice, text, own)
            if recipient is not None and _tells(text, coded):
                found = [Finding(recipient=recipient, text=_telling(text), mx=mx_in(text))]
        if not found and has_report_subject(notice) and len({address for address, _ in alone}) == 1:
            # The one address that has a line of its own: undelivered, whatever the reason given.
            address, cause = max(alone, key=lambda row: len(row[1]))
            found = [Finding(recipient=address, text=cause.strip().partition("\n\n")[0])]
        if not found and has_report_subject(notice) and from_null_sender(notice) and notice.original is not None:
            # The message came back, and the text names its one recipient: undelivered, in words that are not known.
            recipient = notice.sole_recipient
            if recipient is not None and recipient in notice.low:
                found = [Finding(recipient=recipient, text=text.strip()[:MAX_UNKNOWN_CHARS])]
        for finding in found:
            finding.action = "delayed" if action == "delayed" else "failed"
        return found

    @staticmethod
    def _sole(notice: Notice, text: str, own: set[str]) -> str | None:
        if notice.sole_recipient is not None:
            return notice.sole_recipient
        named = [address for address in addresses_in(text) if address not in own and not _SERVICE.match(address)]
        if len(named) == 1:
            return named[0]
        meant = [address for address in notice.original_recipients if address in named]
        return meant[0] if len(meant) == 1 else None


def _is_about_mail(notice: Notice) -> bool:
    """Is something said of a message? No-reply senders reject accounts and comments as well."""
    if notice.original is not None or is_daemon(notice) or innermost(notice.text[:MAX_CHARS]) is not None:
        return True
    return _ABOUT_MAIL.search(f"{notice.subject}\n{notice.text[:MAX_CHARS]}") is not None


def _tells(cause: str, coded: bool) -> bool:
    """``coded``: an enhanced status code suffices."""
    return innermost(cause) is not None or _FAILURE.search(cause) is not None or (coded and _has_status(cause))


def _has_status(text: str) -> bool:
    return _STATUS.search(text) is not None


def _telling(text: str) -> str:
    """The reply with what stands around it, else the paragraph with the sentence of failure."""
    paragraphs = _PARAGRAPHS.split(text)
    for paragraph in paragraphs:
        if innermost(paragraph) is not None:
            return paragraph
    for paragraph in paragraphs:
        if _FAILURE.search(paragraph) or _has_status(paragraph):
            return paragraph
    lines = (line for line in text.split("\n") if innermost(line) is not None)
    return next(lines, text)
