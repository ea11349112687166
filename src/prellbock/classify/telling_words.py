"""Which words say something, and which are ids? Words, small numbers and short codes stay readable in templates."""

import re

from prellbock.classify.named_hosts import is_host, shown_host

_TELLING = re.compile(r"[A-Za-z]{1,10}[-_#]?\d{1,4}[A-Za-z]?|\d{1,3}[A-Za-z]{0,4}|[^\W\d_]+")
_PARTS = re.compile(r"[-_.#+/~$%!&*]+")
_STANDARDS = frozenset({"1123", "1893", "2034", "2045", "2821", "2822", "3463", "5321", "5322", "6376", "6531", "7208"})
"""Numbers of the RFCs that responses name."""


def alphanumeric(text: str) -> str:
    """What stands for a word of letters and digits alone."""
    if text.isalpha():
        return text if len(text) < 40 else "{id}"
    # Telling codes of more than seven characters begin with at least three letters; most ids are known by that.
    certain = len(text) > 7 and not text[:3].isalpha() and text.isascii()
    if not certain and _TELLING.fullmatch(text):
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
    return text if is_telling(text, 4) else "{id}"


def is_telling(text: str, digits: int) -> bool:
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
