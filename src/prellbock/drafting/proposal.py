"""From a template to the beginning of a rule: a name, a pattern, an example. The category is for a person to say."""

import re
from collections.abc import Container

import msgspec

from prellbock.classify.codes import by_code
from prellbock.classify.reply import codes_of
from prellbock.providers import MX_SUFFIXES
from prellbock.rules.model import Example
from prellbock.store.templates import Queued

_PLACEHOLDER = re.compile(r"\{[a-z]+\}")
_CODES = re.compile(r"^(?:[245]\d\d[ -]*)?(?:[245]\.\d{1,3}\.\d{1,3}(?![\d.])[ -:]*)?")
_SPECIAL = re.compile(r"([\\^$.\[\]|()?*+{}])")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'=|{}@]+@[\w.-]*\w|\{address\}")
_WORD = re.compile(r"[a-z][a-z0-9]{2,}")
_IDLE = frozenset({
    "the", "and", "for", "you", "your", "this", "that", "has", "have", "been", "was", "were", "are", "not", "with",
    "from", "please", "see", "our", "com", "net", "org", "http", "https", "www", "host", "said",
})  # fmt: skip
_MOST_WORDS = 4
_SHORT = 12
"""Characters: a piece of text between two placeholders that is shorter is not worth a pattern of its own."""
_LONG = 160
"""Characters of a pattern."""


class Proposal(msgspec.Struct, frozen=True):
    """A rule that is not one yet: it has no category."""

    name: str
    category: None
    match: list[str]
    provider: list[str]
    code: list[str]
    examples: list[Example]
    source: str
    category_by_code: str | None
    """What the codes alone would say: a hint."""


def propose(template: Queued, taken: Container[str]) -> Proposal:
    """A rule that finds this template. ``taken``: names that are in use."""
    text = " ".join(template.text.lower().split())
    code, status = codes_of(text)
    hint = by_code(code, status)
    # Rules are kept for ever and handed on: no example names a person.
    example = Example(_ADDRESS.sub("u@example.com", template.sample or template.text), mx=_mx(template.provider))
    return Proposal(
        name=_name(text, template.provider, taken),
        category=None,
        match=[_pattern(text)],
        provider=[],
        code=[],
        examples=[example],
        source="seen in stored responses",
        category_by_code=hint.category if hint else None,
    )


def _pattern(text: str) -> str:
    """The text from its first to its last telling piece, what varies between as ``\\S+``."""
    pieces = _PLACEHOLDER.split(_CODES.sub("", text, count=1))
    telling = [index for index, piece in enumerate(pieces) if len(piece.strip()) >= _SHORT]
    if not telling:
        longest = max(pieces, key=len).strip()
        return _escaped(longest or text.strip())
    first, last = telling[0], telling[0]
    size = len(pieces[first])
    for index in telling[1:]:
        size += len(pieces[index])
        if size > _LONG:
            break
        last = index
    joined = r"\S+".join(_escaped(piece) for piece in pieces[first : last + 1])
    return joined.strip()


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _name(text: str, provider: str | None, taken: Container[str]) -> str:
    words = [word for word in _WORD.findall(_PLACEHOLDER.sub(" ", text)) if word not in _IDLE]
    stem = "-".join([*([provider] if provider else []), *words[:_MOST_WORDS]]) or "new-rule"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _mx(provider: str | None) -> str | None:
    return f"mx.{MX_SUFFIXES[provider][0]}" if provider in MX_SUFFIXES else None
