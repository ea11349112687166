"""Which IP address and which domain is a reply about? What is not surely said is None."""

import re
from ipaddress import ip_address

from prellbock.addresses import domain_of

_IPV4 = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)"
_IPV6 = r"(?<![\w:.])(?:[0-9a-fA-F]{1,4}:){2,7}(?:[0-9a-fA-F]{1,4}|:[0-9a-fA-F:]{0,30})(?![\w:])"
_IP = re.compile(rf"{_IPV4}|{_IPV6}")
_SERVER = re.compile(r"\bhost [\w.-]+\s?\[[0-9a-fA-F.:]+\](?::\d+)?|\brelay=\S+", re.IGNORECASE)
"""The answering server, as the log of the sending one names it."""

_FQDN = r"((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?:xn--[a-z0-9-]{2,40}|[a-z]{2,18}))(?![\w@-]|\.\w)"
_OF_DOMAIN = re.compile(
    rf"\b(?:domain|domains|domaine|dominio)(?:'s)?(?: name)?(?: of| for| from| in)? ?[:=]? ?[\"'<\[(]?@?{_FQDN}"
    rf"|\b(?:dmarc|spf|dkim) (?:policy |record |check |validation )*(?:of|for|by|from) [\"'<\[(]?{_FQDN}"
    rf"|(?<![\w@.-]){_FQDN}[\"'>\])]?(?:'s|\u2019s)? (?:domain|dmarc|spf|dkim|does not have|has no)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'=|{}@]{1,64}@([\w-]+(?:\.[\w-]+)+)")
_OF_SENDER = re.compile(
    r"<?[^\s<>()\[\],;:\"']{1,64}@([\w-]+(?:\.[\w-]+)+)>?[:.]* *(?:sender|from) (?:address|domain)|"
    r"\b(?:sender|from|mail from)(?: address| domain)?[:= ]*<?[^\s<>()\[\],;:\"']{1,64}@([\w-]+(?:\.[\w-]+)+)",
    re.IGNORECASE,
)


def affected_ip(text: str) -> str | None:
    """The one IP address that is neither the answering server's nor what a blocklist answered (``127.0.0.2``, RFC 5782
    section 2.1); None where there is none, or several."""
    found = set()
    for hit in _IP.finditer(_SERVER.sub(" ", text)):
        try:
            address = ip_address(hit[0])
        except ValueError:
            continue
        if not address.is_loopback:
            found.add(str(address))
    return found.pop() if len(found) == 1 else None


def affected_domain(text: str, category: str, fault: str, recipient: str | None, sender: str | None) -> str | None:
    """The domain that a verdict is about: the recipient's where that is at fault, else the one named as refused."""
    if fault == "domain":
        return domain_of(recipient).lower() if recipient else _last(_ADDRESS.findall(text)) or _named(text)
    if category == "sender_rejected":
        found = _OF_SENDER.search(text)
        named = (found[1] or found[2]).lower() if found else None
        return named or _named(text) or (domain_of(sender).lower() if sender else None)
    if category in {"authentication_failed", "reputation", "spam_content"}:
        return _named(text)
    return None


def _named(text: str) -> str | None:
    found = _OF_DOMAIN.search(text)
    return next(group for group in found.groups() if group).lower() if found else None


def _last(domains: list[str]) -> str | None:
    return domains[-1].lower() if domains else None
