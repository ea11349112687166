"""Where do ten thousands of plain texts stand in a buffer? Looked up by a few of their octets, many places at once.

Each text has an *anchor*: its rarest 8 octets, or 4, or 2 of a shorter one. The octets at every place of the buffer are
hashed and looked up; where they may be an anchor, the texts that have it are compared whole. All of it is arithmetic on
arrays: a place costs about 10 ns and a find 100, where a matcher that calls back for each takes 500. The time is linear
in the buffer: at most the texts that share an anchor are compared at one place.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

_HASH = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: its multiples spread neighbours (Knuth, The Art of Computer Programming, 6.4)."""
_WORD = 8
"""Octets that are compared at once."""
_KINDS = ((8, 20, 8, 1 << 20), (4, 18, 4, 7), (2, 16, 1, 3))
"""Width of an anchor in octets, bits of its hash, and the shortest and longest texts that have such anchors."""
_COARSE = 14
"""Bits of the hash by which is counted how common an anchor is."""


class Finder:
    """Finds all places of all texts."""

    def __init__(self, texts: str) -> None:
        """Distinct texts, a line each (none empty; no text at all: no texts), numbered as they stand there."""
        self._texts = _Texts.of(texts)
        lengths = self._texts.lengths
        tables, found = [], _Found.of_none()
        for width, bits, shortest, longest in _KINDS:
            numbers = np.flatnonzero((lengths >= shortest) & (lengths <= longest))
            if len(numbers):
                table, anchored = _anchored(self._texts, numbers, width, bits, len(found.first))
                tables.append(table)
                found = found.with_more(anchored)
        self._tables, self._found = tables, found

    def find(self, data: bytes) -> tuple[Integers, Integers]:
        """Offsets in ``data`` and numbers of the texts that begin there, in no certain order."""
        found, texts = self._found, self._texts
        length = len(data)
        words = _words(data, texts.longest)
        looked_up = [_looked_up(table, words, length) for table in self._tables]
        if not looked_up:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        at, group = (np.concatenate(parts) for parts in zip(*looked_up, strict=True))
        count = found.size.take(group)
        member, _ = _ranges(found.first.take(group), count)
        place = at.repeat(count) - found.offset.take(member)
        # A place before the buffer is one in the line feeds behind it.
        same = (words.take(place, mode="wrap") & found.mask.take(member)) == found.word.take(member)
        kept = np.flatnonzero(same)
        return _whole(texts, words, place.take(kept), found.number.take(member.take(kept)))


class _Texts(NamedTuple):
    """The texts as words of 8 octets: the first (of a short text with zeros behind it), and the further ones, the last
    of which may overlap the one before."""

    data: Words
    """What begins at every octet of all texts, one after the other."""
    starts: Integers
    lengths: Integers
    longest: int
    further: Integers
    """Per text how many words follow its first."""
    further_first: Integers
    """Per text the index of the first of these."""
    further_offset: Integers
    further_word: Words

    @classmethod
    def of(cls, texts: str) -> Self:
        lines = texts.encode() + b"\n" if texts else b""
        ends = np.flatnonzero(np.frombuffer(lines, np.uint8) == ord("\n"))
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))[: len(ends)]
        lengths = ends - starts
        data = _words(lines, 0)
        further = (lengths - 1) // _WORD
        index, begins = _ranges(np.zeros(len(ends), np.int64), further)
        owner = np.arange(len(ends)).repeat(further)
        offset = np.minimum((index + 1) * _WORD, lengths.take(owner) - _WORD)
        word = data.take(starts.take(owner) + offset)
        return cls(data, starts, lengths, int(lengths.max(initial=0)), further, begins, offset, word)


class _Table(NamedTuple):
    """Looks up the anchors of one width."""

    width: int
    bits: int
    known: NDArray[np.bool_]
    """Per hash whether an anchor has it; small, because every place is looked up here."""
    group: NDArray[np.int32]
    """Per hash the group of texts whose anchor has it."""


class _Found(NamedTuple):
    """Groups of texts whose anchors have the same hash, and their members."""

    first: Integers
    """Per group its first member."""
    size: Integers
    number: Integers
    """Per member the number of the text."""
    offset: Integers
    """Per member where in the text the anchor stands."""
    word: Words
    """Per member the first word of the text."""
    mask: Words

    @classmethod
    def of_none(cls) -> Self:
        none, nothing = np.zeros(0, np.int64), np.zeros(0, np.uint64)
        return cls(none, none, none, none, nothing, nothing)

    def with_more(self, more: "_Found") -> "_Found":
        more = more._replace(first=more.first + len(self.number))
        return _Found(*(np.concatenate(both) for both in zip(self, more, strict=True)))


