"""Who must not be mailed, as one compact file that a sender asks instead of the server (docs/reference/snapshot.md).

An entry is the first 8 octets of the keyed hash of an address or of ``@domain``, the status, its scope, and the end of
a pause. Entries stand sorted, so a hundred thousand keys are looked up in milliseconds wherever the file is mapped.
"""

import hashlib
import math
import mmap
import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

MAGIC = b"PRELSNAP"
VERSION = 1
_HEAD = struct.Struct("<8sII")
"""Magic, version, octets of the header that follows."""
_ALIGNED = 8
KEY_OCTETS = 8
DIGEST_OCTETS = 16

STATUSES = ("paused", "suppressed", "complained", "unsubscribed")
"""By number."""
PAUSED, SUPPRESSED = 0, 1
ALL = "all"
MARKETING = "marketing"
MOST_SCOPES = 1 << 16

Keys = NDArray[np.uint64]
Allowed = NDArray[np.bool_]
Intent = Literal["requested"]


class SnapshotError(ValueError):
    """The file is no snapshot, is damaged, or belongs to another installation; the message says what to do."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What stands before the entries."""

    key: str
    """Names the secret of the hashes."""
    cursor: str
    """With it the change feed goes on from here."""
    made: float
    """Unix seconds UTC."""
    entries: int
    scopes: tuple[str, ...]
    """By number; the first is ``all``."""
    critical: tuple[str, ...]
    """Streams that only a suppression withholds."""
    marketing: tuple[str, ...]
    """Streams that share the scope ``marketing``."""
    digest: str
    """BLAKE2b of the entries, 16 octets, hexadecimal."""


class Entry(msgspec.Struct, frozen=True):
    """Something that withholds mail. ``key``: the first 8 octets of the hash, as an unsigned number (big-endian)."""

    key: int
    status: str
    scope: str
    until: float | None


Newer = Mapping[int, Mapping[str, Entry]]
"""What has changed since a snapshot was made: by key and scope, those who may be mailed again among it."""


def key_of(digest: bytes) -> int:
    """The key of a hash of 16 octets."""
    return int.from_bytes(digest[:KEY_OCTETS], "big")


def keys_of(hashes: bytes) -> Keys:
    """The keys of many hashes of 16 octets that stand one after the other."""
    return np.frombuffer(hashes, dtype=">u8")[::2].astype(np.uint64)


Row = tuple[bytes, str, str, float | None]
"""Hash (16 octets), status, scope, end of a pause."""


