"""What do rules look at? The response as one line of lower-case text.

NFKC (Unicode Standard Annex 15), lower case, blanks collapsed, the repeated reply prefixes of a multi-line reply
(``550-5.1.1``, RFC 5321 section 4.2.1) removed, and nothing left that is not text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from prellbock.classify.placeholders import SAMPLES

_ASCII = bytes(
    0x20 if (code < 0x20 and code != 0x0A) or code == 0x7F else code + 0x20 if 0x41 <= code <= 0x5A else code
    for code in range(256)
)
"""Lower case, control characters as blanks, the line feed as it is."""

_ENHANCED = r"[245]\.\d{1,3}\.\d{1,3}"
_CONTINUED = re.compile(rf"[245]\d\d-(?:{_ENHANCED}(?![\d.]))?[ -]*", re.ASCII)
_INSIDE_A_WORD = re.compile(r"[\w.-]")
_ESCAPED_END = re.compile(r"\\r\\n|\\n(?=[245]\d\d[ -])")
_BLANKS = re.compile(" {2,}")
_MARKS = (re.compile(rb"-(?<=\d\d\d-)"), re.compile(rb"\{"), re.compile(rb"\\"))
"""Where `_resolved` may change something; each begins with one character, because such a search is the fastest."""
_PLACEHOLDER = re.compile(r"\{[a-z]+\}")
_NOT_SHOWN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
"""Soft hyphen, zero-width characters, marks of direction: nobody sees them, so no pattern should."""
_OTHER_BLANKS = re.compile("[\u0080-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_BROKEN = re.compile("[\ud800-\udfff]")


def normalise(text: str) -> str:
    """The text that rules are matched against. Normalising twice changes nothing."""
    return normalise_many([text])[0].decode()


def normalise_many(texts: Sequence[str]) -> list[bytes]:
    """The same for many texts at once, in UTF-8, far faster than one by one. At least one text."""
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        texts = [text.replace("\n", " ") for text in texts]
        joined = "\n".join(texts)
    if not joined.isascii():
        joined = "\n".join(_all_folded(texts))
    data = joined.encode().translate(_ASCII)
    while b"  " in data:
        data = data.replace(b"  ", b" ")
    lines = [line.strip(b" ") for line in data.split(b"\n")]
    special = [hit.start() for mark in _MARKS for hit in mark.finditer(data)]
    if special:
        ends = list(accumulate(len(line) + 1 for line in data.split(b"\n")))
        for number in {bisect_right(ends, at) for at in special}:
            lines[number] = _resolved(lines[number].decode()).encode()
    return lines


def _all_folded(texts: Sequence[str]) -> list[str]:
    """Texts without line feeds, those beyond ASCII folded, all of them at once."""
    folded = list(texts)
    beyond = [number for number, text in enumerate(texts) if not text.isascii()]
    lines = _BROKEN.sub("\ufffd", "\n".join([texts[number] for number in beyond])).lower().split("\n")
    shown = _NOT_SHOWN.sub("", "\n".join(map(_composed, lines)))
    for number, text in zip(beyond, _OTHER_BLANKS.sub(" ", shown).split("\n"), strict=True):
        folded[number] = text
    return folded


def _composed(text: str) -> str:
    """Lower-case text with its compatibility forms resolved; what comes of them may be upper case."""
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())


def _resolved(line: str) -> str:
    """Samples for the placeholders of a template, and one line for a reply of several."""
    if "{" in line:
        line = _PLACEHOLDER.sub(lambda found: SAMPLES.get(found[0], found[0]), line)
    return _one_reply(line) if "-" in line or "\\" in line else line


def _one_reply(line: str) -> str:
    """Joins the lines of a reply: ``550-5.1.1 no 550 5.1.1 such user`` is ``550 5.1.1 no such user``."""
    if "\\" in line:
        line = _ESCAPED_END.sub(" ", line)
    at = 0
    while first := _CONTINUED.search(line, at):
        at = first.start() + 4
        if first.start() and _INSIDE_A_WORD.match(line[first.start() - 1]):
            continue
        code, status = first[0][:3], first[0][4:].rstrip(" -")
        rest = line[first.end() :]
        if code in rest:
            rest = _again(code, status).sub("", rest)
        line = _BLANKS.sub(" ", f"{line[: at - 1]} {status} {rest}").strip(" ")
    return line


@lru_cache(maxsize=4096)
def _again(code: str, status: str) -> re.Pattern[str]:
    """Where a further line of the same reply begins: the code with a hyphen, or with a blank the last one."""
    own = re.escape(status) if status else _ENHANCED
    return re.compile(rf"(?<=\s){code}(?:-(?:{_ENHANCED}(?![\d.]))?| {own}(?![\d.])|(?=\s))[ -]*")
