"""What a commit has to tell: its entries of the ledger, as they lie in the items and go out to other systems."""

import sqlite3
import zlib
from collections.abc import Sequence
from typing import Any

import msgspec

from prellbock.store.contract import Withheld


class Told(Withheld, frozen=True, tag_field=None):
    """A change of a status for other systems: a line of the change feed, with what was before.

    Times are Unix seconds.
    """

    before: str = ""
    time: float = 0.0
    """Time of the newest event that was known."""
    actor: str = ""
    policy: str = ""


_encode = msgspec.json.Encoder().encode


_encode_list = msgspec.msgpack.Encoder().encode
_decode_list = msgspec.msgpack.Decoder(list[bytes]).decode


def pack_entries(told: Sequence[bytes]) -> bytes:
    """Many entries as one value: they say much the same, and a kilobyte is a unit of writing."""
    return zlib.compress(_encode_list(told), 6)


def unpack_entries(packed: bytes) -> list[bytes]:
    return _decode_list(zlib.decompress(packed))


def entries(db: sqlite3.Connection, after: int) -> dict[int, list[bytes]]:
    """The entries of the ledger after a sequence number, by the number of whom they are about; each is JSON."""
    found: dict[int, list[bytes]] = {}
    for address, digest, *row in db.execute(
        "SELECT address, hash, ledger.* FROM ledger JOIN recipients USING (number) WHERE seq > ? ORDER BY seq", (after,)
    ):
        found.setdefault(row[1], []).append(entry(address, digest, row))
    return found


def entry(address: str | None, digest: bytes, row: Sequence[Any]) -> bytes:
    """A row of the ledger, about somebody, as it is told."""
    seq, _, scope, time, _, before, status, since, until, category, rule, source, _, policy, _, actor, *_ = row
    told = Told(
        seq=seq, address=address, hash=digest.hex(), status=status, scope=scope, since=since, until=until,
        category=category, rule=rule, source=source, decision=seq, before=before, time=time, actor=actor, policy=policy,
    )  # fmt: skip
    return _encode(told)