def _anchored(texts: _Texts, numbers: Integers, width: int, bits: int, groups: int) -> tuple[_Table, _Found]:
    """The table of some texts; there are so many ``groups`` before it."""
    lengths = texts.lengths.take(numbers)
    places = np.maximum(lengths - width + 1, 1)
    offset, begins = _ranges(np.zeros(len(numbers), np.int64), places)
    hashes = _hashes(texts.data.take(texts.starts.take(numbers).repeat(places) + offset), width, bits)
    coarse = hashes >> (bits - _COARSE)
    common = np.bincount(coarse).take(coarse)
    chosen = np.minimum.reduceat(common << 32 | offset, begins) & 0xFFFFFFFF
    hashes = hashes.take(begins + chosen)
    if width == 2:
        # Whatever stands behind a text of one octet: it has all those anchors.
        single = np.flatnonzero(lengths == 1)
        every = (hashes.take(single) & 0xFF)[:, None] | (np.arange(256) << 8)
        rest = np.flatnonzero(lengths > 1)
        hashes = np.concatenate((hashes.take(rest), every.ravel()))
        numbers = np.concatenate((numbers.take(rest), numbers.take(single).repeat(256)))
        chosen = np.concatenate((chosen.take(rest), np.zeros(every.size, np.int64)))
    order = hashes.argsort(kind="stable")
    number = numbers.take(order)
    hashes = hashes.take(order)
    first = np.flatnonzero(np.diff(hashes, prepend=-1))
    size = np.diff(first, append=len(hashes))
    used = hashes.take(first)
    known = np.zeros(1 << bits, np.bool_)
    known[used] = True
    group = np.zeros(1 << bits, np.int32)
    group[used] = groups + np.arange(len(used))
    octets = np.minimum(texts.lengths.take(number), _WORD).astype(np.uint64)
    mask = np.uint64(0xFFFFFFFFFFFFFFFF) >> (np.uint64(8 * _WORD) - octets * np.uint64(8))
    word = texts.data.take(texts.starts.take(number)) & mask
    return _Table(width, bits, known, group), _Found(first, size, number, chosen.take(order), word, mask)


def _looked_up(table: _Table, words: Words, length: int) -> tuple[Integers, Integers]:
    """Where in the buffer an anchor may stand, and of which group."""
    hashes = _hashes(words[:length], table.width, table.bits)
    at = np.flatnonzero(table.known.take(hashes, mode="wrap"))
    return at, table.group.take(hashes.take(at)).astype(np.int64)


def _whole(texts: _Texts, words: Words, place: Integers, number: Integers) -> tuple[Integers, Integers]:
    """The finds whose further words stand there, too."""
    further = texts.further.take(number)
    longer = np.flatnonzero(further)
    if not len(longer):
        return place, number
    count = further.take(longer)
    index, begins = _ranges(texts.further_first.take(number.take(longer)), count)
    there = words.take(place.take(longer).repeat(count) + texts.further_offset.take(index))
    other = np.logical_or.reduceat(there != texts.further_word.take(index), begins)
    if other.any():
        same = np.ones(len(place), np.bool_)
        same[longer] = ~other
        kept = np.flatnonzero(same)
        return place.take(kept), number.take(kept)
    return place, number


def _words(data: bytes, margin: int) -> Words:
    """The word that begins at each octet, and line feeds of that margin behind the data."""
    size = len(data) + margin + _WORD
    padded = np.frombuffer(data + b"\n" * (margin + 2 * _WORD), np.uint8)
    return as_strided(padded[:_WORD].view("<u8"), (size,), (1,)).astype(np.uint64)


def _hashes(words: Words, width: int, bits: int) -> Integers:
    """Of the first octets of each word: two are their own hash."""
    if width == 2:
        return (words & np.uint64(0xFFFF)).view(np.int64)
    hashes = (words << np.uint64(8 * (_WORD - width)) if width < _WORD else words) * _HASH
    hashes >>= np.uint64(64 - bits)
    return hashes.view(np.int64)


def _ranges(first: Integers, count: Integers) -> tuple[Integers, Integers]:
    """``first``, ``first`` + 1 ... of each, one after the other; and where in that each begins."""
    ends = count.cumsum()
    begins = ends - count
    return (first - begins).repeat(count) + np.arange(ends[-1] if len(ends) else 0), begins
