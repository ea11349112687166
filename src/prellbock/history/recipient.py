"""What is remembered of one recipient (or one domain), in a form that no order of events can change.

Every field merges by maximum or by union with a fixed bound, so the same events give the same state however they were
ordered, repeated or cut into batches. What the state *means* is said by a policy (`prellbock.history.judge`).
"""

from collections.abc import Iterable, Mapping

import msgspec

from prellbock.history.failures import Failure, Failures
from prellbock.history.failures import decode as decode_failures
from prellbock.history.marks import Mark, Void
from prellbock.identity import short_message


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
    by_hand: Mark | None = None
    """Suppressed by a person; the source is who."""
    releases: dict[str, Mark] = msgspec.field(default_factory=dict)
    """Scope (empty: everything but complaints and unsubscribes) → latest release by a person."""
    voids: list[Void] = msgspec.field(default_factory=list)
    """What was undone by people, sorted."""
    deferred: Mark | None = None
    """Latest time that a message was put off for the recipient's sake."""

    def add_failure(self, failure: Failure) -> None:
        """Remembers one report that a message failed for good."""
        self.newest = max(self.newest, failure.time)
        if not self._is_void(failure):
            self.failures.add(failure)

    def add_deferral(self, failure: Failure) -> None:
        """Remembers that a message was put off: its failure is not yet sure, and no number of these withholds mail."""
        self.newest = max(self.newest, failure.time)
        mark = Mark(failure.time, failure.event, "", failure.category)
        if not self._is_void(failure):
            self.deferred = max(mark, self.deferred or mark)

    def _is_void(self, failure: Failure) -> bool:
        return any(void.covers(failure.message, failure.time, failure.origin) for void in self.voids)

    def add_delivery(self, time: float) -> None:
        """Remembers a delivery: it clears the failures that are not after it."""
        self.last_delivery = max(self.last_delivery, time)
        self.newest = max(self.newest, time)

    def add_deliveries(
        self, deliveries: Iterable[tuple[float, int]], bounced: Mapping[int, float] | None = None
    ) -> None:
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
        if self.is_void(mark):
            return
        marks[stream or ""] = max(mark, marks.get(stream or "", mark))

    def add_mirrored(self, mark: Mark) -> None:
        self.newest = max(self.newest, mark.time)
        if not self.is_void(mark):
            self.mirrored = max(mark, self.mirrored or mark)

    def add_imported(self, mark: Mark) -> None:
        self.newest = max(self.newest, mark.time)
        if not self.is_void(mark):
            self.imported = max(mark, self.imported or mark)

    def add_by_hand(self, mark: Mark) -> None:
        self.newest = max(self.newest, mark.time)
        if not self.is_void(mark):
            self.by_hand = max(mark, self.by_hand or mark)

    def is_void(self, mark: Mark) -> bool:
        """Whether a person has undone a mark."""
        return any(void.covers(mark.event, void.time) for void in self.voids)

    def add_void(self, void: Void) -> None:
        """Remembers that something was undone or redone, and forgets the marks that are void now.

        Failures, and the marks before those, are in the stored events: whoever undoes brings them in again.
        """
        self.newest = max(self.newest, void.undone, void.redone)
        same = [each for each in self.voids if (each.target, each.time) == (void.target, void.time)]
        undone, redone = (max(getattr(each, name) for each in (void, *same)) for name in ("undone", "redone"))
        void = msgspec.structs.replace(void, undone=undone, redone=redone)
        self.voids = sorted([*(each for each in self.voids if each not in same), void])
        for marks in (self.complaints, self.unsubscribes, self.not_spam, self.consents):
            for stream in [stream for stream, mark in marks.items() if self.is_void(mark)]:
                del marks[stream]
        for name in ("mirrored", "imported", "by_hand"):
            mark: Mark | None = getattr(self, name)
            if mark is not None and self.is_void(mark):
                setattr(self, name, None)

    @property
    def released(self) -> float:
        """Time of the latest release or consent: nothing up to it is held against the recipient."""
        if not self.consents and not self.releases:
            return 0.0
        said = [consent.time for consent in self.consents.values()]
        if (release := self.releases.get("")) is not None:
            said.append(release.time)
        return max(said, default=0.0)

    @property
    def cleared_until(self) -> float:
        """Failures up to this time no longer count: a delivery, a consent or a release came after them."""
        return max(self.last_delivery, self.released)

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
        by_hand=_latest(left.by_hand, right.by_hand),
        deferred=_latest(left.deferred, right.deferred),
    )
    merged.failures.merge(left.failures)
    merged.failures.merge(right.failures)
    for name in ("complaints", "unsubscribes", "not_spam", "consents", "releases"):
        marks: dict[str, Mark] = dict(getattr(left, name))
        for stream, mark in getattr(right, name).items():
            marks[stream] = max(mark, marks.get(stream, mark))
        setattr(merged, name, marks)
    for void in (*left.voids, *right.voids):
        merged.add_void(void)
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
