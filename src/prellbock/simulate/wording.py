"""Fills the variable parts of a reply: addresses, hosts, queue ids, times."""

from collections.abc import Callable

from prellbock.simulate.replies import Reply

_BASE32 = "0123456789BCDFGHJKLMNPQRSTVWXYZb"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _letters(bits: int, alphabet: str, count: int) -> str:
    size, out = len(alphabet), []
    for _ in range(count):
        bits, digit = divmod(bits, size)
        out.append(alphabet[digit])
    return "".join(out)


def _google_session(x: int) -> str:
    return f"{x:016x}-{x >> 20 & 0xFFFFFFFF:08x}si{x % 10**9}ejb.{x % 700}"


# The part of a reply: how it is made from 64 random bits.
_FROM_BITS: dict[str, Callable[[int], str]] = {
    "hex16": lambda x: f"{x:016X}",
    "gsmtp": _google_session,
    "eop": lambda x: f"{_letters(x, _BASE32[10:31], 4)}EUR0{x % 6 + 1}FT0{x % 60:02d}".upper(),
    "nemesis": lambda x: (
        f"1M{_letters(x, _BASE62, 5)}-1v{_letters(x >> 9, _BASE62, 11)}-00{_letters(x >> 20, _BASE62, 4)}"
    ),
    "queue": lambda x: f"4{_letters(x, _BASE32, 13)}",
    "exim": lambda x: f"1v{_letters(x, _BASE62, 4)}-{_letters(x >> 7, _BASE62, 11)}-{_letters(x >> 30, _BASE62, 4)}",
    "token": lambda x: _letters(x, _BASE62, 22),
    "two": lambda x: f"{x % 90 + 10}",
    "minutes": lambda x: f"{x % 9 + 2}",
    "mx_ip": lambda x: f"203.0.113.{(x >> 8) % 254 + 1}",
    "ip": lambda x: f"198.51.100.{x % 32 + 1}",
    "ehlo": lambda x: f"mta{x % 32 + 1:02d}.shop.example",
    "ehlo_short": lambda x: f"mta{x % 32 + 1:02d}",
    "moved_domain": lambda x: ("gmx.example", "neue-adresse.example", "mail.example")[x % 3],
}


class _Parts(dict[str, str]):
    """Makes a part only when a text asks for it."""

    def __init__(self, bits: int, known: dict[str, str]) -> None:
        super().__init__(known)
        self._bits = bits

    def __missing__(self, name: str) -> str:
        return _FROM_BITS[name](self._bits)


def fill(reply: Reply, bits: int, *, time: str, rcpt: str, mx: str, sender: str, **more: str) -> str:
    """The text of a reply to one message. ``time`` is RFC 3339; ``bits`` are 64 random bits."""
    local, _, domain = rcpt.rpartition("@")
    known = {
        "rcpt": rcpt,
        "local": local,
        "domain": domain,
        "mx": mx,
        "sender": sender,
        "sender_domain": sender.rpartition("@")[2],
        "utc": time,
        **more,
    }
    return reply.text.format_map(_Parts(bits, known))
