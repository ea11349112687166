"""Finding e-mail addresses in free text and in header and DSN fields, in linear time."""

import re

from prellbock.addresses import AddressError, canonical

_ADDRESS = re.compile(
    r"(?<![\w.!#$%&*+/=?^`{|}~@-])"
    r"((?:\"[^\"\\\s@]{1,64}\"|[^\s<>()\[\]\\,;:@\"|]{1,64})"
    r"@(?:\[[0-9A-Fa-f.:]{3,45}\]|[^\W_][\w.-]{0,254}))"
)
_LABEL = r"[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
_ALONE = re.compile(
    r"(?:[\w.' -]{0,60}+<|\"[\w.' -]{0,60}+\" ?<)?"
    rf"([A-Za-z0-9][A-Za-z0-9_+.=-]{{0,62}}+@(?:{_LABEL}\.){{1,6}}[A-Za-z]{{2,20}})>?"
)
_PLAIN_CHARS = 250
_ANGLE = re.compile(r"<([^<>\n]{1,400})>")
_WITHIN_X400 = re.compile(r"(?:/|;|^)DDA?[.:]RFC-?822=([^/;]{3,320})", re.IGNORECASE)
_X400_SIGN = re.compile(r"\(([apqulr])\)", re.IGNORECASE)
_X400_SIGNS = {"a": "@", "p": "%", "q": '"', "u": "_", "l": "(", "r": ")"}
"""RFC 2156 section 3.4: how an Internet address is written in an X.400 address."""
_IMCEA = re.compile(r"<?IMCEASMTP-([^\s@<>]{3,640})@", re.IGNORECASE)
_IMCEA_SIGN = re.compile(r"\+([0-9A-F]{2})", re.IGNORECASE)
"""Exchange wraps addresses: ``IMCEASMTP-jane+40example+2Eorg@exchange.example``."""
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


def canonical_or_none(text: str) -> str | None:
    """The canonical address, or None where the text is not one."""
    try:
        return canonical(text)
    except AddressError:
        return None


def address_in(text: str) -> str | None:
    """The first address in a text, one in angle brackets before a bare one; canonical."""
    if "<" in text:
        for match in _ANGLE.finditer(text[:4000]):
            if (found := canonical_or_none(_route_removed(match[1]))) is not None:
                return found
    every = addresses_in(text)
    return every[0] if every else None


def addresses_in(text: str) -> list[str]:
    """Every address in a text in order, canonical, each once."""
    if "@" not in text:
        return []
    if len(text) <= _PLAIN_CHARS and (bare := _ALONE.fullmatch(text)) is not None:
        # `Jane <u@example.com>`, `u@example.com`.
        return [bare[1].lower()]
    found = (canonical_or_none(match[1].lstrip("'").rstrip(".-")) for match in _ADDRESS.finditer(text[:50_000]))
    return list(dict.fromkeys(address for address in found if address is not None))


def typed_address(value: str) -> str | None:
    """An address field of a DSN: ``rfc822; u@example.com`` (RFC 3464 section 2.3), ``utf-8; \\x{FC}@...`` (RFC 6533).

    The type may be missing, the address may stand in angle brackets, carry a source route or a comment, or be wrapped
    in an X.400 address.
    """
    kind, semicolon, rest = value.partition(";")
    text = rest if semicolon and "@" not in kind else value
    text = text.strip()
    match = _WITHIN_X400.search(text[:2000]) if "822=" in text else None
    if match is not None:
        text = _X400_SIGN.sub(lambda sign: _X400_SIGNS[sign[1].lower()], match[1])
    elif "IMCEA" in text[:6].upper() and (match := _IMCEA.match(text)):
        text = _IMCEA_SIGN.sub(lambda sign: chr(int(sign[1], 16)), match[1])
    if semicolon and kind.strip().lower() in {"utf-8", "utf-8-addr-xtext"}:
        text = _ESCAPED.sub(_unescaped, text)
    if text.startswith(("|", '"|')):
        return None
    bare = _route_removed(text.strip("<> \t"))
    return canonical_or_none(bare) or address_in(text)


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return chr(number) if 0x20 < number < 0x110000 and not 0xD800 <= number < 0xE000 else match[0]


def _route_removed(text: str) -> str:
    """``@relay.example:u@example.com`` is ``u@example.com`` (RFC 5321 appendix C)."""
    return text.rpartition(":")[2] if text.startswith("@") and ":" in text else text
