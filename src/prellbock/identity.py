"""Under which keys are recipients, events and messages known? Keyed hashes, so that nothing stored betrays an address.

A recipient is known by the keyed BLAKE2b hash (16 octets) of its canonical address; a domain by that of ``@domain``.
In bulk structures the first 8 octets stand for it, as a signed 64-bit integer. Events and messages are known by
signed 64-bit integers.
"""

import hashlib
import secrets
import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, repeat
from math import isfinite
from typing import cast

import numpy as np
import orjson
import xxhash
from numpy.typing import NDArray

from prellbock.events import Columns, DeliveryEvent, columns

SECRET_OCTETS = 32
HASH_OCTETS = 16
WINDOWED = 1
"""Lowest bit of a message key: set where the message is known by sender and stream alone."""

ENGAGED = 1
"""Stands for the short key of a message where the sign of life is an open or a click; short keys are even."""

_SENDERS = (1 << 24) - 1
_STREAMS = 255
_FIRST8 = struct.Struct(">q")
_SIGN = 1 << 63
_AROUND = "<> \t"
"""Around a message id or a sender these are not part of it."""
_LEAST, _MOST = 0.001, 1e15
"""Between these JSON writes a number as Python does."""
_UNWINDOWED = 0xFFFF_FFFF & ~WINDOWED


def new_secret() -> bytes:
    """A fresh random secret for `Identity`."""
    return secrets.token_bytes(SECRET_OCTETS)


def short(digest: bytes) -> int:
    """The first 8 octets of a recipient's hash as a signed integer."""
    key: int = _FIRST8.unpack_from(digest)[0]
    return key


def short_message(message: int) -> int:
    """Of a message's key its low 32 bits, unsigned; 0 where the message is known by sender and stream alone."""
    return 0 if message & WINDOWED else message & 0xFFFF_FFFF


def shorts(hashes: bytes) -> NDArray[np.int64]:
    """The short forms of many hashes that stand one after the other."""
    return np.frombuffer(hashes, dtype=">i8")[::2].astype(np.int64)


