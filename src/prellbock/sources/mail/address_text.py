"""Finding e-mail addresses in free text and in header and DSN fields, in linear time."""

import re

from prellbock.addresses import AddressError, canonical

_ADDRESS = re.compile(
    r"(?<![\w.!#$%&*+/=?^`{|}~@-])"
    r"((?:\"[^\"\\\s@]{1,64}\"|[^\s<>()\[\]\\,;:@\"|]{1,64})"
    r"@(?:\[[0-9A-Fa-f.:]{3,45}\]|[^\W_][\w.-]{0,254}))"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,60}[A-Za-z0-9])?"
_ALONE = re.compile(
    r"(?:[\w.' -]{0,60}<|\"[\w.' -]{0,60}\" ?<)?"
    rf"([A-Za-z0-9][A-Za-z0-9_+.=-]{{0,62}}@(?:{_LABEL}\.){{1,6}}[A-Za-z]{{2,20}})>?"
)
_PLAIN_CHARS = 250
_ANGLE = re.compile(r"<([^<>\n]{1,400})>")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


def canonical_or_none(text: str) -> str | None:
    """The canonical address, or None where the text is not one."""
    try:
        return canonical(text)
    except AddressError:
        return None


def address_in(text: str) -> str | None:
    """The first address in a text, one in angle brackets before a bare one; canonical."""
    for match in _ANGLE.finditer(text[:4000]):
        if (found := canonical_or_none(_route_removed(match[1]))) is not None:
            return found
    return next(iter(addresses_in(text)), None)


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

    The type may be missing, the address may stand in angle brackets, carry a source route or a comment.
    """
    kind, semicolon, rest = value.partition(";")
    text = rest if semicolon and "@" not in kind else value
    text = text.strip()
    if semicolon and kind.strip().lower() == "utf-8":
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
