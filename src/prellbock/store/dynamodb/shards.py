"""Recipients in objects of S3: what `items` keeps as an item each, in few sorted objects, without a request for each.

A commit's log holds everything that it writes about recipients, so writing asks for nothing more. What is read is
looked up in the logs since the latest *fold*, the newest first, else in the *shards*: objects with all recipients in
the order of their keys, each about `SHARD_OCTETS` large, made of packed *blocks* with an index before them. A fold
merges the logs into the shards whose recipients changed; the new ones count as soon as the manifest names them, under
its condition, and killed before that a fold has done nothing.

Decisions go out as before: the stream of the table carries them, a few hundred packed in an item that expires.
"""

import math
import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from prellbock.store.dynamodb.clients import DynamoDB
from prellbock.store.dynamodb.items import Written, put_older
from prellbock.store.dynamodb.layout import Rows, pack_bare
from prellbock.store.dynamodb.objects import Objects
from prellbock.store.dynamodb.outbox import pack_entries

SHARD_OCTETS = 8 * 1024 * 1024
"""Packed, from which on the next shard begins."""
BLOCK = 3
"""Recipients of a block at most: what is unpacked to read one of them. Of eight together each needs a fifth less room,
and reading one takes twice as long."""
FOLD_AT = 10
"""Commits from which on the schedule folds: each moves the shards of all who changed."""
TOLD_TOGETHER = 200
"""Decisions of one item of the outbox: far below the 400 kB that an item may have."""
TOLD_SECONDS = 2 * 86400
_LENGTH = struct.Struct(">I")

Pair = tuple[str, bytes]
"""Key and rows of a recipient (`layout.pack`)."""
Folded = list[tuple[str, str]]
"""First key and object of each shard; the first begins before every key."""


class Block(NamedTuple):
    """Some recipients as they lie in a shard."""

    first: str
    """The first key."""
    tails: str
    """`Index.tails`."""
    packed: bytes | memoryview


class Index(msgspec.Struct, array_like=True):
    """Of one shard: the first key of each block, and where the blocks end."""

    firsts: list[str] = []
    ends: list[int] = []
    tails: list[str] = []
    """The ends of the keys of each block (`_tail`): who is new is not sought in it. Empty: written before there were
    any."""


class Fold(msgspec.Struct):
    """Shards as they would be after a fold."""

    before: Folded
    after: Folded
    until: int
    """The newest commit in it."""


_encode = msgspec.msgpack.Encoder().encode
_decode_pairs = msgspec.msgpack.Decoder(list[Pair]).decode
_decode_index = msgspec.msgpack.Decoder(Index).decode