class Identity:
    """Makes the keys of one installation from its secret (32 octets)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_OCTETS:
            raise ValueError(f"the secret has {len(secret)} octets; it must have {SECRET_OCTETS}")
        self._keyed = hashlib.blake2b(key=secret, digest_size=HASH_OCTETS)
        self.key_id = hashlib.blake2b(secret, person=b"prellbock-key-id", digest_size=8).hexdigest()
        """Names the secret without betraying it: 16 hexadecimal digits, told beside hashes that leave the house."""
        self._seed = int.from_bytes(hashlib.blake2b(secret, person=b"prellbock-events").digest()[:8])

    def of_address(self, address: str) -> bytes:
        """The hash of a canonical address, 16 octets."""
        keyed = self._keyed.copy()
        keyed.update(address.encode())
        return keyed.digest()

    def of_addresses(self, addresses: Iterable[str]) -> bytes:
        """The hashes of many canonical addresses, one after the other: what `of_address` gives, at bulk speed."""
        copy = self._keyed.copy
        hashes: list[bytes] = []
        enter = hashes.append
        for octets in map(str.encode, addresses):
            keyed = copy()
            keyed.update(octets)
            enter(keyed.digest())
        return b"".join(hashes)

    def of_domain(self, domain: str) -> bytes:
        """The hash under which the history of a whole domain is kept."""
        return self.of_address(f"@{domain}")

    def _key(self, text: str) -> int:
        return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"), self._seed) - _SIGN

    def _hashes(self, texts: Iterable[str], count: int) -> NDArray[np.uint64]:
        octets = map(str.encode, texts, repeat("utf-8"), repeat("surrogatepass"))
        return np.fromiter(map(xxhash.xxh3_64_intdigest, octets, repeat(self._seed)), np.uint64, count)

    def of_event(self, event: DeliveryEvent) -> int:
        """The key of an event: from its id, recipient and outcome, else from everything that tells it from others."""
        return self.of_events([event])[0]

    def of_events(self, events: Sequence[DeliveryEvent]) -> list[int]:
        """The same for many."""
        keys: list[int] = self.of_columns(columns(events)).tolist() if events else []
        return keys

    def of_columns(self, of: Columns) -> NDArray[np.int64]:
        """The same for columns: this runs for every event."""
        size = len(of.id)
        nameless = of.id.count(None)
        if nameless == size:
            hashes = self._hashes(_texts_of_nameless(of), size)
        elif not nameless:
            hashes = self._hashes(_texts_of_named(of), size)
        else:
            named = [each is not None for each in of.id]
            hashes = np.empty(size, dtype=np.uint64)
            hashes[named] = self._hashes(_texts_of_named(_where(named, of)), size - nameless)
            others = [each is None for each in of.id]
            hashes[others] = self._hashes(_texts_of_nameless(_where(others, of)), nameless)
        return (hashes ^ np.uint64(_SIGN)).view(np.int64)

    def of_delivered_messages(self, message_ids: Sequence[str | None]) -> NDArray[np.uint32]:
        """The short keys (`short_message`) of delivered messages; 0 where an id is not known."""
        known = [each.strip(_AROUND) for each in message_ids if each]
        keys = (self._hashes(known, len(known)) & np.uint64(_UNWINDOWED)).astype(np.uint32)
        if len(known) == len(message_ids):
            return keys
        every = np.zeros(len(message_ids), dtype=np.uint32)
        every[[bool(each) for each in message_ids]] = keys
        return every

    def of_message(self, event: DeliveryEvent, event_key: int) -> int:
        """The key of the message that an event is about.

        By message id; else by sender and stream (lowest bit set: valid for 72 hours only). Where none of them is known
        nothing tells messages apart, and every event is a message of its own.
        """
        if event.message_id:
            return self._key(event.message_id.strip(_AROUND)) & ~WINDOWED
        if event.sender or event.stream:
            sender = (event.sender or "").strip(_AROUND).lower()
            return self._key(f"{sender}\0{event.stream}") | WINDOWED
        return event_key & ~WINDOWED

    def of_origin(self, event: DeliveryEvent) -> int:
        """Sender and stream in 32 bits: 24 of the sender, 8 of the stream, each 0 where not known."""
        sender, stream = (event.sender or "").strip(_AROUND).lower(), event.stream or ""
        high = self._key(sender) % _SENDERS + 1 if sender else 0
        return high << 8 | (self._key(stream) % _STREAMS + 1 if stream else 0)


def _where(chosen: Sequence[bool], of: Columns) -> Columns:
    return Columns._make(tuple(compress(column, chosen)) for column in of)


def _texts_of_named(of: Columns) -> Iterator[str]:
    return _joined([of.id, of.recipient, of.outcome])


def _texts_of_nameless(of: Columns) -> Iterator[str]:
    return _joined(
        [_times(of.time), of.recipient, of.outcome, of.message_id, of.attempt, of.response, of.status, of.smtp_code,
         of.stage, of.mx, of.stream, of.campaign, of.sender, of.feedback_type]
    )  # fmt: skip


def _joined(fields: Sequence[Sequence[object]]) -> Iterator[str]:
    """The fields of each event as ``str`` writes them, NUL between. Neighbours that are the same for all are one."""
    texts: list[Iterable[str]] = []
    same: list[str] = []
    for column in fields:
        first = column[0]
        if first == column[-1] and column.count(first) == len(column):
            same.append(str(first))
            continue
        if same:
            texts.append(repeat("\0".join(same), len(column)))
            same = []
        texts.append(_as_texts(column))
    if same:
        texts.append(repeat("\0".join(same), len(fields[0])))
    return map("\0".join, zip(*texts, strict=True))


def _as_texts(column: Sequence[object]) -> Iterable[str]:
    try:
        "".join(column)  # type: ignore[arg-type]
    except TypeError:
        return map(str, column)
    # All of it is text, as no other way tells so fast.
    return cast(Sequence[str], column)


def _times(times: Sequence[float | None]) -> list[str]:
    """Each as ``str`` writes it, at bulk speed where all are ordinary."""
    known = [time for time in times if time is not None]
    if len(known) == len(times) and min(known) >= _LEAST and max(known) < _MOST and isfinite(sum(known)):
        return orjson.dumps(known)[1:-1].decode().split(",")
    return [*map(str, times)]


def agree(one: int, other: int) -> bool:
    """Whether two origins (`Identity.of_origin`) can be the same: they share something and contradict in nothing."""
    sender, stream = (one >> 8, other >> 8), (one & 255, other & 255)
    known = [pair for pair in (sender, stream) if pair[0] and pair[1]]
    return bool(known) and all(left == right for left, right in known)


def template_key(template: str) -> int:
    """The key of a template: the same in every installation and after every restart."""
    return xxhash.xxh3_64_intdigest(template.encode("utf-8", "surrogatepass")) - _SIGN
