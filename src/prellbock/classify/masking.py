"""How do millions of responses become a few thousand templates? What differs from mail to mail is masked.

Addresses, hosts, IP addresses, ids, long numbers and times become placeholders (`placeholders`). What says something
stays: words and their case, reply and enhanced codes, wait times, names of blocklists and named pages, short codes of
providers such as ``[CS01]`` or ``S3140``. Rules are matched against the template, its placeholders read as samples of
their kind: so a template has the verdict of its responses by construction. Masking a template changes nothing.
Mojibake is read again first (`mojibake`).

A regular expression over whole texts is too slow for the hot path (78,000/s); texts are cut at blanks instead and each
word is looked up among those seen before, for many texts at once.
"""

import re
from collections.abc import Sequence

from prellbock.classify.mojibake import repaired
from prellbock.classify.telling_words import alphanumeric
from prellbock.classify.variable_parts import masked_word
from prellbock.classify.word_shapes import quickly_masked, without_bracketed_addresses

_LIMIT = 65_536
_LONGEST = 4000
"""Characters of a response that make its template; longer ones quote whole mails."""

_TOGETHER = 512
"""Texts masked as one: their words stay in the processor's cache."""

_UNIT = re.compile(r"sec|min|hour|hr|day|week|month|s\b|m\b|h\b|sek|stund|tag|heure|jour|hora|d[ií]a", re.IGNORECASE)
_MASKABLE = frozenset("0123456789@.:/{")


def mask(text: str) -> str:
    """The template of a response: one line, variable parts as ``{address}``, ``{host}``, ``{ip}``, ``{id}`` ..."""
    text = text[:_LONGEST]
    words = (text if text.isascii() else repaired(text)).split()
    masked = " ".join(map(_known, words))
    if "{number}" in masked:
        return _with_wait_times(words, masked)
    return masked


def mask_many(texts: Sequence[str]) -> list[str]:
    """The templates of many responses, in order: the same as `mask` of each, and faster."""
    templates: list[str] = []
    for start in range(0, len(texts), _TOGETHER):
        templates += _masked_together(texts[start : start + _TOGETHER])
    return templates


def _masked_together(texts: Sequence[str]) -> list[str]:
    """Masks all as one long text; a NUL character as a word of its own stands between two of them."""
    if max(map(len, texts)) > _LONGEST:
        texts = [text[:_LONGEST] for text in texts]
    joined = " \0 ".join(texts)
    if not joined.isascii():
        texts = [text if text.isascii() else repaired(text) for text in texts]
        joined = " \0 ".join(texts)
    joined = without_bracketed_addresses(joined)
    masked = " ".join(map(_known, joined.split()))
    templates = masked.split(" \0 ")
    if len(templates) != len(texts) or joined.count("\0") >= len(texts):
        # A text is blank or has a NUL of its own, so it is not certain what belongs to whom.
        return list(map(mask, texts))
    if "{number}" in masked:
        for at, template in enumerate(templates):
            if "{number}" in template:
                templates[at] = _with_wait_times(texts[at].split(), template)
    return templates


class _Words(dict[str, str]):
    """Words of responses and what stands for them in a template."""

    def __missing__(self, key: str) -> str:
        # Addresses and ids are rarely seen again; remembering them would push out the words that are.
        if key.isalnum():
            if len(key) > 7 and not key[:3].isalpha() and key.isascii():
                # What most ids look like, as `alphanumeric` says too.
                return "{number}" if key.isdigit() else "{id}"
            shown = alphanumeric(key)
            if shown != key:
                return shown
        elif len(key) < 24 and key.isascii() and _MASKABLE.isdisjoint(key):
            shown = key
        else:
            quick = quickly_masked(key)
            shown = quick or masked_word(key)
            if quick and quick != key and "{host}" not in quick and "://" not in quick:
                return quick
        if len(self) >= _LIMIT:
            self.clear()
        self[key] = shown
        return shown


_words = _Words()
_known = _words.__getitem__


def forget() -> None:
    """Forgets the words seen so far. Only speed depends on them, so only measurements need this."""
    _words.clear()


def _with_wait_times(words: list[str], masked: str) -> str:
    shown = masked.split(" ")
    for at, (word, follower) in enumerate(zip(words, shown[1:], strict=False)):
        if shown[at] == "{number}" and len(word) < 8 and _UNIT.match(follower):
            shown[at] = word
    return " ".join(shown)
