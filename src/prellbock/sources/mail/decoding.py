"""From bytes to text: transfer encodings, charsets, encoded words and HTML, whatever the declarations claim.

Everything here takes hostile input: nothing raises, nothing takes more than linear time.
"""

import binascii
import codecs
import re
import string
from functools import lru_cache

from prellbock.sources.mail.charsets import PYTHON_NAMES

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]{1,80}(=\?)")
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + b"0123456789+/"))
MAX_TAG_CHARS = 4000
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/h[1-6]|/li|/table|p|div|h[1-6]|hr)(?=[\s/>])[^<>]{0,2000}>", re.IGNORECASE)
_BLIND = re.compile(r"<(style|script|title)(?=[\s>])", re.IGNORECASE)
_COMMENT = re.compile(r"<!--")

# Text encodings of Python that no mail means, or that are slow on long input.
_STRANGE = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})


def decodable(size: int, encoding: str) -> int:
    """How many encoded bytes are enough for so many decoded ones?"""
    kind = encoding.strip().lower()
    if kind == "base64":
        return size * 3 // 2 + 100
    return size * 3 + 100 if kind == "quoted-printable" else size


def transfer_decoded(body: bytes, encoding: str) -> bytes:
    """Undoes Content-Transfer-Encoding (RFC 2045 section 6); broken base64 gives what can be read of it."""
    kind = encoding.strip().lower()
    if kind == "base64":
        clean = (body.partition(b"=")[0] if b"=" in body[-4096:] else body).translate(None, _NOT_BASE64)
        clean = clean[: len(clean) - (len(clean) % 4 == 1)]
        try:
            return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
        except binascii.Error:
            return body
    if kind == "quoted-printable":
        return binascii.a2b_qp(body)
    return body


def charset_decoded(body: bytes, charset: str) -> str:
    """Text of bytes in a declared charset. Valid UTF-8 wins over the declaration, which is often wrong."""
    codec = _codec(charset)
    shifts = codec is not None and codec.name in {"utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "hz"}
    if not shifts:
        if b"\x1b" in body:
            codec = _codec("iso-2022-jp-2") if codec is None or not codec.name.startswith("iso2022") else codec
        else:
            try:
                return body.decode("utf-8")
            except UnicodeDecodeError:
                pass
    if codec is not None:
        try:
            return codec.decode(body, "replace")[0]
        except (ValueError, LookupError):
            pass
    return body.decode("cp1252", "replace")


@lru_cache(maxsize=256)
def _codec(charset: str) -> codecs.CodecInfo | None:
    name = charset.strip().strip("\"'").lower()
    if not name or len(name) > 40 or not name.isascii() or "\0" in name:
        return None
    try:
        found = codecs.lookup(PYTHON_NAMES.get(name, name))
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True) or found.name.replace("-", "_") in _STRANGE:
        return None
    return found


def words_decoded(value: str) -> str:
    """A header value with its encoded words (RFC 2047) read; a word that cannot be read stays as it is."""
    if "=?" not in value:
        return value

    def word(match: re.Match[str]) -> str:
        charset, kind, text = match.groups()
        raw = text.encode("utf-8", "replace")
        if kind in "bB":
            raw = transfer_decoded(raw, "base64")
        else:
            raw = binascii.a2b_qp(raw.replace(b"_", b" "))
        return charset_decoded(raw, charset.partition("*")[0])

    return _ENCODED_WORD.sub(word, _BETWEEN_WORDS.sub(r"\1\2", value))


def text_of_html(source: str) -> str:
    """The visible text of an HTML page, a line per block; enough to read a report, not a browser."""
    import html

    for pattern, end in ((_COMMENT, "-->"), (_BLIND, "</")):
        source = _without(source, pattern, end)
    lines = _without_tags(_BREAK.sub("\n", source.replace("\n", " ")))
    text = html.unescape(lines).replace("\u00a0", " ")
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def _without_tags(source: str) -> str:
    first, *rest = source.split("<")
    kept = [first]
    for piece in rest:
        end = piece.find(">")
        kept.append(piece[end + 1 :] if 0 <= end <= MAX_TAG_CHARS else f"<{piece}")
    return "".join(kept)


def _without(source: str, begin: re.Pattern[str], end: str) -> str:
    kept: list[str] = []
    lowered = source.lower()
    if len(lowered) != len(source):
        lowered = source
    at = 0
    for match in begin.finditer(source):
        if match.start() < at:
            continue
        kept.append(source[at : match.start()])
        stop = end + (match[1] if match.re.groups else "")
        found = lowered.find(stop.lower(), match.end())
        if found < 0:
            at = len(source)
            break
        at = found + len(stop)
    kept.append(source[at:])
    return "".join(kept)
