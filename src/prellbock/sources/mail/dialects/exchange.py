"""Microsoft Exchange 5.5 to 365: "Undeliverable", with diagnostic information for administrators.

Exchange 5.5, 2000 and 2003:

    user@example.com on Thu, 9 May 2005 23:34:45 +0900
        The recipient name is not recognized
        MSEXCH:IMS:ORG:SITE:SERVER 0 (000C05A6) Unknown Recipient

Exchange 2007 and later, Microsoft 365:

    Generating server: mail.example.net
    user@example.com
    mx.example.com
    Remote Server returned '550 5.1.1 User unknown'
"""

import re
from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.address_text import address_in, canonical_or_none
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import is_delay
from prellbock.sources.mail.letters import caseless
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.replies import MAX_CHARS
from prellbock.sources.mail.signs import signs_of

# "Diagnostic information for administrators:" in any of Outlook's languages: a line of both words, in either order.
_ADMINISTRATORS = caseless(
    r"(?=[^\n]{0,60}(?:diagn[oó]s|диагност|діагност|διαγνωστ|tanılama|診断|診斷|诊断|진단))"
    r"(?=[^\n]{0,60}(?:admin|beheer|valvoj|správ|yönetici|адмін|админ|διαχειρ|rendszergazd|管理|관리|pour|destinées|para))"
    r"[^\n]{5,120}[:：][ \t]*$"
)
_ORIGINAL_HEADERS = re.compile(
    r"\n\s*(?:Original message headers|Message Hops|Error Details|En-têtes du message|Ursprüngliche Nachrichten"
    r"|Encabezados)|\n[^\n]{3,80}[:：][ \t]*\n{1,3}(?:Received|DKIM-Signature|ARC-Seal|Return-Path|From|MIME-Version): "
)
_OLD_LIST = caseless(
    r"(?:(?:did not reach|could not be (?:sent|delivered) to) the following recipient\(?s?\)?"
    r"|recipient\(s\) could not be reached):"
)
_OLD_LINE = re.compile(r"(?:\"?'?)([^\s\"'<>@]{1,64}@[^\s\"'<>@]{1,255}?)(?:'?\"?) on (?:\w{3}, )?\d", re.IGNORECASE)
_NAME_LINE = re.compile(r"\S[^\n]{0,200} on (?:\w{3}, )?\d{1,2}[ /.]\w{1,3}[ /.]\d{2,4}")
_MSEXCH = re.compile(r"MSEXCH:[^\n]{1,200}|The MTS-ID of the original message[^\n]*(?:\n[^\n]*;l=[^\n]*)?")
_LINE_ADDRESS = re.compile(r"\s*(?:IMCEA[A-Z]+-)?(\S{1,64}@[^\s@]{1,255})\s*$")
_SERVER = re.compile(r"(?:Receiving server: )?((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,20})(?: \([0-9a-f.:]+\))?\s*$")


class Exchange:
    """Reads the part meant for administrators, else the older list."""

    name: ClassVar[str] = "exchange"
    signs: ClassVar[tuple[str, ...]] = signs_of(_ADMINISTRATORS.pattern, _OLD_LIST.pattern)

    def read(self, notice: Notice) -> Sequence[Finding]:
        begin = _behind_heading(notice.lowered)
        found = self._administrators(notice.full[begin:], notice) if begin else []
        return found or self._old_list(notice)

    @staticmethod
    def _administrators(text: str, notice: Notice) -> list[Finding]:
        text = _ORIGINAL_HEADERS.split(text, maxsplit=1)[0]
        found: list[Finding] = []
        receiving = ""
        for line in text.split("\n"):
            plain = line.strip()
            match = _LINE_ADDRESS.match(line)
            address = canonical_or_none(match[1].strip("<>")) if match else None
            if address is not None:
                found.append(Finding(recipient=address, text="", mx=receiving or None))
            elif server := _SERVER.fullmatch(plain):
                if found:
                    found[-1].mx = server[1].lower()
                elif plain.startswith("Receiving"):
                    receiving = server[1].lower()
            elif plain and found and len(found[-1].text) < MAX_CHARS:
                found[-1].text = f"{found[-1].text} {plain.partition('##')[0].strip()}".strip()
        if is_delay(notice):
            for finding in found:
                finding.action = "delayed"
        return [finding for finding in found if finding.text]

    @staticmethod
    def _old_list(notice: Notice) -> list[Finding]:
        begin = _OLD_LIST.search(notice.low)
        if begin is None:
            return []
        found: list[Finding] = []
        for line in notice.text[begin.end() :].split("\n"):
            plain = line.strip()
            match = _OLD_LINE.match(plain)
            address = canonical_or_none(match[1]) if match else None
            if address is not None or _NAME_LINE.match(plain):
                found.append(Finding(recipient=address, text=""))
            elif found and plain and len(found[-1].text) < MAX_CHARS:
                found[-1].text = f"{found[-1].text}\n{plain}".strip()
        for finding in found:
            code = re.search(r"MSEXCH:[^\n]{1,120}?\(\w{8}\) ?([^\n]*)", finding.text)
            words = _MSEXCH.sub(" ", finding.text)
            if code and code[1].strip():
                words = f"{words} {code[1]}"
            finding.text = " ".join(words.split())
            if finding.recipient is None:
                finding.recipient = address_in(finding.text) or notice.sole_recipient
        return [finding for finding in found if finding.recipient]


def _behind_heading(lowered: str) -> int:
    """Where the line ends that announces the part for administrators; 0 where there is none."""
    at = 0
    for line in lowered.split("\n"):
        if line.rstrip(" \t").endswith((":", "：")) and _ADMINISTRATORS.match(line):
            return at + len(line)
        at += len(line) + 1
    return 0
