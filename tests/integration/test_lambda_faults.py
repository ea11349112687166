"""Every fault at once, through the real client of the Lambda runtime, against an AWS of moto that throttles.

Messages come twice and in any order, instances are killed, time runs out, requests are refused or their answers get
lost; in the end all is as if nothing had happened. `make long` has longer runs (`test_lambda_runtime.py`).
"""

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from cloud import BUCKET, Seen, lines, parts, seen, sqlite_of
from moto_installation import installation
from runtime import Runtime
from throttling import Throttling

from prellbock.functions.aws.clients import of_boto3
from prellbock.functions.aws.settings import Settings
from prellbock.functions.aws.wiring import wire
from prellbock.ingest import ingest as bring_in
from prellbock.ingest import make_ready
from prellbock.sources import registry

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
Json = dict[str, Any]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    with installation(monkeypatch) as said:
        yield said


@pytest.fixture
def throttled(environment: dict[str, str]) -> Iterator[Throttling]:
    made = Throttling(environment["AWS_ENDPOINT_URL"], 0.12, seed=5)
    yield made
    made.close()


def envelopes(traffic: bytes, size: int) -> list[Json]:
    messages = []
    for at, part in enumerate(parts(traffic, size)):
        boto3.client("s3").put_object(Bucket=BUCKET, Key=f"incoming/{at}.ndjson", Body=part)
        messages.append({"messageId": str(at), "body": json.dumps({"bucket": BUCKET, "key": f"incoming/{at}.ndjson"})})
    return messages


def undisturbed(traffic: bytes, secret: bytes, folder: Path, now: float) -> Seen:
    """The same stream through the command's store, in order and at once."""
    path = folder / "all.ndjson"
    path.write_bytes(traffic)
    store = sqlite_of(folder / "data", secret)
    batches = registry.read(str(path), "auto", now, None)
    bring_in((make_ready(each, store.identity) for each in batches), store=store, now=now, on_bad=print)
    found = seen(store, now)
    store.close()
    return found


@pytest.mark.parametrize("histories", ["items", "objects"])
def test_whatever_goes_wrong_the_end_is_the_same(
    histories: str, environment: dict[str, str], throttled: Throttling, tmp_path: Path
) -> None:
    chance, traffic, now = random.Random(8), lines(900, seed=12), time.time()
    messages = envelopes(traffic, 150)
    waiting = [*messages, *messages[::2]]
    chance.shuffle(waiting)
    kills = calls = 0
    disturbed = {**environment, "PRELLBOCK_HISTORIES": histories, "AWS_ENDPOINT_URL": throttled.url}
    with Runtime("prellbock.functions.aws.ingest.handler", disturbed) as function:
        # Too little time even to begin: all is handed back, and nothing has happened.
        answer = function.invoke({"Records": waiting[:3]}, seconds=10)
        assert answer == {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in waiting[:3]]}
        while waiting:
            calls += 1
            assert calls < 60
            some = waiting[: chance.randint(1, 3)]
            # Warm, an answer takes some tenths of a second.
            deadline = chance.uniform(0.05, 0.6) if calls % 2 and kills < 2 else None
            answer = function.invoke({"Records": some}, kill_after=deadline)
            kills += answer is None and deadline is not None
            failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]} if answer else None
            again = some if failed is None else [each for each in some if each["messageId"] in failed]
            waiting = [*waiting[len(some) :], *again]
    assert kills == 2
    assert min(throttled.said["refused"], throttled.said["lost"]) >= 5, throttled.said
    here = wire(Settings.of({**environment, "PRELLBOCK_HISTORIES": histories}), of_boto3())
    with here.store.together():
        pass
    found, expected = seen(here.store, now), undisturbed(traffic, here.secret, tmp_path, now)
    here.store.close()
    assert expected.withheld
    assert found == expected
