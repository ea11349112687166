"""What is known of messages that are in a server's queue? Servers tell sender, Message-ID and outcome on different
lines.

Bounded: of more than `MOST` messages the oldest are forgotten. What has changed since it was last asked can be
taken, so that a follower keeps it with its position."""

import msgspec

MOST = 200_000


class Queued(msgspec.Struct, array_like=True):
    """A message in a queue."""

    sender: str | None = None
    message_id: str | None = None
    deferred: dict[str, tuple[str | None, str | None]] = {}
    """Recipients that wait for another attempt, with text and status of the last answer."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Queued).decode
_NOTHING = Queued()


class Joins:
    """Messages by their queue ids."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: dict[str, Queued] = {}
        self._changed: set[str] = set()

    def of(self, identity: str) -> Queued:
        """What is known of a message, for looking at."""
        return self._known.get(identity, _NOTHING)

    def enter(self, identity: str) -> Queued:
        """What is known of a message, for adding to it."""
        self._changed.add(identity)
        known = self._known.get(identity)
        if known is None:
            if len(self._known) >= self._most:
                oldest = next(iter(self._known))
                del self._known[oldest]
                self._changed.add(oldest)
            known = self._known[identity] = Queued()
        return known

    def leave(self, identity: str) -> None:
        """The message has left the queue."""
        if self._known.pop(identity, None) is not None:
            self._changed.add(identity)

    def __len__(self) -> int:
        return len(self._known)

    def changes(self) -> dict[str, bytes | None]:
        """What has changed since the last call: the content, or None for what is not known any more."""
        changed, self._changed = self._changed, set()
        return {each: _encode(self._known[each]) if each in self._known else None for each in changed}

    def restore(self, known: dict[str, bytes]) -> None:
        """Takes up what was kept."""
        self._known.update((identity, _decode(content)) for identity, content in known.items())
