"""When are two e-mail addresses the same address?

An address is canonical when its domain is the lower-case IDNA A-label (RFC 5890) and its local part is lower case.
Dots and plus tags are kept: only the receiving domain knows what they mean (RFC 5321 section 2.3.11).
"""

import re
from collections.abc import Sequence

MAX_OCTETS = 320
"""64 octets of local part, the at sign and 255 octets of domain (RFC 5321 section 4.5.3.1)."""

# The common case, in one pass: an ASCII dot-string and a domain of ordinary labels. Its lower-case form is canonical.
_LABEL = r"[a-z0-9_]++(?:-++[a-z0-9_]++)*+"
_PLAIN = re.compile(rf"[a-z0-9!#$%&'*+/=?^_`{{|}}~.-]{{1,64}}+@{_LABEL}(?:\.{_LABEL})*+", re.ASCII)
_is_plain = _PLAIN.fullmatch
_PLAIN_OCTETS = 255
"""Up to here no part of a plain address can be too long."""
_plain_lines = re.compile(rf"(?:{_PLAIN.pattern}\n)*+", re.ASCII).match
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f])*"')
_LITERAL = re.compile(r"\[(?:[0-9.]{7,15}|ipv6:[0-9a-f:.]{2,45})\]", re.ASCII)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f()<>,;:\\\"\[\]@\u0080-\u00a0\u2028\u2029]")


class AddressError(ValueError):
    """A text is not an e-mail address; the message says why."""


def canonical(address: str) -> str:
    """The one spelling of an address under which everything about it is stored.

    Takes ``u@example.com``, ``<u@example.com>`` and surrounding blanks. Raises `AddressError`.
    """
    lowered = address.lower()
    if _is_plain(lowered) and len(lowered) <= _PLAIN_OCTETS:
        return lowered
    return _canonical_slowly(lowered)


def canonical_many(addresses: Sequence[str]) -> list[str]:
    """The same for many at once, faster where most are ordinary; empty for a text that is no address."""
    text = "\n".join([*addresses, ""])
    lowered = text.lower()
    names = [*addresses] if lowered == text else lowered.split("\n")[:-1]
    if text.count("\n") != len(addresses):
        return [*map(_canonical_or_empty, addresses)]
    number = begin = 0
    while (end := _end_of_plain_lines(lowered, begin)) < len(lowered):
        number += lowered.count("\n", begin, end)
        names[number] = _canonical_or_empty(addresses[number])
        number += 1
        begin = lowered.index("\n", end) + 1
    if max(map(len, names), default=0) > _PLAIN_OCTETS:
        return [*map(_canonical_or_empty, addresses)]
    return names


def _end_of_plain_lines(text: str, begin: int) -> int:
    found = _plain_lines(text, begin)
    return found.end() if found else begin


def _canonical_or_empty(address: str) -> str:
    try:
        return canonical(address)
    except AddressError:
        return ""


def _canonical_slowly(address: str) -> str:
    text = address.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if not text:
        raise AddressError("the address is empty")
    local, at, domain = text.rpartition("@")
    if not at:
        raise AddressError("there is no @ in the address")
    if not local:
        raise AddressError("nothing stands before the @")
    if len(local.encode("utf-8", "replace")) > 64:
        raise AddressError("the part before the @ is longer than 64 octets")
    if not _QUOTED.fullmatch(local) and _FORBIDDEN.search(local):
        raise AddressError("the part before the @ has a character that is not allowed there")
    try:
        local.encode()
    except UnicodeEncodeError:
        raise AddressError("the address has broken characters") from None
    return f"{local}@{canonical_domain(domain)}"


def canonical_domain(domain: str) -> str:
    """The lower-case A-label form of a domain, e.g. ``Bücher.DE.`` is ``xn--bcher-kva.de``. Raises `AddressError`."""
    text = domain.strip().lower().rstrip(".")
    if not text:
        raise AddressError("nothing stands after the @")
    if len(text) > 255:
        raise AddressError("the domain is longer than 255 octets")
    if text.isascii():
        if _PLAIN.fullmatch(f"x@{text}") or _LITERAL.fullmatch(text):
            return text
        raise AddressError("the domain has a character that is not allowed there")
    import idna

    try:
        return idna.encode(text, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressError(f"the domain is not a valid international name: {error}") from None


def domain_of(address: str) -> str:
    """The domain of a canonical address."""
    return address.rpartition("@")[2]
