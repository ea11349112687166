"""What is remembered of one recipient (or one domain), in a form that no order of events can change.

Every field merges by maximum or by union with a fixed bound, so the same events give the same state however they were
ordered, repeated or cut into batches. What the state *means* is said by a policy (`prellbock.history.judge`).
"""

from collections.abc import Iterable, Mapping

import msgspec

from prellbock.history.failures import Failure, Failures
from prellbock.history.failures import decode as decode_failures
from prellbock.identity import short_message


class Mark(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Something said at one time about a recipient: a complaint, an unsubscribe, a consent, an import."""

    time: float
    event: int
    source: str = ""


class State(msgspec.Struct, array_like=True):
    """The remembered history of one recipient or domain. Times are Unix seconds UTC; 0 means never."""

    last_delivery: float = 0.0
    newest: float = 0.0
    """Time of the newest event that touched this state: decisions are dated by it, not by the wall clock."""
    failures: Failures = msgspec.field(default_factory=Failures)
    complaints: dict[str, Mark] = msgspec.field(default_factory=dict)
    """Stream (empty: not known) → latest complaint."""
    unsubscribes: dict[str, Mark] = msgspec.field(default_factory=dict)
    not_spam: dict[str, Mark] = msgspec.field(default_factory=dict)
    consents: dict[str, Mark] = msgspec.field(default_factory=dict)
    """Stream (empty: for everything) → latest consent."""
    mirrored: Mark | None = None
    """A sending provider's own suppression list stopped a message (no evidence of ours)."""
    imported: Mark | None = None
    """Put on the list by an import, with its source."""
    deferred: Mark | None = None
    """Latest time that a message was put off for the recipient's sake; the source is the category."""

    def add_failure(self, failure: Failure) -> None:
        """Remembers one report that a message failed for good."""
        self.newest = max(self.newest, failure.time)
        self.failures.add(failure)

    def add_deferral(self, failure: Failure) -> None:
        """Remembers that a message was put off: its failure is not yet sure, and no number of these withholds mail."""
        self.newest = max(self.newest, failure.time)
        mark = Mark(failure.time, failure.event, failure.category)
        self.deferred = max(mark, self.deferred or mark)

    def add_delivery(self, time: float) -> None:
        """Remembers a delivery: it clears the failures that are not after it."""
        self.last_delivery = max(self.last_delivery, time)
        self.newest = max(self.newest, time)

    def add_deliveries(self, deliveries: Iterable[tuple[float, int]], bounced: Mapping[int, float] | None = None) -> None:
        """Remembers deliveries, each a time and the short key of the message (0: not known).

        A message that was called delivered and bounced later (a host that accepts first) was no delivery. ``bounced``:
        short key → time of the latest report for messages that this state may have forgotten (`Failures.overflown`).
        """
        void = dict(bounced or {})
        for report in self.failures.latest:
            message = short_message(report.message)
            void[message] = max(report.time, void.get(message, 0.0))
        for time, message in deliveries:
            if not message or void.get(message, -1.0) < time:
                self.add_delivery(time)

    @property
    def oldest_failure(self) -> float:
        """A time before which a delivery clears nothing here; that of the newest event where there is nothing."""
        clearable = [mark.time for mark in (self.mirrored, self.deferred) if mark is not None]
        if self.failures:
            clearable.append(self.failures.oldest_day)
        return min(clearable, default=self.newest)

    def add_mark(self, marks: dict[str, Mark], stream: str | None, mark: Mark) -> None:
        """Remembers the latest mark of a stream; ``marks`` is one of this state's dictionaries."""
        self.newest = max(self.newest, mark.time)
        marks[stream or ""] = max(mark, marks.get(stream or "", mark))

    def add_mirrored(self, mark: Mark) -> None:
        self.newest = max(self.newest, mark.time)
        self.mirrored = max(mark, self.mirrored or mark)

    def add_imported(self, mark: Mark) -> None:
        self.newest = max(self.newest, mark.time)
        self.imported = max(mark, self.imported or mark)

    @property
    def cleared_until(self) -> float:
        """Failures up to this time no longer count: a delivery or a consent came after them."""
        if not self.consents:
            return self.last_delivery
        return max([self.last_delivery, *(consent.time for consent in self.consents.values())])

    @property
    def is_open(self) -> bool:
        """A delivery could still change what follows from this state."""
        after = self.cleared_until
        return (
            self.failures.newest > after
            or (self.mirrored is not None and self.mirrored.time > after)
            or (self.deferred is not None and self.deferred.time > after)
        )


def merge(left: State, right: State) -> State:
    """The state that knows what both know. Commutative, associative and idempotent."""
    merged = State(
        last_delivery=max(left.last_delivery, right.last_delivery),
        newest=max(left.newest, right.newest),
        mirrored=_latest(left.mirrored, right.mirrored),
        imported=_latest(left.imported, right.imported),
        deferred=_latest(left.deferred, right.deferred),
    )
    merged.failures.merge(left.failures)
    merged.failures.merge(right.failures)
    for name in ("complaints", "unsubscribes", "not_spam", "consents"):
        marks: dict[str, Mark] = dict(getattr(left, name))
        for stream, mark in getattr(right, name).items():
            marks[stream] = max(mark, marks.get(stream, mark))
        setattr(merged, name, marks)
    return merged


def _latest(left: Mark | None, right: Mark | None) -> Mark | None:
    if left is None or right is None:
        return left or right
    return max(left, right)


def _to_octets(value: object) -> object:
    assert isinstance(value, Failures)
    return value.encode()


def _from_octets(kind: type, value: object) -> object:
    assert kind is Failures
    return decode_failures(value) if isinstance(value, bytes) else _older(value)


def _older(value: object) -> Failures:
    """Failures as the first version stored them: reports by group of categories."""
    failures = Failures()
    for reports in msgspec.convert(value, dict[str, list[tuple[float, int, int, str, bool | None]]]).values():
        for time, event, message, category, permanent in reports:
            failures.add(Failure(time=time, event=event, message=message, category=category, permanent=permanent))
    return failures


encode_state = msgspec.msgpack.Encoder(enc_hook=_to_octets).encode
"""The stored form: MessagePack, the failures packed (`Failures.encode`)."""
decode_state = msgspec.msgpack.Decoder(State, dec_hook=_from_octets).decode
