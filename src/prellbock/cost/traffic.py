"""How does traffic become calls? The queue gathers names of envelopes until a batch is full or its window is over."""

import math

import msgspec

from prellbock.cost.measure import Measured
from prellbock.cost.stack import Stack
from prellbock.rates import DAYS_A_MONTH
from prellbock.store.dynamodb.shards import FOLD_AT, SHARD_OCTETS


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """What comes in."""

    per_hour: float = 5_000_000
    """Responses in an hour of traffic."""
    hours: float = 1
    """Hours of traffic a day."""
    envelope: int = 10_000
    """Events of an envelope."""
    window: float = 60
    """Seconds for which names of envelopes are gathered."""
    histories: float = 1_000_000
    """Recipients of whom something is remembered."""

    @property
    def per_month(self) -> float:
        return self.per_hour * self.hours * DAYS_A_MONTH


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds until a service answers, at the median, and how many requests the store keeps under way."""

    milliseconds: float
    at_once: int


WAITING = {
    # From one region; figures that AWS publishes for them: single-digit milliseconds (DynamoDB), 100 to 200 ms for the
    # first octet of S3 ("Performance guidelines", S3 user guide), taken at the upper end where they are a range.
    "dynamodb": Latency(8, 16),
    "s3": Latency(150, 8),
}
CLIENT_SECONDS = 0.0004
"""Processor seconds that boto3 takes for one request, beside the handler's own: signing, connection, JSON."""


OCTETS_A_SECOND = 85e6
"""Of one connection to S3: 85 to 90 MB ("Performance guidelines", S3 user guide)."""


class Calls(msgspec.Struct, frozen=True):
    """The calls of `ingest` in an hour of traffic."""

    count: float
    events: float
    """Of one call."""
    seconds: float
    """From begin to end of one call, waiting included."""
    processor: float
    """Processor seconds of one call."""
    folds: float = 0.0
    """Folds of the histories in that hour, where they lie in objects."""
    shards: float = 0.0
    """Objects that a fold reads and writes."""
    shard_octets: float = 0.0
    """Of all of them."""

    @property
    def busy(self) -> float:
        """How much of the writer's time is taken, 0 to 1: only one call commits at a time."""
        return self.count * self.seconds / 3600


def calls(traffic: Traffic, measured: Measured, stack: Stack) -> Calls:
    """How the traffic is cut into calls, and how long one takes."""
    envelopes = traffic.per_hour / traffic.envelope
    together = envelopes / 3600 * traffic.window / stack.pollers
    count = envelopes / min(stack.batch, max(1.0, together))
    events = traffic.per_hour / count
    cost = measured.ingest
    processor = cost.seconds_each + events * cost.seconds_per
    waiting = 0.0
    for name in {*cost.requests_each, *cost.requests_per}:
        requests = cost.requests_each.get(name, 0.0) + events * cost.requests_per.get(name, 0.0)
        service = WAITING.get(name.partition(".")[0])
        processor += requests * CLIENT_SECONDS
        if service:
            waiting += requests * service.milliseconds / 1000 / service.at_once
    if (folding := measured.folding) is None:
        return Calls(count, events, processor + waiting, processor)
    folds = min(stack.schedules["fold"], count / FOLD_AT)
    octets = folding.octets * traffic.histories
    # After each fold every instance of ingest fetches the shards once.
    waiting += octets / OCTETS_A_SECOND * min(1.0, folds * stack.pollers / count)
    return Calls(count, events, processor + waiting, processor, folds, math.ceil(octets / SHARD_OCTETS), octets)
