"""Destinations and deliveries as every interface writes them. Times are RFC 3339."""

import msgspec

from prellbock.publishing.schedule import WINDOW
from prellbock.sinks.webhook import public_key_of
from prellbock.store.destinations import Delivery, Destination
from prellbock.times import rfc3339


class DestinationRecord(msgspec.Struct, frozen=True):
    """A destination; its secret only in the answer that makes it."""

    name: str
    kind: str
    settings: dict[str, object]
    wanted: dict[str, list[str]]
    state: str
    why: str | None
    cursor: int
    """All decisions up to it are done with, or wait as deliveries."""
    backlog: int
    """Decisions after the cursor, wanted or not."""
    waiting: int
    dead: int
    dropped: int
    """Decisions that were older than ``keep_days`` when they could have been sent."""
    keep_days: float | None
    """Null: all are sent, however late."""
    oldest: str | None
    """When the first decision was recorded that is after the cursor or waits."""
    most_waiting: int | None
    """So many messages may be under way or wait: then no further ones are read. Null: of queues, which take what they
    confirm."""
    failing_since: str | None
    taken: str | None
    created: str | None
    by: str
    secrets: list[dict[str, str | None]]
    secret: str | None = None
    public_key: str | None = None
    """Where a pair of keys was made: what receivers verify with."""


class DeliveryRecord(msgspec.Struct, frozen=True):
    """One message at a destination."""

    seq: int
    state: str
    attempts: int
    first: str | None
    last: str | None
    due: str | None
    code: int | None
    answer: str | None
    seconds: float | None


def destination_record(destination: Destination, newest: int, secret: str | None = None) -> DestinationRecord:
    """``newest`` is the newest sequence number of the ledger."""
    wanted = {name: [*getattr(destination.wanted, name)] for name in destination.wanted.__struct_fields__}
    return DestinationRecord(
        destination.name,
        destination.kind,
        dict(destination.settings),
        {name: values for name, values in wanted.items() if values},
        destination.state,
        destination.why,
        destination.cursor,
        max(0, newest - destination.cursor),
        destination.waiting,
        destination.dead,
        destination.dropped,
        destination.keep_days,
        rfc3339(destination.oldest),
        WINDOW if destination.kind == "webhook" else None,
        rfc3339(destination.failing),
        rfc3339(destination.taken),
        rfc3339(destination.created),
        destination.creator,
        [{"created": rfc3339(each.created), "until": rfc3339(each.until)} for each in destination.secrets],
        secret,
        public_key_of(secret) if secret is not None and destination.kind == "webhook" else None,
    )


def delivery_record(delivery: Delivery) -> DeliveryRecord:
    """What is known of one message."""
    return DeliveryRecord(
        delivery.seq,
        delivery.state,
        delivery.attempts,
        rfc3339(delivery.begun),
        rfc3339(delivery.last),
        rfc3339(delivery.due),
        delivery.code,
        delivery.answer,
        None if delivery.seconds is None else round(delivery.seconds, 3),
    )
