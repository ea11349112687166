"""The base in S3: a manifest says where each part of it lies; replacing it, under a condition, is the commit.

The parts that a commit has changed lie in one object, one after the other: requests are what is paid for, and what a
fresh instance waits for. Now and then all parts are brought together into one (`tidy`).

Objects are written once, under new names, before the manifest names them; what a killed writer leaves behind is named
by nobody. The manifest also names the latest commits, each an object with the items it writes: the log from which items
are written when a writer was killed before it had written them, and from which other copies are brought up to date.
"""

import mmap
import secrets
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from prellbock.store.dynamodb.clients import MISSING, REFUSED, S3, UNCHANGED, code_of, patiently
from prellbock.store.dynamodb.items import Written
from prellbock.store.errors import StoreError

MANIFEST = "base/manifest"
RECENT = 200
"""Commits that the manifest names."""
KEPT_COMMITS = 100
"""Objects that nothing names any more are deleted when they are so many commits old: a slow reader may want them."""
THREADS = 8
MOST_PACKS = 12
"""Objects with parts from which on all parts are brought together."""
INLINE_OCTETS = 4096
"""Up to here octets are kept where their name would stand."""


class Manifest(msgspec.Struct):
    """The base as of one commit."""

    commit: int = 0
    name: str = ""
    """Random: tells a writer whose answer was lost whether it was its own commit."""
    parts: dict[str, str] = {}
    """``table/part`` → the object with it, or ``object@offset+length`` within one."""
    recent: list[tuple[int, str]] = []
    """The latest commits, oldest first, with their objects."""
    shards: list[tuple[str, str]] | None = None
    """Where recipients lie in objects (`shards`): the first key of each, and its object. None: they are items."""
    folded: int = 0
    """The newest commit whose log is in the shards."""


