"""How do millions of responses become a few thousand templates? What differs from mail to mail is masked.

Addresses, hosts, IP addresses, ids, long numbers and times become placeholders (`placeholders`). What says something
stays: words and their case, reply and enhanced codes, wait times, names of blocklists and named pages, short codes of
providers such as ``[CS01]`` or ``S3140``. Rules are matched against the template, its placeholders read as samples of
their kind: so a template has the verdict of its responses by construction. Masking a template changes nothing.

A regular expression over whole texts is too slow for the hot path (78,000/s); texts are cut at blanks instead and each
piece is looked up among those seen before.
"""

import re
from itertools import pairwise

from prellbock.classify.bounded import BoundedCache
from prellbock.classify.named_hosts import is_host, shown_host
from prellbock.classify.placeholders import SAMPLES

_LIMIT = 65_536
_LONGEST = 4000
"""Characters of a response that make its template; longer ones quote whole mails."""

_PIECE = re.compile(
    r"""
      (?P<placeholder>\{(?:address|host|ip|id|number|time|url)\})
    | (?P<url>(?:https?|ftp)://(?:[^\s<>"'\]){}]|\{[a-z]+\})+)
    | (?P<reply>(?<![\w.])[245][0-5]\d-(?=[^\s\d]|\d{1,3}(?:\.\d{1,3}){3}))
    | (?P<address>(?:(?:SRS[01]|prvs|msprvs1|btv1)=[^\s<>()@]+|[^\s<>()\[\],;:"'=|{}]+)
        @(?:\[[0-9a-fA-F.:]+\]|[\w-]+(?:\.[\w-]+)*))
    | (?P<time>(?<![\w.])(?:\d{4}-\d\d-\d\d(?:[T_]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?
        | \d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?)(?!\w))
    | (?P<ip>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)
        | (?<![\w:])(?:[0-9a-fA-F]{1,4}:){2,7}(?::?[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?(?![\w:])
        | (?<![\w:])::(?:[0-9a-fA-F]{1,4}:){0,6}[0-9a-fA-F]{1,4}(?![\w:]))
    | (?P<code>(?<![\w.])(?:[245][0-5]\d-?)?[245]\.\d{1,3}\.\d{1,3}(?![\w.]*\w))
    | (?P<word>[^\W_]+(?:(?:[-_\#+/~$%!&*]+|\.)[^\W_]+)*)
    """,
    re.VERBOSE,
)
_COMMON = re.compile(
    r"([<(\[]*)(?:([A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)|(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}))"
    r"([>)\],;:!]*|[>)\]]?\.{1,3})\Z"
)
"""Most of what varies: an address or an IP address with the usual signs around it; a short cut for `_PIECE`."""
_TELLING = re.compile(r"[A-Za-z]{1,10}[-_#]?\d{1,4}[A-Za-z]?|\d{1,3}[A-Za-z]{0,4}|[^\W\d_]+")
_PAGE = re.compile(r"[A-Za-z]{1,6}-?\d{1,7}|\d{1,3}[a-z]{1,12}\.html?")
_PARTS = re.compile(r"[-_.#+/~$%!&*]+")
_UNIT = re.compile(r"sec|min|hour|hr|day|week|month|s\b|m\b|h\b|sek|stund|tag|heure|jour|hora|d[ií]a", re.IGNORECASE)
_ROLE = re.compile(
    r"(?:abuse|postmaster|hostmaster|mailer-daemon|support|help|delist|unblock|remov|no-?reply|security|feedback|"
    r"blocked|report|whitelist|contact|tosa|email-?admin|ipblock)[a-z_.-]*@",
    re.IGNORECASE,
)
_STANDARDS = frozenset({"1123", "1893", "2034", "2045", "2821", "2822", "3463", "5321", "5322", "6376", "6531", "7208"})
"""Numbers of the RFCs that responses name."""
_MASKABLE = frozenset("0123456789@.:/{")


def mask(text: str) -> str:
    """The template of a response: one line, variable parts as ``{address}``, ``{host}``, ``{ip}``, ``{id}`` ..."""
    words = (text if len(text) <= _LONGEST else text[:_LONGEST]).split()
    masked = " ".join(map(_known, words))
    if "{number}" in masked:
        return _with_wait_times(words, masked)
    return masked


