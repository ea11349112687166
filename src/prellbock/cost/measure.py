"""What do the handlers ask for, for a mix of events? They run for real, against S3 and DynamoDB in memory, counted.

A peak is taken in two calls of `ingest`, of different sizes. What grows with the events and what each call costs anyway
follows from the difference of the two. What `publish` is called with is what the table's stream would carry.
"""

import gzip
import io
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any, Literal, cast

import msgspec

from prellbock.cost.meter import Counted, Meter
from prellbock.cost.mix import PEAK, Mix, Peak
from prellbock.cost.units import item_octets
from prellbock.functions.aws import ingest, publish, schedule
from prellbock.functions.aws.clients import Clients
from prellbock.functions.aws.settings import Settings
from prellbock.functions.aws.wiring import Wired, wire
from prellbock.store.dynamodb.memory import MemoryDynamoDB, MemoryS3

Json = dict[str, Any]
Histories = Literal["items", "objects"]
"""Where recipients lie (`prellbock.store.dynamodb.store.Place.histories`)."""
Through = Callable[[str, Any, Meter], Any]
SMALL, LARGE = 10_000, 50_000
"""Events of the two calls."""
STREAM_BATCH = 1_000
_BUCKET = "bucket"
_NAME = "name"
_NOT_KEPT = ("incoming/", "commits/", "shards/")
"""Objects that lie there for a while, or are counted apart."""
_OUTLETS = ("eventbridge_events", "sns_requests", "sqs_requests")


class Cost(msgspec.Struct):
    """What calls of a function ask for: ``each`` call anyway, and ``per`` thing that it works on."""

    each: dict[str, float]
    per: dict[str, float]
    seconds_each: float = 0.0
    """Processor seconds on this machine, without waiting for AWS."""
    seconds_per: float = 0.0
    requests_per: dict[str, float] = {}
    requests_each: dict[str, float] = {}

    def of(self, calls: float, things: float) -> dict[str, float]:
        """The units of so many calls that work on so many things together."""
        names = {*self.each, *self.per}
        return {name: calls * self.each.get(name, 0.0) + things * self.per.get(name, 0.0) for name in names}


class Folding(msgspec.Struct):
    """What a fold of the histories takes for each recipient of whom something is remembered, whoever changed."""

    seconds: float
    """Processor seconds on this machine."""
    octets: float
    """Packed, as shards hold them."""


class Measured(msgspec.Struct):
    """What was counted. Things of `ingest` are events, of `publish` decisions, of tasks recipients in the table."""

    mix: Mix
    ingest: Cost
    publish: Cost
    tasks: dict[str, Cost]
    outlets: dict[str, float]
    """Units of each way out for one decision, which a call of `publish` asks for."""
    decisions: float
    """Per event."""
    octets_event: float
    """As an envelope holds it, packed."""
    octets_item: float
    octets_kept: float
    """Of objects that stay, per event."""
    items_written: float
    """Per event."""
    folding: Folding | None = None
    """None where recipients are items of the table."""


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


