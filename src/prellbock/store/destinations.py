"""Where decisions go, how far each destination has come, and what became of each message. For stores that send.

The ledger is the outbox: a decision and its message are durable in one transaction. A destination has a *cursor*: all
decisions up to it are done with (taken, not wanted, given up) or wait in `Delivery` rows of their own. So a destination
that takes nothing costs no room but its window. Secrets go in and are given to nobody but who sends. Times are Unix
seconds UTC.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from prellbock.identity import Identity
from prellbock.store.sources import Held

DestinationState = Literal["active", "paused", "disabled"]
"""``paused`` by people, ``disabled`` because the receiver wants nothing more or has failed for too long."""
DeliveryState = Literal["waiting", "taken", "dead"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which decisions a destination gets; an empty list leaves a field open."""

    statuses: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    """Of the newest event of the evidence, or the scope of a complaint or an unsubscribe."""
    categories: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """A configured destination, without its secrets."""

    name: str
    kind: str
    settings: Mapping[str, object]
    """What the kind needs; `prellbock.publishing.kinds`."""
    wanted: Wanted = Wanted()
    state: DestinationState = "active"
    why: str | None = None
    """Why it is paused or disabled, or what is wrong with the receiver."""
    cursor: int = 0
    generation: int = 1
    """Grows with every change by people."""
    created: float = 0.0
    creator: str = ""
    failing: float | None = None
    """Since when nothing has been taken although something was sent."""
    taken: float | None = None
    """When it last took something."""
    waiting: int = 0
    """Messages that were tried and wait for another attempt."""
    dead: int = 0
    """Messages that were given up and are still kept."""
    keep_days: float | None = None
    """A decision older than so many days is no longer sent; None: all are, however late."""
    dropped: int = 0
    """Decisions that were not sent because of that."""
    oldest: float | None = None
    """When the oldest decision was recorded that is after the cursor or waits."""
    secrets: tuple[Held, ...] = ()


class Outgoing(msgspec.Struct, frozen=True):
    """A decision on its way out."""

    seq: int
    mark: str
    """Tells this decision from any other that could have its number after an older back-up was restored."""
    address: str | None
    """Canonical; None in hashed mode."""
    hash: str
    scope: str
    time: float
    recorded: float
    before: str
    status: str
    since: float | None
    until: float | None
    category: str | None
    rule: str | None
    source: str | None
    policy: str
    actor: str
    stream: str | None
    provider: str | None


class Attempt(msgspec.Struct, frozen=True):
    """What became of one message at one destination, for the last time that it was tried."""

    seq: int
    state: DeliveryState
    at: float
    due: float | None = None
    """When it is tried again, where it waits."""
    code: int | None = None
    """The receiver's status code."""
    answer: str | None = None
    """What the receiver said, shortened, or why there was no answer. Never an address of ours."""
    seconds: float | None = None


class Delivery(msgspec.Struct, frozen=True):
    """A message at a destination as it is kept: all that wait or were given up, and the taken for some days."""

    seq: int
    state: DeliveryState
    attempts: int
    begun: float
    last: float
    due: float | None
    code: int | None
    answer: str | None
    seconds: float | None


class Progress(msgspec.Struct, frozen=True):
    """What a publisher has done for one destination since the last time."""

    name: str
    generation: int
    """Of the destination that it was done for; after a change by people the cursor stays where they have put it."""
    cursor: int
    attempts: Sequence[Attempt] = ()
    failing: float | None = None
    taken: float | None = None
    disabled: str | None = None
    """Why nothing more is to be sent."""
    dropped: int = 0
    """Wanted decisions that were too old to be sent."""
    trouble: str | None = None
    """What is wrong with the receiver, where that is not said by an attempt."""


class Publishes(Protocol):
    """What a store that sends decisions out by itself remembers of that."""

    @property
    def identity(self) -> Identity:
        """Makes the keys of this installation."""
        ...

    def cursor(self) -> int:
        """The newest sequence number of the ledger; 0 if there is none."""
        ...

    def destinations(self) -> list[Destination]:
        """All, by name."""
        ...

    def destination(self, name: str) -> Destination | None: ...

    def put_destination(self, destination: Destination, secret: bytes | None) -> bool:
        """Adds one, with its first secret; False if the name is taken."""
        ...

    def change_destination(
        self, name: str, settings: Mapping[str, object], wanted: Wanted, state: DestinationState, why: str | None,
        keep_days: float | None,
    ) -> bool:  # fmt: skip
        """Sets what people decide; False if there is none of this name."""
        ...

    def add_destination_secret(self, name: str, secret: bytes, now: float, until: float) -> bool:
        """A new secret; those before it sign as well until ``until``. False if there is none of this name."""
        ...

    def destination_secrets(self, name: str, now: float) -> list[bytes]:
        """Those that hold now, the newest first, for sending alone."""
        ...

    def remove_destination(self, name: str) -> bool:
        """Takes it away with its secrets and deliveries. False if there is none."""
        ...

    def newest_outgoing(self) -> int:
        """The newest decision that `outgoing` gives, of nobody erased; 0 if there is none."""
        ...

    def outgoing(self, after: int, most: int) -> list[Outgoing]:
        """The next decisions after a sequence number, in order; erased people are left out."""
        ...

    def outgoing_of(self, seqs: Sequence[int]) -> list[Outgoing]:
        """Certain decisions, in order; those of erased people are left out."""
        ...

    def progressed(self, progress: Sequence[Progress]) -> None:
        """Records what was done, in one transaction."""
        ...

    def open_deliveries(self, name: str) -> list[Delivery]:
        """What waits for another attempt, and whatever is known of decisions after the cursor; by sequence number."""
        ...

    def deliveries(
        self, name: str, *, state: DeliveryState | None = None, before: int | None = None, most: int = 100
    ) -> list[Delivery]:
        """Messages at a destination, newest decision first; ``before``: of lesser sequence numbers only."""
        ...

    def replay(self, name: str, *, seqs: Sequence[int] | None, since: int | None, now: float) -> int:
        """Sends again: certain decisions, or all after ``since``, or (both None) all that were given up.

        Returns how many wait now, or, with ``since``, how many decisions lie after it.
        """
        ...
