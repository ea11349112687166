"""By which ways are texts left out, so that a figure is about what a model has not seen?

*Folds*: a fifth of all families at a time. *Provider*: all that one provider's servers said, with the rules scoped to
it or named for it. *Language*: whatever is labelled as, or reads like, one language. *Time*: batches gathered later,
asked of a model that knows the earlier batches alone; rules were written after looking at all batches, so none of
their texts is trained on. Labelled files that are no part of the package are left out as a whole (*unseen*) or by
provider (*unseen provider*). Near-duplicates of what is asked about, and phrases of rules that quote one, are never
trained on (`fit.unseen`).
"""

import re
from collections import Counter
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from prellbock.learn.corpus import Labelled
from prellbock.learn.fit import Prepared, Split, splits
from prellbock.learn.languages import language_of
from prellbock.learn.train import FOLDS, fold_of
from prellbock.providers import provider_of_mx

_LARGE = 15
"""Texts of a provider that is left out by itself; smaller ones are left out several together, which is no easier."""
_GROUPS = 6
_EARLY = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth",
)  # fmt: skip
_LATE = ("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first")
"""The batches in the order in which they were gathered; each was labelled before rules were written for it."""
_COMMON = frozenset({
    "com", "de", "es", "fr", "it", "jp", "kr", "net", "pl", "ru", "en", "cz", "lv", "ee", "ua", "mail", "web",
    "online", "server", "servers", "provider", "providers", "hoster", "hosters", "portal", "gateway", "list",
    "lists", "sending", "remote", "generic", "sample", "test", "like", "mobile", "free", "one", "filter",
    "groups", "prem", "on", "rbl", "user", "other", "texts", "the", "and", "or", "not", "no", "with", "of",
})  # fmt: skip
"""Words of a provider's name that rules not meant for it have in theirs."""


def by_fold(data: Prepared) -> list[Split]:
    return splits(fold_of(data, FOLDS))


def by_provider(data: Prepared, among: NDArray[np.bool_]) -> list[Split]:
    """Providers of the texts ``among``; texts of no known provider are one group."""
    keys = [_keys(row) for row in data.rows]
    names = [_name(row) for row in data.rows]
    sizes = Counter(name for name, own in zip(names, among, strict=True) if own)
    tags = [name if sizes[name] >= _LARGE else f"group {crc32(name.encode()) % _GROUPS}" for name in names]
    found = []
    for tag in sorted({tag for tag, own in zip(tags, among, strict=True) if own}):
        asked = np.array([own == tag for own in tags]) & among
        spoken = frozenset[str]().union(*(key for key, own in zip(keys, asked, strict=True) if own))
        named = [key | _rule_words(row) for key, row in zip(keys, data.rows, strict=True)]
        found.append(Split(tag, asked, np.array([bool(words & spoken) for words in named])))
    return found


def by_language(data: Prepared) -> list[Split]:
    """Every language but English."""
    read = [language_of(row.template) for row in data.rows]
    spoken = [own if row.language == "en" else row.language for row, own in zip(data.rows, read, strict=True)]
    found = []
    for language in sorted(set(spoken) - {"en", "other"}):
        own = np.array([language in pair for pair in zip(spoken, read, strict=True)])
        asked = np.array([
            name == language and row.origin != "phrase" for name, row in zip(spoken, data.rows, strict=True)
        ])  # fmt: skip
        if asked.any():
            found.append(Split(language, asked, own))
    return found


def by_time(data: Prepared) -> list[Split]:
    gathered = [row.group if row.origin == "gathered" else "" for row in data.rows]
    late = np.array([group in _LATE for group in gathered])
    early = np.array([group in _EARLY for group in gathered])
    return [Split("late", late, ~early & ~late)] if late.any() and early.any() else []


def _name(row: Labelled) -> str:
    """One name for each provider, however its server is called; ``none`` where nobody knows it."""
    known = provider_of_mx(row.mx) if row.mx else None
    words = _words(row.provider)
    return known or (words[0] if words else "none")


def _keys(row: Labelled) -> frozenset[str]:
    """What stands for the provider of a text: our name of it and the words of whoever labelled it."""
    known = provider_of_mx(row.mx) if row.mx else None
    return frozenset({*_words(row.provider), *([known] if known else [])})


def _words(name: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", name.casefold()) if word not in _COMMON and len(word) > 1]


def _rule_words(row: Labelled) -> frozenset[str]:
    """Words of the name of a text's rule (or of its group of simulated replies)."""
    if row.origin in ("gathered", "label"):
        return frozenset()
    parts = re.findall(r"[^\W_]+", row.group.casefold())
    return frozenset({*parts, *map("-".join, pairwise(parts))}) - _COMMON
