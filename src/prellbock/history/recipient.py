"""What is remembered of one recipient (or one domain), in a form that no order of events can change.

Every field merges by maximum or by union with a fixed bound, so the same events give the same state however they were
ordered, repeated or cut into batches. What the state *means* is said by a policy (`prellbock.history.judge`).
"""

from collections.abc import Iterable

import msgspec

from prellbock.history.marks import Mark, Void
from prellbock.identity import short_message
from prellbock.taxonomy import DEAD

DAY = 86400.0
"""Seconds of a UTC day."""
DAYS_KEPT = 366
"""Most recent days remembered per group of categories. With fewer the beginning of a long ladder would fall out of
memory while it is being climbed: an address that fails every day would never be suppressed (it has nearly always only
a handful of days; a year of daily failures is some 20 kB)."""
MESSAGES_KEPT = 4
"""Messages remembered per group and day: enough to tell one message reported on two days from two messages."""

GROUP_DEAD = "dead"
GROUP_DEAD_TEMPORARY = "dead_temporary"
GROUP_FULL = "full"
GROUP_REFUSED = "refused"
GROUP_TRANSPORT = "transport"
GROUP_DEFERRED = "deferred"


def group_of(category: str, permanent: bool | None, *, deferred: bool) -> str | None:
    """The group of categories whose failures are counted together; None if the category touches no recipient."""
    if category in DEAD:
        group = GROUP_DEAD if permanent else GROUP_DEAD_TEMPORARY
    elif category == "mailbox_full":
        group = GROUP_FULL
    elif category == "recipient_refused":
        group = GROUP_REFUSED
    else:
        return None
    return GROUP_DEFERRED if deferred else group


class Failure(msgspec.Struct, frozen=True, array_like=True):
    """One report that a message failed."""

    time: float
    event: int
    """Key of the stored event: the evidence."""
    message: int
    """Key of the message: reports with the same one are the same failure. Where the message is known by sender and
    stream alone (`identity.WINDOWED` is set), only within `WINDOW` of its first report."""
    category: str
    permanent: bool | None
    origin: int = 0
    """Sender and stream of the message (`identity.of_origin`): joins reports with and without a message id."""

    @property
    def when(self) -> tuple[float, str, int]:
        """The order of reports: by time, then by what they say, so that no secret of an installation decides."""
        return (self.time, self.category, self.event)


class State(msgspec.Struct, array_like=True):
    """The remembered history of one recipient or domain. Times are Unix seconds UTC; 0 means never."""

    last_delivery: float = 0.0
    newest: float = 0.0
    """Time of the newest event that touched this state: decisions are dated by it, not by the wall clock."""
    failures: dict[str, list[Failure]] = msgspec.field(default_factory=dict)
    """Group of categories → reports, oldest first."""
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

    def add_failure(self, group: str, failure: Failure) -> None:
        """Remembers one report, within the bounds `DAYS_KEPT` and `MESSAGES_KEPT`."""
        self.newest = max(self.newest, failure.time)
        if any(void.covers(failure.message, failure.time, failure.origin) for void in self.voids):
            return
        known = self.failures.get(group)
        if known is None:
            self.failures[group] = [failure]
            return
        self.failures[group] = _bounded([*known, failure])

    def add_delivery(self, time: float) -> None:
        """Remembers a delivery: it clears the failures that are not after it."""
        self.last_delivery = max(self.last_delivery, time)
        self.newest = max(self.newest, time)

    def add_deliveries(self, deliveries: Iterable[tuple[float, int]]) -> None:
        """Remembers deliveries, each a time and the short key of the message (0: not known).

        A message that was called delivered and bounced later (a host that accepts first) was no delivery.
        """
        bounced: dict[int, float] = {}
        for group, failures in self.failures.items():
            if group != GROUP_DEFERRED:
                for failure in failures:
                    message = short_message(failure.message)
                    bounced[message] = max(failure.time, bounced.get(message, 0.0))
        for time, message in deliveries:
            if not message or bounced.get(message, -1.0) < time:
                self.add_delivery(time)

    @property
    def oldest_failure(self) -> float:
        """Time of the oldest thing remembered that a delivery clears; that of the newest event where there is none."""
        clearable = [failures[0].time for failures in self.failures.values()]
        if self.mirrored is not None:
            clearable.append(self.mirrored.time)
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
        return any(failures[-1].time > after for failures in self.failures.values()) or (
            self.mirrored is not None and self.mirrored.time > after
        )


def _bounded(failures: Iterable[Failure]) -> list[Failure]:
    """Per day the latest report of each of the latest messages; of these the latest days."""
    latest: dict[tuple[int, int], Failure] = {}
    for failure in failures:
        key = (int(failure.time // DAY), failure.message)
        known = latest.get(key)
        if known is None or failure.when > known.when:
            latest[key] = failure
    days: dict[int, list[Failure]] = {}
    for (day, _), failure in latest.items():
        days.setdefault(day, []).append(failure)
    kept: list[Failure] = []
    for day in sorted(days)[-DAYS_KEPT:]:
        kept.extend(sorted(days[day], key=_when)[-MESSAGES_KEPT:])
    return kept


def _when(failure: Failure) -> tuple[float, str, int]:
    return failure.when


def merge(left: State, right: State) -> State:
    """The state that knows what both know. Commutative, associative and idempotent."""
    merged = State(
        last_delivery=max(left.last_delivery, right.last_delivery),
        newest=max(left.newest, right.newest),
        failures={
            group: _bounded([*left.failures.get(group, []), *right.failures.get(group, [])])
            for group in sorted({*left.failures, *right.failures})
        },
        mirrored=_latest(left.mirrored, right.mirrored),
        imported=_latest(left.imported, right.imported),
        by_hand=_latest(left.by_hand, right.by_hand),
    )
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
