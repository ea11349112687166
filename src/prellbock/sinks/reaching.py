"""Which addresses may a destination have? Only public ones, unless its owner allows it private ones.

Who may set up a destination could otherwise make the server speak to what stands behind its firewall (server-side
request forgery). A name is looked up once, and what is connected to are the addresses that were checked.
"""

import ipaddress
import socket
import unicodedata
from urllib.parse import urlsplit

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
NOT_PUBLIC = "the host is not on the internet, and private addresses are not allowed"
_UNICAST = ipaddress.ip_network("2000::/3")
"""Outside of it stand local translations, IPv4 in disguise and what was once site-local."""


class AddressError(OSError):
    """A name leads to an address that may not be reached."""


class UrlError(ValueError):
    """A URL cannot be used; the message says what to do."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's: not private, loopback, link-local, reserved or multicast."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _UNICAST:
            return False
    return ip.is_global and not ip.is_multicast


def check_url(url: str, *, private: bool) -> None:
    """Raises `UrlError` unless it is an ``https`` URL (``private``: or ``http``), and no private address by itself."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UrlError("the URL cannot be read: write one such as https://hooks.example.com/prellbock") from None
    if parts.scheme not in (("https", "http") if private else ("https",)):
        raise UrlError("the URL must begin with https:// (http:// is taken where private addresses are allowed)")
    if not host or parts.username is not None:
        raise UrlError("the URL must name a host, and no user: credentials belong into the receiver's own checks")
    host = written_out(host)
    address = _address(host)
    if not private and (is_private_name(host) or (address is not None and not is_public(address))):
        raise UrlError(f"{host} is not on the internet: allow private addresses for this destination, if that is meant")


def written_out(host: str) -> str:
    """A host as clients write it out: circled digits and other full stops are plain ones for them (UTS 46)."""
    return unicodedata.normalize("NFKC", host).replace("\u3002", ".")


def is_private_name(host: str) -> bool:
    """Whether a name means this machine or network by itself (RFC 6761, RFC 6762, RFC 8375)."""
    return host.rstrip(".").lower().endswith(("localhost", ".local", ".internal", "home.arpa"))


def check_reached(url: str) -> None:
    """Raises `AddressError` unless all addresses that the host of a URL has at this moment are the internet's."""
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressError("the host cannot be found") from None
    if not all(is_public(str(address[0])) for *_, address in found):
        raise AddressError(NOT_PUBLIC)


def _address(host: str) -> str | None:
    """The address that a host is, also one in the old ways to write it: ``2130706433``, ``0x7f.1``; None for a name."""
    bare = host.partition("%")[0].rstrip(".")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    try:
        return str(ipaddress.IPv4Address(socket.inet_aton(bare)))
    except (OSError, UnicodeError):
        return None