class _Clock:
    """The time as events have it; whatever waits waits no longer than it must."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


class _Answering:
    """SQS, SNS, EventBridge and Secrets Manager, as far as somebody only sends."""

    def send_message_batch(self, **kwargs: Any) -> Json:
        return {"Failed": []}

    def publish_batch(self, **kwargs: Any) -> Json:
        return {"Failed": []}

    def put_events(self, **kwargs: Any) -> Json:
        return {"FailedEntryCount": 0}

    def get_secret_value(self, **kwargs: Any) -> Json:
        return {"SecretString": "0" * 64}


class Rehearsal:
    """An installation in memory whose requests are counted."""

    def __init__(self, histories: Histories = "items", through: Through = Counted) -> None:
        """``through``: what stands between the functions and a service, made of its name, client and the meter."""
        self.meter = Meter()
        self.stream: list[Json] = []
        self.s3, self.dynamodb = MemoryS3(), MemoryDynamoDB(self._changed)
        settings = Settings(
            table=_NAME, bucket=_BUCKET, secret_arn=_NAME, event_bus=_NAME, topic_arn=_NAME, feed_queue_url=_NAME,
            histories=histories,
        )  # fmt: skip
        others = _Answering()
        clients: dict[str, Any] = {"s3": self.s3, "dynamodb": self.dynamodb}
        clients |= dict.fromkeys(("sqs", "sns", "events", "secrets"), others)
        counted = {name: cast("Any", through(name, client, self.meter)) for name, client in clients.items()}
        self.clock = _Clock(PEAK)
        self._settings, self._clients = settings, Clients(**counted)
        self._envelopes = 0
        self.start()

    def start(self) -> None:
        """A new instance of the function, which has nothing in memory yet."""
        self.here: Wired = wire(self._settings, self._clients, clock=self.clock)

    def _changed(self, old: Json | None, new: Json | None) -> None:
        if new and ("out" in new or "packed" in new):
            self.stream.append(
                {"dynamodb": {"NewImage": new, "OldImage": old, "SequenceNumber": str(len(self.stream))}}
            )

    def take_in(self, lines: list[bytes], now: float, *, in_one: int) -> "Counting":
        """One call of `ingest` for envelopes of so many events each; putting them there is counted, too."""
        self.clock.now = max(self.clock.now, now)
        records = []
        for begin in range(0, len(lines), in_one):
            self._envelopes += 1
            key = f"incoming/{self._envelopes}.ndjson"
            content = b"".join(line + b"\n" for line in lines[begin : begin + in_one])
            self.s3.put_object(Bucket=_BUCKET, Key=key, Body=content)
            body = msgspec.json.encode({"bucket": _BUCKET, "key": key}).decode()
            records.append({"messageId": str(self._envelopes), "body": body})

        def call() -> None:
            failed = ingest.handle({"Records": records}, _Context(), self.here)["batchItemFailures"]
            if failed:
                raise RuntimeError(f"ingest handed {len(failed)} of {len(records)} envelopes back")

        return self._counting(call)

    def tell(self) -> "Counting":
        """Calls of `publish` for what the stream carries."""
        batches = [self.stream[at : at + STREAM_BATCH] for at in range(0, len(self.stream), STREAM_BATCH)]
        self.stream = []

        def call() -> None:
            for batch in batches:
                if publish.handle({"Records": batch}, _Context(), self.here)["batchItemFailures"]:
                    raise RuntimeError("publish could not tell everything")

        return self._counting(call)

    def do(self, task: str) -> "Counting":
        """One scheduled call."""
        return self._counting(lambda: schedule.handle({"task": task}, _Context(), self.here))

    def fold(self) -> Folding:
        """One fold of all that came in; what is put by it are the new shards."""
        counting = self._counting(lambda: self.here.store.fold(least=1))
        count = sum(1 for _ in self.here.store.stored())
        return Folding(counting.seconds / count, counting.units["octets_written"] / count)

    def _counting(self, call: Any) -> "Counting":
        self.meter.taken()
        said = io.StringIO()
        begin = time.process_time()
        with redirect_stdout(said):
            call()
        seconds = time.process_time() - begin
        found = self.meter.taken()
        # At level WARN of its JSON format Lambda keeps nothing else; `info` is dropped there.
        kept = sum(len(line) + 1 for line in said.getvalue().splitlines() if '"level":"info"' not in line)
        return Counting({**found.units, "octets_logged": kept}, dict(found.requests), seconds)


class Counting(msgspec.Struct):
    """What one call asked for."""

    units: dict[str, float]
    requests: dict[str, float]
    seconds: float


def measure(mix: Mix, tasks: list[str], *, in_one: int = 10_000, small: int = SMALL, large: int = LARGE,
            histories: Histories = "items") -> Measured:  # fmt: skip
    """Runs it: half a minute on one core. ``in_one``: events of an envelope; ``histories``: where they lie."""
    here = Rehearsal(histories)
    peak = Peak(mix, small + large + small)
    before = sorted(peak.before, key=lambda event: str(event["time"]))
    here.take_in([msgspec.json.encode(event) for event in before], PEAK - 3600, in_one=1_000_000)
    for task in tasks:
        here.do(task)
    here.here.store.fold(least=1)
    here.tell()
    # Who is written to now is not in the memory of the instance, as it would not be after weeks. The first call also
    # makes what belongs to a new day, which the others only change.
    here.start()
    here.take_in(peak.take(small), PEAK, in_one=in_one)
    here.tell()
    lines = [peak.take(small // 2), peak.take(large)]
    kept = _octets_kept(here.s3)
    calls = [here.take_in(some, PEAK + 60, in_one=in_one) for some in lines]
    told = sum(map(len, map(publish.outbox, here.stream)))
    telling = here.tell()
    counts = [len(some) for some in lines]
    per = _slope(calls, counts)
    recipients = [item for (_, pk, _), item in here.dynamodb.items.items() if pk.startswith(("r#", "n#"))]
    folding = here.fold() if histories == "objects" else None
    outlets = {name: telling.units.get(name, 0) / max(told, 1) for name in _OUTLETS}
    return Measured(
        mix=mix,
        ingest=per,
        publish=Cost({}, {}, 0.0, telling.seconds / max(told, 1)),
        tasks={task: _alone(here.do(task), len(recipients)) for task in tasks},
        outlets=outlets,
        decisions=told / sum(counts),
        octets_event=_packed(lines[1]),
        octets_item=sum(map(item_octets, recipients)) / len(recipients) + 100 if recipients else 0.0,
        octets_kept=max(0.0, (_octets_kept(here.s3) - kept) / sum(counts)),
        items_written=per.requests_per.get("dynamodb.put_item", 0.0),
        folding=folding,
    )


def _slope(calls: list[Counting], counts: list[int]) -> Cost:
    (a, b), (m, n) = calls, counts

    def line(x: dict[str, float], y: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
        names = {*x, *y}
        slopes = {name: max(0.0, (y.get(name, 0) - x.get(name, 0)) / (n - m)) for name in names}
        return {name: max(0.0, x.get(name, 0) - slopes[name] * m) for name in names}, slopes

    each, per = line(a.units, b.units)
    requests_each, requests_per = line(a.requests, b.requests)
    seconds = max(0.0, (b.seconds - a.seconds) / (n - m))
    return Cost(each, per, max(0.0, a.seconds - seconds * m), seconds, requests_per, requests_each)


def _alone(counting: Counting, recipients: int) -> Cost:
    """A task: what it reads of the table grows with the table, the rest is the same every time."""
    scanned = "dynamodb.scan" in counting.requests
    units = dict(counting.units)
    per = {"dynamodb_read_units": units.pop("dynamodb_read_units", 0.0) / max(recipients, 1)} if scanned else {}
    return Cost(units, per, counting.seconds, 0.0, {}, counting.requests)


def _packed(lines: list[bytes]) -> float:
    return len(gzip.compress(b"\n".join(lines), 6)) / len(lines)


def _octets_kept(s3: MemoryS3) -> int:
    return sum(len(body) for (_, key), body in s3.objects.items() if not key.startswith(_NOT_KEPT))
