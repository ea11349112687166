"""What varies inside a word of a response, and what stands for it in a template? Every word, however it looks.

One regular expression knows all variable parts; it is complete but slow (2 to 20 us a word). `word_shapes` knows the
words that are met most, with the same result; `masking` remembers the words that say something.
"""

import re

from prellbock.classify.named_hosts import is_host, shown_host
from prellbock.classify.placeholders import SAMPLES

_PIECE = re.compile(
    r"""
      (?P<placeholder>\{(?:address|host|ip|id|number|time|url)\})
    | (?P<url>(?:https?|ftp)://(?:[^\s<>"'\]){}]|\{[a-z]+\})+)
    | (?P<reply>(?<![\w.}])[245][0-5]\d-(?=[^\s\d]|\d{1,3}(?:\.\d{1,3}){3}))
    | (?P<address>(?:(?:SRS[01]|prvs|msprvs1|btv1)=[^\s<>()@]{1,256}|[^\s<>()\[\],;:"'=|{}]{1,256})
        @(?:\[[0-9a-fA-F.:]+\]|[\w-]+(?:\.[\w-]+)*))
    | (?P<time>(?<![\w.}])(?:\d{4}-\d\d-\d\d(?:[T_]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?
        | \d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?)(?![\w{]))
    | (?P<ip>(?<![\w.}])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*[\w{])
        | (?<![\w:}])(?:[0-9a-fA-F]{1,4}:){2,7}(?::?[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?(?![\w:{])
        | (?<![\w:}])::(?:[0-9a-fA-F]{1,4}:){0,6}[0-9a-fA-F]{1,4}(?![\w:{]))
    | (?P<code>(?<![\w.}])(?:[245][0-5]\d-?)?[245]\.\d{1,3}\.\d{1,3}(?![\w.]*[\w{]))
    | (?P<word>[^\W_]+(?:(?:[-_\#+/~$%!&*]+|\.)[^\W_]+)*)
    """,
    re.VERBOSE,
)
_TELLING = re.compile(r"[A-Za-z]{1,10}[-_#]?\d{1,4}[A-Za-z]?|\d{1,3}[A-Za-z]{0,4}|[^\W\d_]+")
_PAGE = re.compile(r"[A-Za-z]{1,6}-?\d{1,7}|\d{1,3}[a-z]{1,12}\.html?")
_PARTS = re.compile(r"[-_.#+/~$%!&*]+")
_ROLE = re.compile(
    r"(?:abuse|postmaster|hostmaster|mailer-daemon|support|help|delist|unblock|remov|no-?reply|security|feedback|"
    r"blocked|report|whitelist|contact|tosa|email-?admin|ipblock)[a-z_.-]*@",
    re.IGNORECASE,
)
_STANDARDS = frozenset({"1123", "1893", "2034", "2045", "2821", "2822", "3463", "5321", "5322", "6376", "6531", "7208"})
"""Numbers of the RFCs that responses name."""


def masked_word(word: str) -> str:
    """The word with placeholders for what varies in it. Masking a masked word changes nothing."""
    return _PIECE.sub(_shown, word)


def is_role(address: str) -> bool:
    """Is it the address of an office, such as postmaster or abuse? Templates keep those."""
    return _ROLE.match(address) is not None


def _shown(found: re.Match[str]) -> str:
    kind, text = found.lastgroup, found[0]
    if kind == "word":
        return shown_word(text)
    if kind == "address":
        return text if is_role(text) else "{address}"
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


def alphanumeric(text: str) -> str:
    """What stands for a word of letters and digits alone."""
    if text.isalpha():
        return text if len(text) < 40 else "{id}"
    if _TELLING.fullmatch(text):
        return text if len(text) < 40 else "{id}"
    if text.isdigit():
        return text if text in _STANDARDS else "{number}"
    return "{id}"


def shown_word(text: str) -> str:
    """What stands for letters and digits that single signs hold together: words, ids, host names."""
    if text.isalnum():
        return alphanumeric(text)
    if "." in text and is_host(text):
        return shown_host(text)
    if len(text) < 24 and not any(map(str.isdigit, text)):
        return text
    return text if _is_telling(text, 4) else "{id}"


def _is_telling(text: str, digits: int) -> bool:
    """Words, small numbers and short codes say something; long mixtures of letters and digits are ids."""
    parts = _PARTS.split(text)
    for part in parts:
        if not part or _TELLING.fullmatch(part):
            if len(part) >= 40:
                return False
            continue
        if part.isdigit() and len(part) <= digits:
            continue
        return False
    return sum(map(str.isdigit, parts)) <= 3
