"""The functions as processes of the real Lambda runtime client, killed at any time, against an AWS of moto."""

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from cloud import BUCKET, lines, parts, seen, sqlite_of
from moto_installation import installation
from runtime import Runtime

from prellbock.functions.aws.clients import of_boto3
from prellbock.functions.aws.settings import Settings
from prellbock.functions.aws.wiring import wire
from prellbock.ingest import ingest as bring_in
from prellbock.ingest import make_ready
from prellbock.sources import registry

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    with installation(monkeypatch) as said:
        yield said


@pytest.mark.parametrize("histories", ["items", "objects"])
def test_killed_at_any_time_nothing_is_lost_or_counted_twice(
    histories: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """Time-outs kill, messages come twice and out of order; in the end all is as if nothing had happened."""
    chance = random.Random(4)
    environment["PRELLBOCK_HISTORIES"] = histories
    traffic, now = lines(1500, seed=11), time.time()
    s3 = boto3.client("s3")
    messages = []
    for at, part in enumerate(parts(traffic, 150)):
        s3.put_object(Bucket=BUCKET, Key=f"incoming/{at}.ndjson", Body=part)
        body = json.dumps({"bucket": BUCKET, "key": f"incoming/{at}.ndjson"})
        messages.append({"messageId": str(at), "body": body})
    waiting = [*messages, *messages[::3]]
    chance.shuffle(waiting)
    kills = 0
    with Runtime("prellbock.functions.aws.ingest.handler", environment) as function:
        while waiting:
            some = waiting[: chance.randint(1, 3)]
            # From the start of the instance to an answer it takes about a second: most are killed on the way.
            deadline = chance.uniform(0.2, 1.5) if kills < 12 else None
            answer = function.invoke({"Records": some}, kill_after=deadline)
            failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]} if answer else None
            again = some if failed is None else [each for each in some if each["messageId"] in failed]
            kills += answer is None
            waiting = [*waiting[len(some) :], *again]
            wire(Settings.of(environment), of_boto3()).store.fold(least=3)
    assert kills >= 3
    here = wire(Settings.of(environment), of_boto3())
    store = sqlite_of(tmp_path / "data", here.secret)
    path = tmp_path / "all.ndjson"
    path.write_bytes(traffic)
    batches = registry.read(str(path), "auto", now, None)
    bring_in((make_ready(each, store.identity) for each in batches), store=store, now=now, on_bad=print)
    with here.store.together():
        pass
    assert seen(here.store, now) == seen(store, now)
    store.close()
    here.store.close()
