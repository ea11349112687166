"""Which reply code and which enhanced status code does a response begin with?

RFC 5321 section 4.2 (reply codes), RFC 2034 (where the enhanced code stands), RFC 3463 (its form). Texts of mail
systems put words before the reply (``host x said: 550 5.1.1 ...``); what is not surely a code is None.
"""

import re

from prellbock.classify.bounded import BoundedCache

Codes = tuple[int | None, str | None]

_STATUS = r"([245]\.\d{1,3}\.\d{1,3})(?![\d.])"
_HEAD_LENGTH = 13
_LONGEST = 2000
_HEAD = re.compile(rf"([245][0-5]\d)(?:[ -]+\(?#?{_STATUS}|(?=$|[^\w.@/-]|-(?!\d)))", re.ASCII)
_ANY = re.compile(r"[245](?:[0-5]\d|\.\d)", re.ASCII)
_HEAD_STATUS = re.compile(r"\(?#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])", re.ASCII)
_BOTH = re.compile(rf"(?<![\w.])([245][0-5]\d)[ -]+\(?#?{_STATUS}", re.ASCII)
_AFTER_COLON = re.compile(
    r"(?:[:;(]\s*\"?|\bsaid:? |\bcode[ =:]+|\berror(?: code)?[ =:]+)([245][0-5]\d)(?=[ \-,:;)\"]|$)"
    r"(?! *(?:%|k?b\b|m?b\b|bytes|sec|min|hour|day|msg|messages|recipients|connections))",
    re.ASCII | re.IGNORECASE,
)
_LAST = re.compile(
    rf"\b(?:last (?:transfail|error|reply|response|attempt|smtp error)|lasterror|last-?error)\b[^:=]{{0,60}}[:=]\s*\"?"
    rf"([245][0-5]\d)(?:[ -]+\(?#?{_STATUS})?(?=[ \-;:\"]|$)",
    re.ASCII | re.IGNORECASE,
)
"""A system that gave up quotes the last reply of the answering server."""
_SMTP_ERROR = re.compile(
    r"\bsmtp error\b.{0,80}?(?<![\w.])([245][0-5]\d)(?![\w.])", re.ASCII | re.IGNORECASE | re.DOTALL
)
_MARKED_STATUS = re.compile(
    r"(?:\(#|\[#?|\(|\bstatus[ =:]+|\bdsn[ =:]+|[;:]\s|#)([245]\.[0-7]\.\d{1,3})(?=[)\]\s,;:]|$)",
    re.ASCII | re.IGNORECASE,
)


class _Heads(BoundedCache[str, Codes | None]):
    """Beginnings of texts and the codes in them; None where the beginning alone does not tell."""

    def make(self, key: str) -> Codes | None:
        found = _HEAD.match(key)
        if found is None or (found.end() == _HEAD_LENGTH and found[2]):
            return None
        return int(found[1]), found[2]


_heads = _Heads(20_000)


def codes_of(text: str) -> Codes:
    """Reply code and enhanced status code of the reply in ``text``, e.g. ``(550, "5.1.1")``; each may be None."""
    if "last" in text and (last := _LAST.search(text[:_LONGEST])):
        return int(last[1]), last[2]
    found = _heads[text[:_HEAD_LENGTH]]
    if found is not None:
        if found[1] is None and "(#" in text:
            return found[0], _marked(text)
        return found
    return _search(text)


def _search(text: str) -> Codes:
    text = text[:_LONGEST]
    if not _ANY.search(text):
        return None, None
    if both := _HEAD.match(text.lstrip()):
        return int(both[1]), both[2] or _marked(text)
    if both := _BOTH.search(text):
        return int(both[1]), both[2]
    code = _AFTER_COLON.search(text) or _SMTP_ERROR.search(text)
    status = _HEAD_STATUS.match(text.lstrip())
    return int(code[1]) if code else None, status[1] if status else _marked(text)


def _marked(text: str) -> str | None:
    found = _MARKED_STATUS.search(text)
    return found[1] if found else None
