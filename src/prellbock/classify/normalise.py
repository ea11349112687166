"""What do rules look at? The response as one line of lower-case text.

NFKC (Unicode Standard Annex 15), lower case, blanks collapsed, the repeated reply prefixes of a multi-line reply
(``550-5.1.1``, RFC 5321 section 4.2.1) removed, and nothing left that is not text.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from prellbock.classify.placeholders import SAMPLES

_ASCII = bytes(
    0x20 if (code < 0x20 and code != 0x0A) or code == 0x7F else code + 0x20 if 0x41 <= code <= 0x5A else code
    for code in range(256)
)
"""Lower case, control characters as blanks, the line feed as it is."""

_ENHANCED = r"[245]\.\d{1,3}\.\d{1,3}"
_CONTINUED = re.compile(rf"(?<![\w.-])([245]\d\d)-({_ENHANCED}(?![\d.]))?[ -]*", re.ASCII)
# A line that must be treated by itself: a continued reply, a placeholder of a template, a written-out line end.
_BY_ITSELF = re.compile(rb"[245][0-9][0-9]-|[{\\]")
_ESCAPED_END = re.compile(r"\\r\\n|\\n(?=[245]\d\d[ -])")
_BLANKS = re.compile(r"\s+")
_PLACEHOLDER = re.compile(r"\{[a-z]+\}")
_NOT_TEXT = {
    **dict.fromkeys((code for code in range(0x20) if code != 0x0A), " "),
    **dict.fromkeys(range(0x7F, 0xA0), " "),
    0x0A: " ",
    0x00AD: None,  # soft hyphen
    **dict.fromkeys(range(0x200B, 0x2010)),  # zero-width characters and marks of direction
    **dict.fromkeys(range(0x202A, 0x202F)),
    **dict.fromkeys(range(0x2060, 0x2070)),
    0xFEFF: None,
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


def normalise(text: str) -> str:
    """The text that rules are matched against. Normalising twice changes nothing."""
    if text.isascii():
        line = text.encode().replace(b"\n", b" ").translate(_ASCII).decode()
    else:
        line = unicodedata.normalize("NFKC", text.translate(_NOT_TEXT)).lower()
        line = unicodedata.normalize("NFKC", line).translate(_NOT_TEXT)
    line = _BLANKS.sub(" ", line).strip()
    if "{" in line:
        line = _PLACEHOLDER.sub(lambda found: SAMPLES.get(found[0], found[0]), line)
    if "-" in line or "\\" in line:
        line = _one_reply(line)
    return line


def normalise_many(texts: Sequence[str]) -> bytes:
    """The same for many texts at once, a line each in UTF-8 (as many lines as texts), far faster than one by one."""
    joined = "\n".join(texts)
    if not joined.isascii() or joined.count("\n") != len(texts) - 1:
        joined = "\n".join([text if text.isascii() and "\n" not in text else normalise(text) for text in texts])
    data = joined.encode("utf-8", "replace").translate(_ASCII)
    if b"  " in data:
        while b"  " in data:
            data = data.replace(b"  ", b" ")
    if b" \n" in data or b"\n " in data:
        data = data.replace(b" \n", b"\n").replace(b"\n ", b"\n")
    if data.startswith(b" ") or data.endswith(b" "):
        data = data.strip(b" ")
    if _BY_ITSELF.search(data):
        lines = data.split(b"\n")
        for number, line in enumerate(lines):
            if _BY_ITSELF.search(line):
                lines[number] = normalise(line.decode()).encode()
        data = b"\n".join(lines)
    return data


def _one_reply(line: str) -> str:
    """Joins the lines of a reply: ``550-5.1.1 no 550 5.1.1 such user`` is ``550 5.1.1 no such user``."""
    if "\\" in line:
        line = _ESCAPED_END.sub(" ", line)
    while first := _CONTINUED.search(line):
        code, status = first[1], first[2]
        again = _again(code, status)
        head = f"{line[: first.start()]}{code} {status + ' ' if status else ''}"
        line = _BLANKS.sub(" ", head + again.sub("", line[first.end() :])).strip()
    return line


@lru_cache(maxsize=4096)
def _again(code: str, status: str | None) -> re.Pattern[str]:
    """Where a further line of the same reply begins: the code with a hyphen, or with a blank the last one."""
    own = re.escape(status) if status else _ENHANCED
    return re.compile(rf"(?<=\s){code}(?:-(?:{_ENHANCED}(?![\d.]))?| {own}(?![\d.])|(?=\s))[ -]*")
