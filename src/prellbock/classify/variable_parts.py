"""What varies inside a word of a response, and what stands for it in a template? Every word, however it looks.

One regular expression knows all variable parts; it is complete but slow (2 to 20 us a word). `word_shapes` knows the
words that are met most, with the same result; `masking` remembers the words that say something.
"""

import re

from prellbock.classify.telling_words import shown_word
from prellbock.classify.urls import shown_url

_ADDRESS = r"""
    | (?P<address>(?:(?:SRS[01]|prvs|msprvs1|btv1)=[^\s<>()@]{1,256}|[^\s<>()\[\],;:"'=|{}]{1,256})
        @(?:\[[0-9a-fA-F.:]+\]|[\w-]+(?:\.[\w-]+)*))"""
_FIRST = r"""
      (?P<placeholder>\{(?:address|host|ip|id|number|time|url)\})
    | (?P<url>(?:https?|ftp)://(?:[^\s<>"'\]){}]+|\{[a-z]+\})+)
    | (?P<reply>(?<![\w.}])[245][0-5]\d-(?=[^\s\d]|\d{1,3}(?:\.\d{1,3}){3}))"""
_LAST = r"""
    | (?P<time>(?<![\w.}])(?:\d{4}-\d\d-\d\d(?:[T_]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?
        | \d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?)(?![\w{]))
    | (?P<ip>(?<![\w.}])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*[\w{])
        | (?<![\w:}])(?:[0-9a-fA-F]{1,4}:){2,7}(?::?[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?(?![\w:{])
        | (?<![\w:}])::(?:[0-9a-fA-F]{1,4}:){0,6}[0-9a-fA-F]{1,4}(?![\w:{]))
    | (?P<code>(?<![\w.}])(?:[245][0-5]\d-?)?[245]\.\d{1,3}\.\d{1,3}(?![\w.]*[\w{]))
    | (?P<word>[^\W_]+(?:(?:[-_\#+/~$%!&*]+|\.)[^\W_]+)*)"""
_PIECE = re.compile(_FIRST + _ADDRESS + _LAST, re.VERBOSE)
_PIECE_WITHOUT_AT = re.compile(_FIRST + _LAST, re.VERBOSE)
"""The same where no address can be: looking for its end costs more than all the rest."""

ROLES = (
    *("abuse", "postmaster", "hostmaster", "mailer-daemon", "support", "help", "delist", "unblock", "remov"),
    *("noreply", "no-reply", "security", "feedback", "blocked", "report", "whitelist", "contact", "tosa"),
    *("emailadmin", "email-admin", "ipblock"),
)
"""How addresses of offices begin, in any case."""
_ROLE = re.compile(rf"(?:{'|'.join(ROLES)})[a-z_.-]*@", re.IGNORECASE)
_ROLE_STARTS = frozenset(role[:3] for role in ROLES)


def masked_word(word: str) -> str:
    """The word with placeholders for what varies in it. Masking a masked word changes nothing."""
    return (_PIECE if "@" in word else _PIECE_WITHOUT_AT).sub(_shown, word)


def is_role(address: str) -> bool:
    """Is it the address of an office, such as postmaster or abuse? Templates keep those."""
    return address[:3].lower() in _ROLE_STARTS and _ROLE.match(address) is not None


def _shown(found: re.Match[str]) -> str:
    kind, text = found.lastgroup, found[0]
    if kind == "word":
        return shown_word(text)
    if kind == "address":
        return text if is_role(text) else "{address}"
    if kind == "url":
        return shown_url(text)
    return text if kind in {"code", "reply", "placeholder"} else f"{{{kind}}}"
