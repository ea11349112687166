"""Nothing is lost and nothing is counted twice, wherever a function dies, is throttled, or works at the same time."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from cloud import NOW, Cloud, Context, Seen, lines, parts, seen, withholding
from msgspec.structs import replace

from prellbock.functions.aws import ingest, publish
from prellbock.functions.aws.wiring import Wired, wire
from prellbock.store.dynamodb import clients, lease
from prellbock.store.dynamodb.memory import ServiceError


class Killed(BaseException):
    """The process is gone: nobody catches this."""


class Disturbed:
    """A client whose calls are disturbed: before or after they have worked."""

    def __init__(self, client: Any, disturb: Callable[[str, bool], None]) -> None:
        self._client, self._disturb = client, disturb

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._client, name)

        def disturbed(**kwargs: Any) -> Any:
            self._disturb(name, False)
            answer = call(**kwargs)
            self._disturb(name, True)
            return answer

        return disturbed


@pytest.fixture(autouse=True)
def nobody_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "LONGEST_PAUSE", 0.0)


@pytest.fixture(params=["items", "objects"])
def cloud(request: pytest.FixtureRequest) -> Cloud:
    """Nothing has come in; recipients are to lie in items of the table, or in objects."""
    return Cloud(request.param)


@pytest.fixture(scope="module")
def envelopes() -> list[bytes]:
    return list(parts(lines(600, seed=3), 100))


def instance(cloud: Cloud, disturb: Callable[[str, bool], None] = lambda name, after: None) -> Wired:
    """A fresh instance with disturbed clients."""
    here = cloud.wire()
    disturbed: Any = {"s3": Disturbed(cloud.s3, disturb), "dynamodb": Disturbed(cloud.dynamodb, disturb)}
    return wire(here.settings, replace(here.clients, **disturbed), clock=lambda: cloud.now, sleep=cloud.sleep)


def end_of(cloud: Cloud) -> Seen:
    """What the store says, after the next writer has done what was left; and what went out agrees with it."""
    here = cloud.wire()
    cloud.now += 2 * lease.SECONDS
    with here.store.together():
        pass
    found = seen(here.store, NOW)
    assert publish.handle({"Records": cloud.records}, None, cloud.wire()) == {"batchItemFailures": []}
    told: dict[int, tuple[str, str, str]] = {}
    for each in cloud.events:
        change = (each["address"], each["scope"], each["status"])
        # What is told twice says the same.
        assert told.setdefault(each["seq"], change) == change
    assert withholding(told[seq] for seq in sorted(told)) == found.feed
    return found


def undisturbed(envelopes: list[bytes]) -> Seen:
    cloud = Cloud()
    for at, part in enumerate(envelopes):
        ingest.handle({"Records": [cloud.put(f"{at}.ndjson", part)]}, Context(), cloud.wire())
    return end_of(cloud)


@pytest.fixture(scope="module")
def expected(envelopes: list[bytes]) -> Seen:
    found = undisturbed(envelopes)
    assert found.withheld
    return found


@pytest.mark.parametrize("stride", [11, pytest.param(1, marks=pytest.mark.long)])
def test_killed_at_every_call_and_done_again(cloud: Cloud, stride: int, envelopes: list[bytes], expected: Seen) -> None:
    """Each envelope is killed at its first call, then at its second, and so on, until it comes through."""
    kills = 0
    for at, part in enumerate(envelopes):
        event = {"Records": [cloud.put(f"{at}.ndjson", part)]}
        for step in range(at % stride, 10_000, stride):
            calls = 0

            def kill(name: str, after: bool, step: int = step) -> None:
                nonlocal calls
                calls += 1
                if calls > step:
                    raise Killed

            try:
                here = instance(cloud, kill)
                assert ingest.handle(event, Context(), here) == {"batchItemFailures": []}
                here.store.fold(least=2)
            except Killed:
                kills += 1
                cloud.now += 2 * lease.SECONDS
                continue
            break
    assert kills > 100 / stride
    assert end_of(cloud) == expected


@pytest.mark.parametrize("code", ["ThrottlingException", "SlowDown", "503"])
def test_throttled_calls_are_made_again(cloud: Cloud, code: str, envelopes: list[bytes], expected: Seen) -> None:
    chance = random.Random(1)

    def throttle(name: str, after: bool) -> None:
        # Of an answer that was lost nobody knows whether the request has worked.
        if chance.random() < 0.25:
            raise ServiceError(code, name)

    for at, part in enumerate(envelopes):
        event = {"Records": [cloud.put(f"{at}.ndjson", part)]}
        while not _comes_through(event, instance(cloud, throttle)):
            cloud.now += 2 * lease.SECONDS
    assert end_of(cloud) == expected


def _comes_through(event: dict[str, Any], here: Wired) -> bool:
    try:
        if ingest.handle(event, Context(), here)["batchItemFailures"]:
            return False
        here.store.fold(least=2)
        return True
    except ServiceError:
        # Lambda tells the queue that all messages are to come again.
        return False


def test_duplicates_in_any_order_and_grouping(cloud: Cloud, envelopes: list[bytes], expected: Seen) -> None:
    chance = random.Random(2)
    messages = [cloud.put(f"{at}.ndjson", part) for at, part in enumerate(envelopes)]
    queue = messages * 3
    chance.shuffle(queue)
    while queue:
        size = chance.randint(1, 5)
        ingest.handle({"Records": queue[:size]}, Context(), cloud.wire())
        cloud.wire().store.fold(least=2)
        del queue[:size]
    assert end_of(cloud) == expected


@pytest.mark.parametrize("asleep_at", [5, 17, 29, 41])
def test_a_writer_that_slept_over_its_lease_changes_nothing(
    cloud: Cloud, asleep_at: int, envelopes: list[bytes], expected: Seen
) -> None:
    """While one function sleeps in the middle of its work, others do all of it, its own envelope included."""
    first, *rest = [cloud.put(f"{at}.ndjson", part) for at, part in enumerate(envelopes)]
    calls = 0
    has_slept = False

    def sleep(name: str, after: bool) -> None:
        nonlocal calls, has_slept
        calls += 1
        if calls == asleep_at and not has_slept:
            has_slept = True
            cloud.now += 2 * lease.SECONDS
            for message in (rest[0], first, *rest[1:]):
                assert ingest.handle({"Records": [message]}, Context(), cloud.wire()) == {"batchItemFailures": []}
                cloud.wire().store.fold(least=3)

    answer = ingest.handle({"Records": [first]}, Context(), instance(cloud, sleep))
    if answer["batchItemFailures"]:
        ingest.handle({"Records": [first]}, Context(), cloud.wire())
    for message in rest:
        ingest.handle({"Records": [message]}, Context(), cloud.wire())
    assert end_of(cloud) == expected
