"""An installation of the cloud functions in memory, for tests: what AWS would hold, and what went out."""

import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from click.testing import CliRunner

from prellbock.cli.simulate import simulate
from prellbock.functions.aws.clients import Clients
from prellbock.functions.aws.settings import Settings
from prellbock.functions.aws.wiring import Wired, wire
from prellbock.store.dynamodb.memory import MemoryDynamoDB, MemoryS3
from prellbock.store.sqlite import SqliteStore

NOW = 1_800_000_000.0
BUCKET, TABLE = "bucket", "table"


class Context:
    """Of an invocation with so much time left."""

    def __init__(self, *left_ms: int) -> None:
        self._left = [*left_ms] or [600_000]

    def get_remaining_time_in_millis(self) -> int:
        return self._left.pop(0) if len(self._left) > 1 else self._left[0]


class Cloud:
    """S3, DynamoDB with its stream, and who is told. The streams' records wait in ``records``."""

    def __init__(self, histories: Literal["items", "objects"] = "items") -> None:
        self._histories = histories
        self.s3 = MemoryS3()
        self.records: list[dict[str, Any]] = []
        self.dynamodb = MemoryDynamoDB(self._changed)
        self.events: list[dict[str, Any]] = []
        self.shown: dict[str, int] = {}
        """Receipt of a message that was handed back → seconds after which the queue shows it."""
        self.refuse = 0
        """So many requests of `put_events` are refused."""
        self.now = NOW

    def _changed(self, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        image = {"NewImage": new} if new is not None else {}
        self.records.append({"dynamodb": {"SequenceNumber": str(len(self.records)), **image}})

    def wire(self) -> Wired:
        """A fresh function instance."""
        settings = Settings(
            table=TABLE, bucket=BUCKET, secret_arn="secret", operator_token_arn="operator", event_bus="bus",
            histories=self._histories, envelope_queue_url="envelopes",
        )  # fmt: skip
        others: Any = self
        clients = Clients(self.s3, self.dynamodb, others, others, others, others)
        return wire(settings, clients, clock=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.now += seconds

    def get_secret_value(self, **kwargs: Any) -> dict[str, str]:
        return {"SecretString": f"{kwargs['SecretId']}-".ljust(48, "x")}

    def change_message_visibility_batch(self, **kwargs: Any) -> dict[str, Any]:
        assert kwargs["QueueUrl"] == "envelopes"
        self.shown |= {each["ReceiptHandle"]: each["VisibilityTimeout"] for each in kwargs["Entries"]}
        return {}

    def put_events(self, **kwargs: Any) -> dict[str, int]:
        if self.refuse:
            self.refuse -= 1
            return {"FailedEntryCount": 1}
        self.events += [json.loads(entry["Detail"]) for entry in kwargs["Entries"]]
        return {"FailedEntryCount": 0}

    def put(self, name: str, content: bytes, tries: int = 1) -> dict[str, Any]:
        """Puts an envelope; its message as the queue has it when it shows it for the so-manieth time."""
        self.s3.put_object(Bucket=BUCKET, Key=f"incoming/{name}", Body=content)
        body = {"Records": [{"s3": {"bucket": {"name": BUCKET}, "object": {"key": f"incoming/{name}"}}}]}
        return message(name, json.dumps(body), tries)


def message(name: str, body: str, tries: int = 1) -> dict[str, Any]:
    """One of the queue of envelopes, as Lambda hands it to the function."""
    counted = {"ApproximateReceiveCount": str(tries)}
    return {"messageId": name, "receiptHandle": f"receipt of {name}", "body": body, "attributes": counted}


def stored(cloud: Cloud) -> Iterator[bytes]:
    """Everything that lies in the bucket and was not sent in, unpacked: parts, logs of commits, runs."""
    for (_, key), body in cloud.s3.objects.items():
        if key.startswith("incoming/"):
            continue
        # A shard: the length of its index, the index, packed blocks.
        rest = body[4 + int.from_bytes(body[:4], "big") :] if key.startswith("shards/") else body
        while rest[:1] == b"\x78":
            unpacking = zlib.decompressobj()
            yield unpacking.decompress(rest)
            rest = unpacking.unused_data
        yield rest


def sqlite_of(folder: Path, secret: bytes) -> SqliteStore:
    """An embedded store with the same secret, to compare with."""
    folder.mkdir(parents=True)
    (folder / "secret").write_bytes(secret)
    return SqliteStore(folder, create=True)


class Seen(NamedTuple):
    """What a store says of everybody."""

    withheld: list[tuple[object, ...]]
    feed: list[tuple[str, str, str]]
    """As a reader has it in the end: address, scope, status."""
    counts: list[tuple[str, str, str, int]]
    totals: list[tuple[str, int]]


def seen(store: SqliteStore, now: float) -> Seen:
    """The list of what withholds mail, the feed, and the counts."""
    withheld = sorted(
        (w.address, w.status, w.scope, w.since, w.until, w.category, w.rule) for w in store.withheld(now, store.policy)
    )
    return Seen(
        [*withheld],
        # On one way to the end somebody may have been withheld for a while, on another not.
        withholding([(c.address or "", c.scope, c.status) for c in store.changes(0)]),
        sorted(store.by_category()),
        sorted((name, count) for name, count in store.totals().items() if name.startswith("events_")),
    )


def withholding(changes: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Of changes of address and scope to a status the latest of each, where it withholds mail."""
    latest = {(address, scope): status for address, scope, status in changes}
    return sorted((*key, status) for key, status in latest.items() if status not in ("deliverable", "watched"))


def lines(responses: int, seed: int = 7) -> bytes:
    """Simulated traffic of some days, as NDJSON."""
    words = ["--responses", str(responses), "--delivered", "0.8", "--seed", str(seed), "--days", "20",
             "--recipients", str(responses // 20)]  # fmt: skip
    return CliRunner().invoke(simulate, words).stdout_bytes


def parts(traffic: bytes, size: int) -> Iterator[bytes]:
    rows = traffic.splitlines(keepends=True)
    for begin in range(0, len(rows), size):
        yield b"".join(rows[begin : begin + size])
