"""Notices that say their one cause in a fixed phrase: mail systems of which a pattern says everything.

Each row: name, what the notice must hold, and the cause (group ``cause``) with, where it stands there, the address
(group ``to``). Kept as a table, because they differ in nothing else.
"""

import re
from collections.abc import Sequence

from prellbock.sources.mail.address_text import address_in, addresses_in
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import is_delay, mx_in
from prellbock.sources.mail.notice import Notice

_TO = r"<?\"?(?P<to>[^\s<>\"@]{1,64}@[^\s<>\"]{1,255})\"?>?"

_ROWS: tuple[tuple[str, str, str], ...] = (
    # MailFoundry gateway.
    ("mailfoundry", r"Unable to deliver message to:", rf"Unable to deliver message to: {_TO}\s*\n\s*Delivery failed for"
     r" the following reason:\s*\n(?P<cause>[^\n]+(?:\n[^\n]+)*)"),
    # Trend Micro InterScan Messaging Security Suite.
    ("interscan", r"InterScan|Unable to deliver message to <", rf"(?P<cause>Unable to deliver message to {_TO}[^\n]*)"),
    ("interscan-sent", r"InterScan|Sent\s+<<<", rf"(?:RCPT TO:\s*<|>>> RCPT TO:<){_TO}>?[^\n]*\n[^\n]*?<<< ?(?P<cause>[45]\d\d[^\n]*)"),
    # McAfee e-mail gateways.
    ("mcafee", r"The following addresses had delivery problems", rf"<?{_TO}[ \t]{{1,8}}\((?P<cause>[^\n]+)\)[ \t]*(?:\n|$)"),
    # KDDI au one net.
    ("kddi", r"au one net|Could not be delivered to:|your mail sent on",
     rf"Could not be delivered to: {_TO}\s*\n\s*(?P<cause>[^\n]+(?:\n[ \t]+\S[^\n]*)*)"),
    # Verizon's mail-to-text gateways.
    ("verizon", r"Error message below:|Message details:",
     r"Error: [^\n]*\s+Error message below:\s*\n(?P<cause>[^\n]+)(?:[^§]{0,2000}?\n\s*RCPT TO:\s*" + _TO + r"(?=\s))?"),
    ("verizon-mms", r"Message could not be delivered to mobile|vzwpix",
     r"(?P<cause>(?:Error: )?(?:No valid recipients for this MM|Message could not be delivered to mobile[^\n]*))"),
    # IPSwitch IMail Server.
    ("imail", r"(?:Unknown|Delivery failed|undeliverable|User mailbox exceeds|Body of message generated response|alias)",
     rf"^(?P<cause>(?:Unknown (?:user|host)|User mailbox exceeds allowed size|undeliverable to|Delivery failed \d+ attempts?|Invalid"
     rf" final delivery userid):?\s+{_TO}[^\n]*)"),
    # Clearswift MAILsweeper, Digital Arts m-FILTER and Marshal MailMarshal.
    ("mfilter", r"-{5,}\s*server message|以下のメールアドレスへの送信に失敗|m-FILTER",
     rf"(?:(?P<dummy>-)+ ?server message\s*\n)(?P<cause>(?:(?!-{{5}})[^\n]*\n?){{1,8}})"),
    ("mailmarshal", r"Could not be delivered because of|MailMarshal",
     r"Could not be delivered because of\s*\n+(?P<cause>[^\n]+(?:\n[^\n]+)*)"),
    # x3: an unnamed gateway.
    ("x3", r"Unable to deliver message to the following recipients?, due to|the following message to <",
     r"Unable to deliver message to the following recipients?, due to (?P<cause>[^\n]+(?:\n[^\n]+)*)"),
    ("x3-aborted", r"Del[ei]very to the following recipients was aborted", rf"was aborted after [^\n]*\n\s*\* {_TO}"
     rf"(?:[^§]{{0,400}}?Technical details:[ =]*\n\s*(?P<cause>[^\n=]+))?"),
    # NTT docomo and Biglobe.
    ("biglobe", r"-{5} The following addresses had delivery problems -{5}",
     rf"delivery problems -{{5}}\s*\n\s*{_TO}\s*\n[^§]{{0,200}}?-{{5}} Non-delivered information -{{5}}\s*\n(?P<cause>[^\n]+(?:\n[^\n]+)*)"),
    # Notes without a delivery-status part.
    ("notes", r"-{3,}\s*Failure Reasons\s*-{3,}",
     rf"Failure Reasons\s*-{{3,}}\s*(?P<cause>[^\n@]+(?:\n[^\n@]+)?)\n+\s*{_TO}(?=\s|$)"),
    # fml mailing list manager.
    ("fml", r"not (?:a )?member of this (?:mailing list|ML)|guide of this list",
     rf"(?P<cause>[^\n]*not (?:a )?member of this (?:mailing list|ML)[^\n<]*(?:<{_TO}>)?[^\n]*)"),
    # x1: an unnamed Japanese system.
    ("x1", r"-{3}The following addresses had delivery errors-{3}",
     rf"delivery errors-{{3}}\s*\n{_TO}[ \t]+\[(?P<cause>[^\]\n]+)\]"),
    # Sun Java System Messaging Server and iCloud.
    ("messaging-server", r"Your message cannot be delivered to the following recipients",
     rf"Recipient address: {_TO}\s*\n(?:[ \t]*Original address:[^\n]*\n)?[ \t]*Reason: (?P<cause>[^\n]+"
     r"(?:\n[ \t]*Diagnostic code: [^\n]*)?)"),
    # Lotus Domino without usable fields.
    ("domino", r"was not delivered to:", rf"was not delivered to:\s+{_TO}\s+because:\s+(?P<cause>[^\n]+(?:\n[^\n]+)*)"),
    # SurfControl e-mail filter.
    ("surfcontrol", r"A transcript of the attempts to send the message follows", rf"Addressed To: *{_TO}\s*\n(?P<cause>[^§]{{1,1500}}?)"
     r"(?=\n\s*\n|$)"),
    # Apache James.
    ("james", r"Failed recipient\(s\):", rf"Failed recipient\(s\):\s*\n\s*{_TO}\s*\n+(?:Error message:\s*\n)?(?P<cause>[^\n]+(?:\n[^\n]+)*)"),
    # MXLogic.
    ("mxlogic", r"could not be delivered to:|Included is a copy of the message header",
     rf"(?:could not be delivered to:|{_TO}:?)\s*\n[ \t]*(?P<cause>SMTP error from remote[^\n]*(?:\n[^\n]+)*)"),
)  # fmt: skip


class Phrase:
    """A notice of which one pattern reads everything."""

    def __init__(self, name: str, signature: str, pattern: str) -> None:
        self.name = name
        self._signature = re.compile(signature, re.IGNORECASE)
        self._pattern = re.compile(pattern, re.IGNORECASE | re.MULTILINE)

    def read(self, notice: Notice) -> Sequence[Finding]:
        text = notice.text[:30_000]
        if not self._signature.search(text):
            return []
        found: list[Finding] = []
        for match in self._pattern.finditer(text):
            groups = match.groupdict()
            cause = (match["cause"] or "").strip()
            named = address_in(groups["to"]) if groups.get("to") else None
            listed = [named] if named else addresses_in(text) if notice.sole_recipient is None else [notice.sole_recipient]
            if len(listed) == 1:
                found.append(
                    Finding(
                        recipient=listed[0],
                        text=cause,
                        mx=mx_in(cause),
                        action="delayed" if is_delay(notice) else "failed",
                    )
                )
        return found


PHRASES: tuple[Phrase, ...] = tuple(Phrase(*row) for row in _ROWS)