def pack(
    rows: Iterable[Row], *, key: str, cursor: str, made: float, critical: Sequence[str], marketing: Sequence[str]
) -> bytes:
    """The octets of a snapshot. Raises `SnapshotError` where there are too many scopes."""
    scopes = {ALL: 0}
    hashes: list[bytes] = []
    statuses, places, ends = array("B"), array("H"), array("I")
    for digest, status, scope, until in rows:
        hashes.append(digest)
        statuses.append(STATUSES.index(status))
        place = scopes.setdefault(scope, len(scopes))
        if place >= MOST_SCOPES:
            raise SnapshotError(f"more than {MOST_SCOPES:,} scopes cannot stand in a snapshot")
        places.append(place)
        # Rounded up: nobody is mailed a moment before the end of a pause.
        ends.append(0 if until is None else -int(-until // 1))
    keys = keys_of(b"".join(hashes))
    order = np.lexsort((np.array(statuses), np.array(places), keys))
    body = b"".join((
        keys[order].astype("<u8").tobytes(),
        np.array(ends, dtype="<u4")[order].tobytes(),
        np.array(places, dtype="<u2")[order].tobytes(),
        np.array(statuses, dtype="<u1")[order].tobytes(),
    ))  # fmt: skip
    header = Header(
        key=key, cursor=cursor, made=made, entries=len(keys), scopes=tuple(scopes), critical=tuple(critical),
        marketing=tuple(marketing), digest=_digest(body),
    )  # fmt: skip
    text = msgspec.json.encode(header)
    text += b" " * (-(_HEAD.size + len(text)) % _ALIGNED)
    return _HEAD.pack(MAGIC, VERSION, len(text)) + text + body


def _digest(body: bytes | memoryview) -> str:
    return hashlib.blake2b(body, digest_size=DIGEST_OCTETS).hexdigest()


class Snapshot:
    """A snapshot that is open. Safe to share between threads."""

    def __init__(self, octets: bytes | mmap.mmap) -> None:
        """Raises `SnapshotError` for what is damaged or of another version."""
        view = memoryview(octets)
        if len(view) < _HEAD.size or bytes(view[:8]) != MAGIC:
            raise SnapshotError("this is no snapshot of Prellbock: fetch it again from GET /v1/snapshot")
        _, version, size = _HEAD.unpack_from(view)
        if version != VERSION:
            raise SnapshotError(
                f"the snapshot has version {version}, this client reads {VERSION}: bring both up to date"
            )
        begin = _HEAD.size + size
        try:
            self.header = msgspec.json.decode(bytes(view[_HEAD.size : begin]), type=Header)
        except msgspec.MsgspecError as error:
            raise SnapshotError(f"the header of the snapshot is damaged ({error}): fetch it again") from None
        count = self.header.entries
        if len(view) - begin != count * 15 or _digest(view[begin:]) != self.header.digest:
            raise SnapshotError("the snapshot is damaged or was cut off: fetch it again")
        at = [begin, begin + 8 * count, begin + 12 * count, begin + 14 * count]
        self.keys: Keys = np.frombuffer(view, dtype="<u8", count=count, offset=at[0])
        self.until = np.frombuffer(view, dtype="<u4", count=count, offset=at[1])
        self.scopes = np.frombuffer(view, dtype="<u2", count=count, offset=at[2])
        self.statuses = np.frombuffer(view, dtype="<u1", count=count, offset=at[3])

    @classmethod
    def open(cls, path: Path) -> "Snapshot":
        """Maps a file, so that several processes share its memory. A file that is replaced stays readable."""
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                raise SnapshotError("the snapshot is empty: fetch it again from GET /v1/snapshot")
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def may_mail(
        self, keys: Keys, now: float, *, stream: str | None = None, intent: Intent | None = None,
        domains: Keys | None = None, newer: Newer | None = None,
    ) -> Allowed:  # fmt: skip
        """For each key, whether mail of a stream is not withheld at ``now`` (Unix seconds).

        ``domains``: the keys of their domains, in the same order, so that a domain in trouble counts. ``newer``: what
        has changed since, by key and scope; it stands instead of the entries of the file.
        """
        allowed, wanted = self._allowed(keys, self._asked(now, stream, intent, is_domain=False), newer or {})
        if domains is not None:
            distinct, which = np.unique(domains, return_inverse=True)
            of_domains, _ = self._allowed(distinct, self._asked(now, stream, intent, is_domain=True), newer or {})
            allowed &= of_domains[which]
        return allowed | wanted

    def _allowed(self, keys: Keys, asked: "_Asked", newer: Newer) -> tuple[Allowed, Allowed]:
        """From whom nothing withholds the mail; and who is suppressed, but has just asked for it: a probe."""
        allowed = np.ones(len(keys), dtype=np.bool_)
        wanted = np.zeros(len(keys), dtype=np.bool_)
        lets_through = asked.is_requested and not asked.is_domain
        if count := len(self.keys):
            at = np.searchsorted(self.keys, keys)
            at[at == count] = 0
            found = np.flatnonzero(self.keys[at] == keys)
            at = at[found]
            # Several entries may stand behind each other, one a scope.
            while len(found):
                held = asked.withheld(self.statuses[at], self.until[at], self.scopes[at], self.header.scopes)
                allowed[found[held]] = False
                if lets_through:
                    wanted[found[self.statuses[at] == SUPPRESSED]] = True
                at = at + 1
                more = at < count
                more[more] = self.keys[at[more]] == keys[found[more]]
                found, at = found[more], at[more]
        if newer:
            for index in np.flatnonzero(np.isin(keys, np.fromiter(newer, np.uint64, len(newer)))).tolist():
                key = int(keys[index])
                entries = {**{each.scope: each for each in self.entries_of(key)}, **newer[key]}.values()
                allowed[index] = not any(asked.withholds(each) for each in entries)
                wanted[index] = lets_through and any(each.status == "suppressed" for each in entries)
        return allowed, wanted

    def holds(self, keys: Keys) -> Allowed:
        """For each key whether the file says anything of it."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.bool_)
        at = np.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        return np.asarray(self.keys[at] == keys)

    def entries_of(self, key: int) -> list[Entry]:
        """What the file says of one key."""
        begin, end = (int(np.searchsorted(self.keys, np.uint64(key), side)) for side in ("left", "right"))
        return [
            Entry(key, STATUSES[self.statuses[at]], self.header.scopes[self.scopes[at]], float(self.until[at]) or None)
            for at in range(begin, end)
        ]

    def _asked(self, now: float, stream: str | None, intent: Intent | None, *, is_domain: bool) -> "_Asked":
        name = (stream or "").strip().lower().replace("_", "-").replace(" ", "-")
        return _Asked(
            now=now,
            is_critical=name in self.header.critical,
            scope=MARKETING if not name or name in self.header.marketing else name,
            is_requested=intent == "requested",
            no_stream=stream is None,
            is_domain=is_domain,
        )


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What mail is asked about, and what withholds it: the answers of ``POST /v1/check``, probes apart."""

    now: float
    is_critical: bool
    scope: str
    is_requested: bool
    no_stream: bool
    is_domain: bool

    def withheld(
        self, statuses: NDArray[np.uint8], until: NDArray[np.uint32], places: NDArray[np.uint16], scopes: Sequence[str]
    ) -> Allowed:
        """Which of these entries withhold it."""
        held: Allowed = np.zeros(len(statuses), dtype=np.bool_)
        if not self.is_requested or self.is_domain:
            held |= statuses == SUPPRESSED
        if not self.is_critical and not self.is_requested:
            held |= (statuses == PAUSED) & ((until == 0) | (until > self.now))
        if not self.is_critical and not (self.is_requested and self.no_stream) and self.scope in scopes:
            held |= (statuses > SUPPRESSED) & (places == scopes.index(self.scope))
        return held

    def withholds(self, entry: Entry) -> bool:
        """Whether this one does."""
        if entry.status not in STATUSES:
            return False
        arrays = np.array([STATUSES.index(entry.status)], np.uint8), np.array([math.ceil(entry.until or 0)], np.uint32)
        return bool(self.withheld(*arrays, np.zeros(1, np.uint16), (entry.scope,))[0])
