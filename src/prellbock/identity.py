"""Under which keys are recipients, events and messages known? Keyed hashes, so that nothing stored betrays an address.

A recipient is known by the keyed BLAKE2b hash (16 octets) of its canonical address; a domain by that of ``@domain``.
In bulk structures the first 8 octets stand for it, as a signed 64-bit integer. Events and messages are known by
signed 64-bit integers.
"""

import hashlib
import secrets
import struct
from collections.abc import Iterable, Sequence
from math import isfinite

import numpy as np
import orjson
import xxhash
from numpy.typing import NDArray

from prellbock.events import DeliveryEvent

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

    def of_event(self, event: DeliveryEvent) -> int:
        """The key of an event: from its id, recipient and outcome, else from everything that tells it from others."""
        return self.of_events([event])[0]

    def of_events(self, events: Sequence[DeliveryEvent]) -> list[int]:
        """The same for many: this runs for every event."""
        digest, seed, all_fields = xxhash.xxh3_64_intdigest, self._seed, "\0".join(["%s"] * 14)
        return [
            digest(
                (
                    f"{e.id}\0{e.recipient}\0{e.outcome}"
                    if e.id is not None
                    # Twice as fast as an f-string of so many fields.
                    else all_fields
                    % (time, e.recipient, e.outcome, e.message_id, e.attempt, e.response, e.status, e.smtp_code,
                       e.stage, e.mx, e.stream, e.campaign, e.sender, e.feedback_type)
                ).encode("utf-8", "surrogatepass"),
                seed,
            )
            - _SIGN
            for e, time in zip(events, _texts([e.time for e in events]), strict=True)
        ]  # fmt: skip

    def of_delivered_messages(self, message_ids: Iterable[str | None]) -> list[int]:
        """The short keys (`short_message`) of delivered messages; 0 where an id is not known."""
        digest, seed = xxhash.xxh3_64_intdigest, self._seed
        return [
            digest(each.strip("<> \t").encode("utf-8", "surrogatepass"), seed) & _UNWINDOWED if each else 0
            for each in message_ids
        ]

    def of_message(self, event: DeliveryEvent, event_key: int) -> int:
        """The key of the message that an event is about.

        By message id; else by sender and stream (lowest bit set: valid for 72 hours only). Where none of them is known
        nothing tells messages apart, and every event is a message of its own.
        """
        if event.message_id:
            return self._key(event.message_id.strip("<> \t")) & ~WINDOWED
        if event.sender or event.stream:
            sender = (event.sender or "").strip("<> \t").lower()
            return self._key(f"{sender}\0{event.stream}") | WINDOWED
        return event_key & ~WINDOWED

    def of_origin(self, event: DeliveryEvent) -> int:
        """Sender and stream in 32 bits: 24 of the sender, 8 of the stream, each 0 where not known."""
        sender, stream = (event.sender or "").strip("<> \t").lower(), event.stream or ""
        high = self._key(sender) % _SENDERS + 1 if sender else 0
        return high << 8 | (self._key(stream) % _STREAMS + 1 if stream else 0)


def _texts(times: Sequence[float | None]) -> Sequence[object]:
    """What has the text of each as ``str`` writes it; where all are ordinary the texts, at bulk speed."""
    known = [time for time in times if time is not None]
    if len(known) == len(times) and known and min(known) >= _LEAST and max(known) < _MOST and isfinite(sum(known)):
        return orjson.dumps(known)[1:-1].decode().split(",")
    return times


def agree(one: int, other: int) -> bool:
    """Whether two origins (`Identity.of_origin`) can be the same: they share something and contradict in nothing."""
    sender, stream = (one >> 8, other >> 8), (one & 255, other & 255)
    known = [pair for pair in (sender, stream) if pair[0] and pair[1]]
    return bool(known) and all(left == right for left, right in known)


def template_key(template: str) -> int:
    """The key of a template: the same in every installation and after every restart."""
    return xxhash.xxh3_64_intdigest(template.encode("utf-8", "surrogatepass")) - _SIGN
