"""How good is the model on what it has not seen? By several ways of leaving out, each without near-duplicates.

*Folds* leave out a fifth of all texts, *provider* and *language* whole ones (the smaller ones in groups), *time* the
batches that were gathered last. Labelled files that are no part of the package can be measured too: *unseen*, by a
model that was trained without them, and *unseen provider*, by one that knows their texts of other providers. Trained
anew each time, on phrases too, but not on those of rules whose examples are left out.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from zlib import crc32

from prellbock.learn.corpus import Labelled
from prellbock.learn.figures import Figures, confusion, of_left_out
from prellbock.learn.fit import LeftOut, Prepared, leave_out, prepared
from prellbock.learn.justify import temperature, thresholds
from prellbock.learn.train import cross_validated
from prellbock.providers import provider_of_mx

_GROUPS = 4
"""Groups of providers or languages that are left out together, the large ones by themselves."""
_LARGE = 40
_LATE = ("seventeenth", "eighteenth", "nineteenth", "twentieth")
"""The batches gathered last; each batch was labelled before rules were written for it."""


class Part(NamedTuple):
    """One way of leaving out."""

    way: str
    figures: Figures
    confusion: tuple[tuple[str, str, int], ...]
    """What it is, what was said, how often; the most frequent first."""
    left_out: LeftOut


def report(shipped: Sequence[Labelled], files: Sequence[Labelled] = ()) -> Iterator[Part]:
    """The parts, one after another; some minutes for all. ``files``: labelled texts that are measured besides."""
    data = prepared(shipped)
    whole = cross_validated(data)
    heat = temperature(whole)
    least = thresholds(whole, heat)
    yield _part("folds", whole, heat, least)
    for way, tags in (
        ("provider", _tags(data, _provider)),
        ("language", _tags(data, lambda row: row.language if row.language != "en" else None)),
        ("time", ["late" if row.origin == "gathered" and row.group in _LATE else None for row in data.rows]),
    ):
        yield _part(way, leave_out(data, tags), heat, least)
    if files:
        asked = prepared([*shipped, *files])
        own = [False] * len(shipped) + [True] * len(files)
        yield _part("unseen", leave_out(asked, ["file" if each else None for each in own]), heat, least)
        named = _tags(asked, lambda row: _provider(row) or row.mx or "none")
        tags = [tag if each else None for tag, each in zip(named, own, strict=True)]
        yield _part("unseen provider", leave_out(asked, tags), heat, least)


def _part(way: str, left_out: LeftOut, heat: float, least: dict[str, float]) -> Part:
    wrong = tuple((is_, said, count) for (is_, said), count in confusion(left_out).most_common(20))
    return Part(way, of_left_out(left_out, heat, least), wrong, left_out)


def _provider(row: Labelled) -> str | None:
    return provider_of_mx(row.mx) if row.mx else None


def _tags(data: Prepared, of: Callable[[Labelled], str | None]) -> list[str | None]:
    """The group of each real text; None where it has none."""
    names = [None if row.origin == "phrase" else of(row) for row in data.rows]
    sizes = Counter(name for name in names if name)
    return [
        None if name is None else name if sizes[name] >= _LARGE else f"group {crc32(name.encode()) % _GROUPS}"
        for name in names
    ]
