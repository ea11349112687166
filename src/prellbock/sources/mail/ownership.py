"""Whose bounce is it? The address that was mailed, whoever refused the message in the end, and the proof of it.

A report may name another address: the one that the recipient's mail is forwarded to, or one that somebody made up. Our
own return path tells which address was mailed (VERP), and a token in it that we mailed it at all (`tokens`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from prellbock.events import DeliveryEvent
from prellbock.sources.mail.address_text import addresses_in, canonical_or_none
from prellbock.sources.mail.message import Message
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.return_path import unwrapped
from prellbock.sources.mail.tokens import DAYS, TOKEN, verify

_PLACES = {
    "{local}": r"(?P<local>[^@]{1,64})",
    "{domain}": r"(?P<domain>[a-z0-9_](?:[a-z0-9_.-]{0,253}))",
    "{token}": rf"(?P<token>{TOKEN})",
    "{any}": r"[^@]{1,64}",
}
_PLACE = re.compile(r"(\{[a-z]{1,10}\})")
_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "to")
_REPORTS = frozenset({"bounced", "deferred", "delivered"})
_MAX_TOKENS = 10
"""Return paths with different tokens that are tried; a mail has one, and a few more where it was passed on."""

_Path = tuple[str | None, str | None]
"""What a return path of ours says: its token, and the address that was mailed."""


class PatternError(ValueError):
    """A VERP pattern cannot be used; the message says why."""


class ReturnPaths(msgspec.Struct, frozen=True, kw_only=True):
    """How our return paths look, and what proves them. ``now`` is the clock in Unix seconds."""

    patterns: tuple[str, ...] = ()
    """``bounces+{local}={domain}@news.example``; ``{token}`` and ``{any}`` may stand there too."""
    keys: tuple[bytes, ...] = ()
    """Keys that tokens are verified with; none: nothing is said of genuineness."""
    days: int = DAYS
    required: bool = True
    """A report without any token counts as forged. Turn off while mail sent before the tokens is still bouncing."""
    now: float = 0.0

    def compiled(self) -> list[re.Pattern[str]]:
        """The patterns as regular expressions. Raises `PatternError`."""
        return [_compiled(pattern) for pattern in self.patterns]


class Owner:
    """Finds the address that was mailed, and tells genuine reports from forged ones."""

    def __init__(self, paths: ReturnPaths) -> None:
        self._paths = paths
        self._patterns = paths.compiled()

    def apply(self, mail: Message, notice: Notice, events: Sequence[DeliveryEvent]) -> None:
        """Sets ``original_recipient`` and ``genuine`` of what a mail reports.

        What a token proves goes before everything else that the mail says, and what our return path says before what
        the report says: nobody can turn the token of his own mail on the address of another.
        """
        ours = list(self._ours(mail, events))
        told = next((address for _, address in ours if address is not None), None)
        tokens = list(dict.fromkeys(path for path in ours if path[0] is not None))[:_MAX_TOKENS]
        returned = self._proven(tokens, notice.original_recipients[:50]) if self._paths.keys and tokens else None
        for event in events:
            mailed = told
            if self._paths.keys and event.outcome in _REPORTS:
                proven = self._proven(tokens, (event.original_recipient, event.recipient)) or returned
                if proven is not None:
                    event.genuine, mailed = True, proven
                else:
                    event.genuine = False if tokens or self._paths.required else None
            if mailed is not None and event.outcome != "feedback":
                event.recipient = event.recipient or mailed
                if mailed != event.recipient or event.original_recipient is not None:
                    event.original_recipient = mailed

    def _proven(self, paths: Sequence[_Path], named: Iterable[str | None]) -> str | None:
        """The address that one of the tokens was made for: the one that stands in the return path beside it, else one
        that the report names. A return path whose token is for another address than stands in it proves nothing."""
        known = [name for name in dict.fromkeys(named) if name is not None]
        for token, address in paths:
            candidates = known if address is None else [address]
            meant = verify(self._paths.keys, token or "", candidates, self._paths.now, self._paths.days)
            if meant is not None:
                return meant
        return None

    def _ours(self, mail: Message, events: Sequence[DeliveryEvent]) -> Iterator[_Path]:
        """Token and mailed address of every return path of ours that the mail names, as far as each has them."""
        seen: set[str] = set()
        for address in _return_paths(mail, events):
            if address in seen:
                continue
            seen.add(address)
            for pattern in self._patterns:
                if match := pattern.fullmatch(address):
                    parts = match.groupdict()
                    local, domain = parts.get("local"), parts.get("domain")
                    yield (
                        parts.get("token") or parts.get("alone"),
                        canonical_or_none(f"{local}@{domain}") if local and domain else None,
                    )
                    break


def _return_paths(mail: Message, events: Sequence[DeliveryEvent]) -> Iterable[str]:
    """Addresses the report came to, then the envelope senders it quotes, each also without its SRS or BATV wrapping."""
    found = [address for name in _DELIVERED_TO for value in mail.all(name) for address in addresses_in(value)[:20]]
    for address in [*found[:50], *(event.sender for event in events[:50] if event.sender)]:
        yield address
        if (inner := unwrapped(address)) is not None and inner != address:
            yield inner


def _compiled(pattern: str) -> re.Pattern[str]:
    head, at, host = pattern.strip().lower().rpartition("@")
    if not at or not head or not host:
        raise PatternError(f"{pattern!r} is no return path: write it like bounces+{{local}}={{domain}}@news.example")
    pieces = _PLACE.split(head)
    unknown = [piece for piece in pieces if _PLACE.fullmatch(piece) and piece not in _PLACES]
    if unknown or any(pieces.count(place) > 1 for place in _PLACES):
        raise PatternError(f"{pattern!r}: only {', '.join(_PLACES)} may stand in it, each once")
    if ("{local}" in pieces) != ("{domain}" in pieces):
        raise PatternError(f"{pattern!r}: {{local}} and {{domain}} belong together")
    body = "".join(_PLACES.get(piece) or re.escape(piece) for piece in pieces)
    alone = ""
    if "{token}" in pieces:
        # What `tokens.with_token` writes where the whole would be too long.
        alone = "|" + re.escape(pieces[0]) + rf"(?P<alone>{TOKEN})"
    return re.compile(f"(?:{body}{alone})@{re.escape(host)}", re.IGNORECASE)