class Shards:
    """See `items.Items`, which this stands for where the manifest names shards."""

    def __init__(self, objects: Objects, client: DynamoDB, table: str) -> None:
        self._objects, self._client, self._table = objects, client, table
        self._logs: list[str] = []
        self._changed: dict[str, bytes | None] = {}
        self._indexes: dict[str, Index] = {}

    @staticmethod
    def pack(rows: Rows, out: Sequence[bytes]) -> bytes:
        """The rows as they are: a block is packed as a whole, which packs them far better than each alone."""
        return pack_bare(rows)

    # --- reading

    def read(self, keys: Sequence[str], *, consistent: bool) -> Iterator[Pair]:
        """Those that are there, with their rows, in no order. Always as of the manifest that is known."""
        changed = self._since()
        rest: list[str] = []
        for key in keys:
            if key not in changed:
                rest.append(key)
            elif (rows := changed[key]) is not None:
                yield key, rows
        shards = self._shards()
        firsts = [first for first, _ in shards]
        rest.sort()
        wanted = [
            (shards[at][1], [*some]) for at, some in groupby(rest, lambda key: bisect_right(firsts, key) - 1) if at >= 0
        ]
        self._objects.cached([name for name, _ in wanted])
        for name, some in wanted:
            yield from self._found(name, some)

    def read_all(self) -> Iterator[Pair]:
        """All of them, in order."""
        changed = self._since()
        for _, name in self._shards():
            yield from (pair for pair in self._pairs(name) if pair[0] not in changed)
        # Whoever reads may write meanwhile.
        yield from [(key, rows) for key, rows in changed.items() if rows is not None]

    def _shards(self) -> Folded:
        shards = self._objects.manifest.shards or []
        self.leave({name for _, name in shards})
        return shards

    def leave(self, needed: Collection[str] = ()) -> None:
        """Takes shards off the disk of this instance, all but those that are ``needed``."""
        for name in {*self._indexes}.difference(needed):
            del self._indexes[name]
            self._objects.drop_cached(name)

    def _since(self) -> dict[str, bytes | None]:
        """What commits since the latest fold have written."""
        manifest = self._objects.manifest
        logs = [log for number, log in manifest.recent if number > manifest.folded]
        if logs != self._logs:
            if self._logs != logs[: len(self._logs)]:
                self._logs, self._changed = [], {}
            new = logs[len(self._logs) :]
            octets = self._objects.get_parts(new)
            for log in new:
                self._note(log, self._objects.decode_log(octets[log]))
        return self._changed

    def _note(self, log: str, written: Sequence[Written]) -> None:
        self._logs.append(log)
        self._changed.update((each.pk, each.rows) for each in written)

    def _found(self, name: str, keys: list[str]) -> Iterator[Pair]:
        octets = self._objects.cached([name])[name]
        index = self._index(name, octets)
        wanted: dict[int, list[str]] = {}
        for key in keys:
            wanted.setdefault(bisect_right(index.firsts, key) - 1, []).append(key)
        wanted.pop(-1, None)
        tails = index.tails
        for at, some in wanted.items():
            if tails and not any(_tail(key) in tails[at] for key in some):
                continue
            block = dict(self._block(octets, index, at))
            yield from ((key, block[key]) for key in some if key in block)

    def _pairs(self, name: str) -> Iterator[Pair]:
        octets = self._objects.cached([name])[name]
        index = self._index(name, octets)
        for at in range(len(index.firsts)):
            yield from self._block(octets, index, at)

    def _index(self, name: str, octets: memoryview) -> Index:
        if (found := self._indexes.get(name)) is None:
            (length,) = _LENGTH.unpack_from(octets)
            found = _decode_index(octets[_LENGTH.size : _LENGTH.size + length])
            # Ends are told from the first block on; here from the begin of the object.
            found.ends = [_LENGTH.size + length, *(_LENGTH.size + length + end for end in found.ends)]
            self._indexes[name] = found
        return found

    def _block(self, octets: memoryview, index: Index, at: int) -> list[Pair]:
        return _decode_pairs(zlib.decompress(octets[index.ends[at] : index.ends[at + 1]]))

    # --- writing

    def write(self, written: Sequence[Written], commit: int, now: float) -> None:
        """The log of the commit holds the recipients; the outbox is put where the stream takes it. May be repeated."""
        log = dict(self._objects.manifest.recent).get(commit)
        if log is not None and log not in self._logs and self._logs == self._before(commit):
            self._note(log, written)
        told = [entry for each in written for entry in each.out]
        # One after the other: the stream keeps their order.
        for begin in range(0, len(told), TOLD_TOGETHER):
            self._tell(told[begin : begin + TOLD_TOGETHER], commit, begin, now)

    def _before(self, commit: int) -> list[str]:
        manifest = self._objects.manifest
        return [log for number, log in manifest.recent if manifest.folded < number < commit]

    def _tell(self, entries: list[bytes], commit: int, begin: int, now: float) -> None:
        item = {
            "pk": {"S": "outbox"}, "sk": {"S": f"{commit:012d}.{begin:08d}"}, "v": {"N": str(commit)},
            "expires": {"N": str(int(now + TOLD_SECONDS))}, "packed": {"B": pack_entries(entries)},
        }  # fmt: skip
        put_older(self._client, self._table, item)

    # --- folding

    def fold(self, least: int) -> Fold | None:
        """Makes the shards that the logs lead to, under new names; None where fewer than ``least`` commits wait."""
        manifest = self._objects.manifest
        if manifest.commit - manifest.folded < max(1, least):
            return None
        changes = sorted(self._since().items())
        keys = [key for key, _ in changes]
        before = self._shards()
        ranges = before or [("", "")]
        after: Folded = []
        for at, (first, name) in enumerate(ranges):
            end = bisect_left(keys, ranges[at + 1][0]) if at + 1 < len(ranges) else len(keys)
            own = changes[bisect_left(keys, first) : end]
            if not own:
                after += [(first, name)] if name else []
                continue
            begins = first
            for octets, next_begins in _written(self._changed_blocks(name, own)):
                made = self._objects.new_name("shards")
                self._objects.put(made, octets)
                after.append((begins, made))
                begins = next_begins
        return Fold(before, after, manifest.commit)

    def _changed_blocks(self, name: str, changes: list[tuple[str, bytes | None]]) -> Iterator[Block]:
        """The blocks of a shard with changes in it; those that none of them concerns stay as they are."""
        octets = self._objects.cached([name])[name] if name else memoryview(b"")
        index = self._index(name, octets) if name else Index()
        if not index.firsts:
            yield from _blocks(_merged([], changes))
            return
        keys = [key for key, _ in changes]
        begin = 0
        for at, first in enumerate(index.firsts):
            end = bisect_left(keys, index.firsts[at + 1], begin) if at + 1 < len(index.firsts) else len(keys)
            if begin == end:
                tails = index.tails[at] if index.tails else _tails(self._block(octets, index, at))
                yield Block(first, tails, octets[index.ends[at] : index.ends[at + 1]])
            else:
                yield from _blocks(_merged(self._block(octets, index, at), changes[begin:end]))
            begin = end


def _merged(stored: Sequence[Pair], changes: Sequence[tuple[str, bytes | None]]) -> list[Pair]:
    """In the order of their keys; a change without rows takes a recipient out."""
    merged: dict[str, bytes | None] = {**dict(stored), **dict(changes)}
    return [(key, rows) for key, rows in sorted(merged.items()) if rows is not None]


def _blocks(pairs: Sequence[Pair]) -> Iterator[Block]:
    # As alike in size as they can be: a block that one has come to is not left with one alone.
    size = math.ceil(len(pairs) / math.ceil(len(pairs) / BLOCK)) if pairs else BLOCK
    for begin in range(0, len(pairs), size):
        some = pairs[begin : begin + size]
        yield Block(some[0][0], _tails(some), zlib.compress(_encode(some), 1))


def _tails(pairs: Iterable[Pair]) -> str:
    return " ".join(_tail(key) for key, _ in pairs)


def _tail(key: str) -> str:
    """Of two recipients of a block hardly ever the same: sixteen bits of a hash."""
    return key[-4:]


def _written(blocks: Iterable[Block]) -> Iterator[tuple[bytes, str]]:
    """Whole shards, each with the key at which the next one begins; one at least, if an empty one."""
    index, packed, size = Index(), list[bytes | memoryview](), 0

    def shard() -> bytes:
        head = _encode(index)
        return b"".join([_LENGTH.pack(len(head)), head, *packed])

    for block in blocks:
        if size >= SHARD_OCTETS:
            yield shard(), block.first
            index, packed, size = Index(), [], 0
        packed.append(block.packed)
        size += len(block.packed)
        index.firsts.append(block.first)
        index.ends.append(size)
        index.tails.append(block.tails)
    yield shard(), ""
