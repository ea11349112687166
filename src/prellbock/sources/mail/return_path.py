"""What do rewritten envelope addresses hide? VERP, BATV and SRS.

VERP ``bounces+user=example.com@sender.example`` names the recipient, BATV ``prvs=0123456789=user@example.com`` signs
the sender (draft-levine-smtp-batv), SRS ``SRS0=HHH=TT=example.com=user@forwarder.example`` names the sender before a
forwarder.
"""

import re

from prellbock.sources.mail.address_text import canonical_or_none

_BATV = re.compile(r"(?:prvs|btv1)=(?:[0-9a-z]{10}=(?P<tail>[^@]+)|(?P<head>[^=@]+)=[0-9a-z]{10})@(?P<domain>.+)", re.I)
_BARRACUDA = re.compile(r"btv1==[0-9a-z]{3,12}==(?P<local>[^@]+)@(?P<domain>.+)", re.IGNORECASE)
_SRS0 = re.compile(r"srs0[=+-][^=]{1,12}=[^=]{1,4}=(?P<domain>[^=@]+)=(?P<local>[^@]+)@.+", re.IGNORECASE)
_SRS1 = re.compile(r"srs1[=+-][^=]{1,12}=[^=@]+==?[^=]{1,12}=[^=]{1,4}=(?P<domain>[^=@]+)=(?P<local>[^@]+)@.+", re.I)
_VERP = re.compile(r"[^@]{1,40}?[+-](?:[^@]*?[+-])?(?P<local>[^@=+]{1,64})=(?P<domain>[a-z0-9.-]+\.[a-z]{2,})@.+", re.I)


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


def verp_recipient(address: str | None) -> str | None:
    """The recipient that a VERP return path carries (``bounces+user=example.com@...``), None for other addresses."""
    if address is None or "=" not in address or address.lower().startswith(("prvs=", "btv1=", "srs0", "srs1")):
        return None
    match = _VERP.fullmatch(address[:320])
    return canonical_or_none(f"{match['local']}@{match['domain']}") if match else None
