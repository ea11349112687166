"""What do rules look at? The response as one line of lower-case text.

NFKC (Unicode Standard Annex 15), lower case, blanks collapsed, the repeated reply prefixes of a multi-line reply
(``550-5.1.1``, RFC 5321 section 4.2.1) removed, and nothing left that is not text.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

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
_HYPHEN = re.compile(rb"-")
_MARKS = re.compile(rb"[{\\]")
LINE_END = re.compile(rb"\n")
_PLACEHOLDER = re.compile(r"\{[a-z]+\}")
_NOT_SHOWN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
"""Soft hyphen, zero-width characters, marks of direction: nobody sees them, so no pattern should."""
_OTHER_BLANKS = re.compile("[\u0080-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_BROKEN = re.compile("[\ud800-\udfff]")


def normalise(text: str) -> str:
    """The text that rules are matched against. Normalising twice changes nothing."""
    line = (text if text.isascii() else _folded(text)).encode().replace(b"\n", b" ").translate(_ASCII).decode()
    return _resolved(_BLANKS.sub(" ", line).strip(" "))


def _folded(text: str) -> str:
    """Text beyond ASCII: compatibility forms resolved, lower case, blanks as blanks, without what is not text."""
    text = _BROKEN.sub("\ufffd", text).lower()
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return _OTHER_BLANKS.sub(" ", _NOT_SHOWN.sub("", text))


def normalise_many(texts: Sequence[str]) -> bytes:
    """The same for many texts at once, a line each in UTF-8 (as many lines as texts), far faster than one by one."""
    joined = "\n".join(texts)
    if not joined.isascii() or joined.count("\n") != len(texts) - 1:
        joined = "\n".join(
            [text if text.isascii() and "\n" not in text else _folded(text.replace("\n", " ")) for text in texts]
        )
    data = joined.encode().translate(_ASCII)
    while b"  " in data:
        data = data.replace(b"  ", b" ")
    if b" \n" in data or b"\n " in data:
        data = data.replace(b" \n", b"\n").replace(b"\n ", b"\n")
    if data.startswith(b" ") or data.endswith(b" "):
        data = data.strip(b" ")
    special = _special_lines(data)
    if special:
        lines = data.split(b"\n")
        for number in special:
            lines[number] = _resolved(lines[number].decode()).encode()
        data = b"\n".join(lines)
    return data


def _special_lines(data: bytes) -> set[int]:
    """The numbers of the lines that `_resolved` may change."""
    found = [hit.start() for hit in _HYPHEN.finditer(data) if data[hit.start() - 3 : hit.start()].isdigit()]
    if b"{" in data or b"\\" in data:
        found += [hit.start() for hit in _MARKS.finditer(data)]
    if not found:
        return set()
    ends = [hit.start() for hit in LINE_END.finditer(data)]
    return {bisect_left(ends, at) for at in found}


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