class _Words(BoundedCache[str, str]):
    """Words of responses and what stands for them in a template."""

    def make(self, key: str) -> str:
        return _PIECE.sub(_shown, key)

    def __missing__(self, key: str) -> str:
        if key.isalnum():
            shown = _alphanumeric(key)
        elif len(key) < 24 and _MASKABLE.isdisjoint(key):
            shown = key
        elif found := _COMMON.match(key):
            if found[2] is None:
                return f"{found[1]}{{ip}}{found[4]}"
            shown = key if _ROLE.match(found[2]) else f"{found[1]}{{address}}{found[4]}"
        else:
            return super().__missing__(key)
        # What is masked is rarely seen again; remembering it would push out the words that are.
        if shown == key:
            if len(self) >= _LIMIT:
                self.clear()
            self[key] = key
        return shown


_words = _Words(_LIMIT)
_known = _words.__getitem__


def forget() -> None:
    """Forgets the words seen so far. Only speed depends on them, so only measurements need this."""
    _words.clear()


def _with_wait_times(words: list[str], masked: str) -> str:
    shown = masked.split(" ")
    for at, (word, follower) in enumerate(pairwise(words)):
        if shown[at] == "{number}" and len(word) < 8 and _UNIT.match(follower):
            shown[at] = word
    return " ".join(shown)


def _shown(found: re.Match[str]) -> str:
    kind, text = found.lastgroup, found[0]
    if kind == "word":
        return _word(text)
    if kind == "address":
        return text if _ROLE.match(text) else "{address}"
    if kind == "url":
        return _url(text)
    return text if kind in {"code", "reply", "placeholder"} else f"{{{kind}}}"


def _url(text: str) -> str:
    """A page keeps its name; an address with an id in it loses the id, and what follows a question mark."""
    scheme, _, rest = text.partition("://")
    end = len(rest.rstrip(".,;:!"))
    rest, tail = rest[:end], rest[end:]
    page, mark, query = rest.partition("?")
    host, slash, path = page.partition("/")
    if "{" in host:
        pass
    elif re.fullmatch(r"[\d.]+(?::\d+)?", host):
        host = "{ip}"
    elif re.search(r"\d{3}", host):
        host = "{host}"
    path = "/".join(_segment(part) for part in path.split("/"))
    return f"{scheme}://{host}{slash}{path}{mark}{_query(query) if query else ''}{tail}"


def _segment(text: str) -> str:
    if text in SAMPLES:
        return text
    if "@" in text:
        return "{address}"
    if re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", text):
        return "{ip}"
    return text if not text or _PAGE.fullmatch(text) or (len(text) < 32 and _is_telling(text, 12)) else "{id}"


def _query(text: str) -> str:
    shown = []
    for pair in re.split(r"[&;]", text):
        name, equals, value = pair.partition("=")
        if not equals:
            shown.append(_segment(name))
        else:
            shown.append(f"{name}={_segment(value)}" if _is_telling(name, 12) else "{id}")
    return "&".join(shown)


def _alphanumeric(text: str) -> str:
    if _TELLING.fullmatch(text):
        return text if len(text) < 40 else "{id}"
    if text.isdigit():
        return text if text in _STANDARDS else "{number}"
    return "{id}"


def _word(text: str) -> str:
    if text.isalnum():
        return _alphanumeric(text)
    if "." in text and is_host(text):
        return shown_host(text)
    if len(text) < 24 and not any(char.isdigit() for char in text):
        return text
    return text if _is_telling(text, 4) else "{id}"


def _is_telling(text: str, digits: int) -> bool:
    """Words, small numbers and short codes say something; long mixtures of letters and digits are ids."""
    parts = _PARTS.split(text)
    if sum(part.isdigit() for part in parts) > 3:
        return False
    for part in parts:
        if not part or _TELLING.fullmatch(part):
            if len(part) >= 40:
                return False
            continue
        if part.isdigit() and len(part) <= digits:
            continue
        return False
    return True
