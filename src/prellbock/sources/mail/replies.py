"""Which SMTP reply is the cause? Reports wrap the remote server's answer in answers of their own.

``554 4.4.7 Message expired.<421 4.4.2 Connection timed out>`` or ``host mx.example[192.0.2.1] said: 550 5.1.1 ...``:
the innermost reply is the last one that stands where a quotation can begin. Continuation lines (RFC 5321 section
4.2.1) belong to one reply. Enhanced status codes are those of RFC 3463.
"""

import re
from functools import lru_cache
from typing import Final

MAX_CHARS = 4000
"""A reply is never longer (RFC 5321 allows 512 octets a line; some servers answer with many lines)."""

ENHANCED = r"[245]\.[0-7]\.\d{1,3}"
# Both begin with a character class, so that the scan can jump; what must not stand before is looked at behind it.
_STATUS = re.compile(r"([245](?<![\w.=:/+-].)\.[0-7]\.\d{1,3})(?![\w/+]|[.-]\w)")
_START = re.compile(
    r"([45][0-5]\d)(?<![\w.=@/+-]...)(?:(?=[ :,#\n'\"<]|$)|-(?=\d{1,3}\.\d|[A-Za-z# <\[(\n'])|(?=\())"
    rf"[ :,#\n-]{{0,4}}(?:\(?#?({ENHANCED})(?![.\d]))?"
)
_QUOTING = frozenset("<('\"[;#>")
_CLOSING = {"<": ">", "(": ")", "'": "'", '"': '"', "[": "]"}
_TRAILER = re.compile(r"\((?:in\s+reply\s+to\s[^()]{1,80}|state \d+)\)\s*\.?\s*$", re.IGNORECASE)

_ACCEPTED = re.compile(r"\s*(?:smtp;\s*)?(2[0-5]\d)(?=[ -]|$)[ -]?(2\.\d\.\d{1,3})?")

_SAME_MAIL = 32
"""Answers kept: one mail asks about the same few texts again and again."""


class Reply:
    """One answer of an SMTP server, or a cause in words; ``status`` is an enhanced status code."""

    def __init__(self, text: str, code: int | None = None, status: str | None = None) -> None:
        self.text: Final = text
        self.code: Final = code
        self.status: Final = status


def one_line(text: str) -> str:
    """Runs of blanks and line breaks become one blank."""
    return " ".join(text[: 4 * MAX_CHARS].split())[:MAX_CHARS]


def is_vague(status: str | None) -> bool:
    """True of no status and of ``x.0.0``, which says only failed or delayed (RFC 3463 section 3.1)."""
    return status is None or status.endswith(".0.0")


def status_in(text: str, code: int | None = None) -> str | None:
    """The enhanced status code named in a text, of the same class as the reply code; a vague one only if alone."""
    vague: str | None = None
    for match in _STATUS.finditer(text[:MAX_CHARS]):
        status = match[1]
        if code is not None and int(status[0]) != code // 100:
            continue
        if not is_vague(status):
            return status
        vague = vague or status
    return vague


@lru_cache(maxsize=_SAME_MAIL)
def innermost(text: str) -> Reply | None:
    """The reply that caused the others quoted around it, or None where the text quotes no reply."""
    text = _lines(text)
    found: re.Match[str] | None = None
    weak: re.Match[str] | None = None
    for match in _START.finditer(text):
        if not _can_begin(text, match):
            if text[match.start() - 1] == "\n":
                weak = weak or match
            continue
        if found is not None and _continues(text, found, match):
            continue
        found = match
    found = found or weak
    if found is None:
        return None
    begin = found.start(1)
    body = _unquoted(text, begin)
    code = int(found[1])
    status = found[2] if found[2] and not is_vague(found[2]) else None
    return Reply(text=body, code=code, status=status or status_in(body, code) or found[2])


@lru_cache(maxsize=_SAME_MAIL)
def cause(text: str) -> Reply:
    """The innermost reply, else the whole text as a cause in words."""
    found = innermost(text)
    if found is not None:
        return found
    plain = one_line(text)
    return Reply(text=_without_trailer(plain), status=status_in(plain))


def accepted(text: str) -> Reply:
    """The reply to a message that was taken, such as ``250 2.6.0 Message received``."""
    plain = one_line(text)
    match = _ACCEPTED.match(plain)
    return Reply(text=plain, code=int(match[1]) if match else None, status=match[2] if match else None)


def _can_begin(text: str, match: re.Match[str]) -> bool:
    """A reply begins the text or a quotation, or shows itself by an enhanced code of its own class."""
    before = text[max(0, match.start() - 4) : match.start()].rstrip()
    if not before:
        return match.start() < 4
    if before[-1] == "#" and not before[:-1].endswith((" ", "\n")) and before != "#":
        # A fragment of an address, ``.../codes.php#554``.
        return False
    if before[-1] in _QUOTING or before[-1] == ":" or before.endswith(("...", "<<<")):
        return True
    if text[match.end(1) : match.end(1) + 2] == "-'":
        # Cisco (IronPort): ``5.1.0 - Unknown address error 550-'User unknown'``.
        return True
    enhanced = match[2]
    return enhanced is not None and enhanced[0] == match[1][0]


def _continues(text: str, first: re.Match[str], later: re.Match[str]) -> bool:
    """Is the later match a further line of the same reply (``550-5.1.1 a 550 5.1.1 b``)?"""
    if first[1] != later[1]:
        return False
    dashed = text[first.end(1) : first.end(1) + 1] == "-"
    return dashed and text[later.start() - 1 : later.start()] in {" ", "\n", ""}


def _unquoted(text: str, begin: int) -> str:
    body = text[begin:]
    opening = text[begin - 1] if begin else ""
    closing = _CLOSING.get(opening)
    if closing is not None:
        depth = 0
        for at, char in enumerate(body):
            if char == opening and closing != opening:
                depth += 1
            elif char == closing:
                if depth == 0 and (closing != "'" or not body[at + 1 : at + 2].isalnum()):
                    body = body[:at]
                    break
                depth -= 1
    body = one_line(_without_trailer(body))
    while body and _is_left_over(body):
        body = body[:-1].rstrip()
    return body


def _without_trailer(text: str) -> str:
    """The text without ``(in reply to RCPT TO command)`` or ``(state 14)`` at its end."""
    if not text.rstrip().removesuffix(".").rstrip().endswith(")"):
        return text
    begin = text.rfind("(")
    return text[:begin].rstrip() if begin >= 0 and _TRAILER.match(text, begin) is not None else text


def _is_left_over(body: str) -> bool:
    """Does the reply end with the closing half of a quotation that began before it?"""
    last = body[-1]
    opening = next((char for char, closing in _CLOSING.items() if closing == last), None)
    if opening is None:
        return False
    return body.count(last) % 2 == 1 if opening == last else body.count(opening) < body.count(last)


def _lines(text: str) -> str:
    """The text with its lines kept, blanks joined and empty lines dropped."""
    if "\n" not in text:
        return " ".join(text[: 4 * MAX_CHARS].split())[:MAX_CHARS]
    lines = [" ".join(line.split()) for line in text[: 4 * MAX_CHARS].split("\n")]
    return "\n".join([line for line in lines if line])[:MAX_CHARS]