_ZLIB = b"x"
"""How logs begin that were written packed, as they were before version 0.2."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Manifest).decode
_decode_written = msgspec.msgpack.Decoder(list[Written]).decode


class LostError(StoreError):
    """Another writer was faster; nothing was changed."""


class Objects:
    """The objects of one store in a bucket. ``cache``: a folder for large objects that were read."""

    def __init__(self, client: S3, bucket: str, prefix: str = "", *, cache: Path, sharded: bool = False) -> None:
        """``sharded``: where there is no store yet, its recipients are to lie in objects."""
        self._client, self._bucket, self._prefix, self._cache = client, bucket, prefix, cache
        self._sharded = sharded
        self._tag: str | None = None
        self.manifest = self._first()
        self.fresh: dict[str, bytes] = {}
        """Objects of the commit that is being prepared, not yet written."""

    def _first(self) -> Manifest:
        """Before the first commit."""
        return Manifest(shards=[] if self._sharded else None)

    # --- reading

    def get(self, name: str) -> bytes:
        """An object. Raises `StoreError` where it is missing."""
        try:
            answer = patiently(lambda: self._client.get_object(Bucket=self._bucket, Key=self._prefix + name))
        except Exception as error:
            if code_of(error) in MISSING:
                raise StoreError(
                    f"the object {self._prefix}{name} is missing from the bucket {self._bucket}: restore it (versions "
                    "of the bucket), or the store as a whole from a back-up"
                ) from error
            raise
        octets: bytes = answer["Body"].read()
        return octets

    def get_parts(self, places: Iterable[str]) -> dict[str, bytes]:
        """Several parts at once, by where they lie."""
        wanted = list(places)
        packs = list({_pack_of(place) for place in wanted})
        with ThreadPoolExecutor(max(1, min(THREADS, len(packs)))) as threads:
            octets = dict(zip(packs, threads.map(self.get, packs) if len(packs) > 1 else map(self.get, packs),
                              strict=True))  # fmt: skip
        return {place: _cut(octets[_pack_of(place)], place) for place in wanted}

    @property
    def is_scattered(self) -> bool:
        """Whether the parts lie in so many objects that it is time to bring them together."""
        return len({*map(_pack_of, self.manifest.parts.values())}) > MOST_PACKS

    def look(self) -> Manifest | None:
        """The manifest, if it is another one than that known; None if it is the same."""
        question: dict[str, Any] = {"Bucket": self._bucket, "Key": self._prefix + MANIFEST}
        if self._tag is not None:
            question["IfNoneMatch"] = self._tag
        try:
            answer = patiently(lambda: self._client.get_object(**question))
        except Exception as error:
            if code_of(error) in UNCHANGED:
                return None
            if code_of(error) in MISSING and self._tag is None:
                return self._first()
            raise
        self._tag = answer["ETag"]
        return _decode(zlib.decompress(answer["Body"].read()))

    def forget(self) -> None:
        """Nothing is known any more."""
        self._tag, self.manifest = None, self._first()
        self.fresh.clear()

    def written_by(self, name: str) -> list[Written]:
        """The items of a commit, by the name of its object."""
        return self.decode_log(self.get(name))

    def decode_log(self, octets: bytes) -> list[Written]:
        """The items of a commit, from its object."""
        return _decode_written(zlib.decompress(octets) if octets[:1] == _ZLIB else octets)

    def cached(self, names: Iterable[str]) -> dict[str, memoryview]:
        """Objects, those that are not on the disk yet brought there together."""
        wanted = {name: self._cache / name.replace("/", "_") for name in names}
        missing = [name for name, path in wanted.items() if not path.exists()]
        for name, octets in self.get_parts(missing).items():
            _write_whole(wanted[name], octets)
        found: dict[str, memoryview] = {}
        for name, path in wanted.items():
            with path.open("rb") as file:
                found[name] = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        return found

    def drop_cached(self, name: str) -> None:
        """It is not needed on the disk any more."""
        (self._cache / name.replace("/", "_")).unlink(missing_ok=True)

    # --- writing

    def _name(self, kind: str) -> str:
        return f"{kind}/{self.manifest.commit + 1:010d}.{secrets.token_hex(8)}"

    def keep(self, octets: bytes) -> bytes:
        """Puts octets aside for the next commit, if they are many; returns what stands for them in a table."""
        if len(octets) <= INLINE_OCTETS:
            return b"\0" + octets
        name = self._name("runs")
        self.fresh[name] = octets
        return b"\1" + name.encode()

    def kept(self, stored: bytes) -> bytes:
        """The octets for which something stands in a table."""
        if stored[:1] == b"\0":
            return stored[1:]
        name = stored[1:].decode()
        if (octets := self.fresh.get(name)) is not None:
            return octets
        path = self._cache / name.replace("/", "_")
        if path.exists():
            return path.read_bytes()
        octets = self.get(name)
        _write_whole(path, octets)
        return octets

    def commit(
        self,
        parts: dict[str, bytes | None],
        written: list[Written],
        renew: Callable[[], None],
        *,
        with_log: bool = True,
        tidy: bool = False,
    ) -> Manifest:
        """Writes the changed parts (None: empty now) and makes the new manifest the one that holds.

        ``tidy`` writes those that did not change, too, so that no older object is named for a part. Without
        ``with_log`` the commits before this one are named no more, but for those that wait for a fold. Raises
        `LostError` where another one holds by now.
        """
        number = self.manifest.commit + 1
        named = {part: place for part, place in self.manifest.parts.items() if part not in parts}
        changed = {part: octets for part, octets in parts.items() if octets is not None}
        if tidy:
            kept = self.get_parts(named.values())
            changed |= {part: kept[place] for part, place in named.items()}
        pack, offset = self._name("base"), 0
        for part, octets in changed.items():
            named[part] = f"{pack}@{offset}+{len(octets)}"
            offset += len(octets)
        if changed:
            self.fresh[pack] = b"".join(changed.values())
        log = self._name("commits")
        self.fresh[log] = _encode(written)
        self._put_all(self.fresh)
        manifest = Manifest(
            commit=number,
            name=secrets.token_hex(8),
            parts=named,
            recent=self._recent([*(self.manifest.recent if with_log else self._waiting()), (number, log)]),
            shards=self.manifest.shards,
            folded=self.manifest.folded,
        )
        renew()
        self._replace(manifest)
        for name, octets in self.fresh.items():
            if name.startswith("runs/"):
                _write_whole(self._cache / name.replace("/", "_"), octets)
        self.fresh.clear()
        self.manifest = manifest
        return manifest

    def _waiting(self) -> list[tuple[int, str]]:
        """Commits that are not in the shards yet: their logs hold what lies nowhere else."""
        manifest = self.manifest
        return [] if manifest.shards is None else [each for each in manifest.recent if each[0] > manifest.folded]

    def _recent(self, commits: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """Those to name."""
        return commits[-max(RECENT, len(self._waiting()) + 1) :]

    def name_shards(self, shards: list[tuple[str, str]], folded: int, *, with_logs: bool) -> None:
        """The logs up to a commit are in these; without ``with_logs`` they are named no more.

        Raises `LostError` where another one has written meanwhile.
        """
        manifest = msgspec.structs.replace(
            self.manifest, name=secrets.token_hex(8), shards=shards, folded=folded,
            recent=[each for each in self.manifest.recent if with_logs or each[0] > folded],
        )  # fmt: skip
        self._replace(manifest)
        self.manifest = manifest

    def _put_all(self, objects: dict[str, bytes]) -> None:
        def put(name: str) -> None:
            patiently(lambda: self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=objects[name]))

        with ThreadPoolExecutor(min(THREADS, len(objects))) as threads:
            for _ in threads.map(put, objects):
                pass

    def _replace(self, manifest: Manifest) -> None:
        body = zlib.compress(_encode(manifest), 1)
        condition = {"IfMatch": self._tag} if self._tag is not None else {"IfNoneMatch": "*"}
        name = self._prefix + MANIFEST
        try:
            answer = patiently(lambda: self._client.put_object(Bucket=self._bucket, Key=name, Body=body, **condition))
            self._tag = answer["ETag"]
        except Exception as error:
            if code_of(error) not in REFUSED:
                raise
            # Perhaps it was our own request, whose answer was lost on the way.
            self._tag = None
            holds = self.look()
            if holds is None or holds.name != manifest.name:
                raise LostError(
                    "another function has written meanwhile: do the same again; nothing was changed"
                ) from error

    def put(self, name: str, octets: bytes) -> None:
        """Writes an object that no commit needs, such as an export."""
        self._put_all({name: octets})

    def new_name(self, kind: str) -> str:
        """A name for an object of the commit that is being prepared."""
        return self._name(kind)

    def sweep(self, named: set[str], kept_commits: int = KEPT_COMMITS) -> int:
        """Deletes objects that nothing names any more, those of the latest commits apart; returns how many."""
        named = named | {*map(_pack_of, self.manifest.parts.values())} | {*(name for _, name in self.manifest.recent)}
        swept = 0
        named |= {name for _, name in self.manifest.shards or ()}
        for kind in ("base/", "runs/", "filter/", "commits/", "shards/"):
            for name in list(self._list(kind)):
                number = name.rpartition("/")[2].partition(".")[0]
                is_old = number.isdigit() and int(number) <= self.manifest.commit - kept_commits
                if is_old and name not in named:
                    key = self._prefix + name
                    patiently(lambda key=key: self._client.delete_object(Bucket=self._bucket, Key=key))  # type: ignore[misc]
                    (self._cache / name.replace("/", "_")).unlink(missing_ok=True)
                    swept += 1
        return swept

    def _list(self, kind: str) -> Iterable[str]:
        more: dict[str, str] = {}
        while True:
            question = dict(more)
            answer = patiently(
                lambda: self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix + kind, **question)  # noqa: B023
            )
            for each in answer.get("Contents", ()):
                yield each["Key"].removeprefix(self._prefix)
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}


def _pack_of(place: str) -> str:
    return place.partition("@")[0]


def _cut(octets: bytes, place: str) -> bytes:
    _, _, piece = place.partition("@")
    if not piece:
        return octets
    offset, _, length = piece.partition("+")
    return octets[int(offset) : int(offset) + int(length)]


def _write_whole(path: Path, octets: bytes) -> None:
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    part.write_bytes(octets)
    part.rename(path)
