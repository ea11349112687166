"""What do rewritten envelope addresses hide? VERP, BATV and SRS.

VERP ``bounces+user=example.com@sender.example`` names the recipient, BATV ``prvs=0123456789=user@example.com`` signs
the sender (draft-levine-smtp-batv), SRS ``SRS0=HHH=TT=example.com=user@forwarder.example`` names the sender before a
forwarder.
"""

import re
from collections.abc import Iterable

from prellbock.sources.mail.address_text import canonical_or_none

_BATV = re.compile(r"(?:prvs|btv1)=(?:[0-9a-z]{10}=(?P<tail>[^@]+)|(?P<head>[^=@]+)=[0-9a-z]{10})@(?P<domain>.+)", re.I)
_BARRACUDA = re.compile(r"btv1==[0-9a-z]{3,12}==(?P<local>[^@]+)@(?P<domain>.+)", re.IGNORECASE)
_SRS0 = re.compile(r"srs0[=+-][^=]{1,12}=[^=]{1,4}=(?P<domain>[^=@]+)=(?P<local>[^@]+)@.+", re.IGNORECASE)
_SRS1 = re.compile(r"srs1[=+-][^=]{1,12}=[^=@]+==?[^=]{1,12}=[^=]{1,4}=(?P<domain>[^=@]+)=(?P<local>[^@]+)@.+", re.I)
_BEFORE = frozenset("+-=")
"""What may part a prefix from the recipient."""


def unwrapped(address: str | None) -> str | None:
    """The sender's own address behind BATV and SRS; any other address as it is."""
    if address is None or "=" not in address:
        return address
    for pattern in (_BARRACUDA, _BATV, _SRS0, _SRS1):
        if match := pattern.fullmatch(address):
            parts = match.groupdict()
            local = parts.get("local") or parts.get("tail") or parts.get("head") or ""
            return canonical_or_none(f"{local}@{parts['domain']}") or address
    return address


def verp_recipient(address: str | None, named: Iterable[str]) -> str | None:
    """The one of the (canonical) addresses that a return path carries after the manner of VERP
    (``bounces+user=example.com@...``), the longest if several; None where it carries none of them.

    Where the recipient begins only the sender knows (``list-12-jane=example.org``: jane, 12-jane?), so nothing is read
    out of a return path of unknown form: it can only tell which of the addresses named in a report was mailed.
    """
    if address is None or "=" not in address:
        return None
    carried = f"+{address.rpartition('@')[0].lower()}"
    found = ""
    for name in named:
        local, _, domain = name.rpartition("@")
        written = f"{local}={domain}"
        if len(name) > len(found) and carried.endswith(written) and carried[-len(written) - 1] in _BEFORE:
            found = name
    return found or None
