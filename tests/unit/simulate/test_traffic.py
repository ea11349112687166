"""The promises of the simulation, tested on its output alone: events here, truth there."""

from collections import Counter, defaultdict
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prellbock.addresses import canonical
from prellbock.events import DeliveryEvent
from prellbock.providers import provider_of
from prellbock.simulate import truth
from prellbock.simulate.outages import Outage
from prellbock.simulate.traffic import events
from prellbock.simulate.world import DAY, Scenario, World

Event = dict[str, Any]
OUTAGE = Outage("google", DAY + 9 * 3600, DAY + 9 * 3600 + 24_060)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.fixture(scope="module")
def world() -> World:
    return World(Scenario(responses=40_000, delivered=0.9, seed=11, outages=(OUTAGE,)))


@pytest.fixture(scope="module")
def stream(world: World) -> list[Event]:
    return [orjson.loads(line) for line in events(world)]


@pytest.fixture(scope="module")
def fates(world: World) -> dict[str, list[tuple[str, float, float]]]:
    found: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for line in truth.lines(world):
        fate = orjson.loads(line)
        until = _seconds(fate["until"]) if fate["until"] else float("inf")
        found[fate["recipient"]].append((fate["state"], _seconds(fate["from"]), until))
    return found


def _state(fates: dict[str, list[tuple[str, float, float]]], event: Event) -> str:
    when = _seconds(event["time"])
    (state,) = {state for state, begin, until in fates[event["recipient"]] if begin <= when < until}
    return state


def test_the_same_seed_gives_the_same_bytes_everywhere() -> None:
    # A change of this digest changes every recorded simulation: say so in the changelog.
    scenario = Scenario(responses=3_000, delivered=0.9, seed=42, days=10, outages=(Outage("gmx", 3600, 90_000),))
    lines = sha256(b"".join(events(World(scenario)))).hexdigest()[:16]
    told = sha256(b"".join(truth.lines(World(scenario)))).hexdigest()[:16]
    assert (lines, told) == ("72c886e20559a0a9", "bc023cf4e2ba4304")


def test_another_seed_gives_another_world() -> None:
    first = set(events(World(Scenario(responses=500, seed=1))))
    assert not first & set(events(World(Scenario(responses=500, seed=2))))


@pytest.mark.parametrize("delivered", [0.0, 0.05, 0.3, 0.5, 0.8, 0.95, 0.99, 1.0])
def test_the_share_delivered_comes_out(delivered: float) -> None:
    outcomes = Counter(
        orjson.loads(line)["outcome"] for line in events(World(Scenario(responses=10_000, delivered=delivered, seed=3)))
    )
    assert outcomes["delivered"] / outcomes.total() == pytest.approx(delivered, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 400), st.floats(0, 1), st.integers(0, 2**32), st.integers(1, 9), st.integers(1, 300) | st.none())
def test_exactly_as_many_events_as_wanted(n: int, delivered: float, seed: int, days: int, size: int | None) -> None:
    scenario = Scenario(responses=n, delivered=delivered, seed=seed, days=days, recipients=size)
    lines = list(events(World(scenario)))
    found = [msgspec.json.decode(line, type=_Strict) for line in lines]
    assert len(found) == n
    assert all(line.endswith(b"}\n") and line.count(b"\n") == 1 for line in lines)
    assert [event.time for event in found] == sorted(event.time for event in found)


class _Strict(DeliveryEvent, kw_only=True, forbid_unknown_fields=True):
    """Every field of an event is one of the contract; the time is still text here."""

    time: str = ""  # type: ignore[assignment]


def test_ids_are_unique_and_addresses_canonical(stream: list[Event]) -> None:
    assert len({event["id"] for event in stream}) == len(stream)
    assert all(canonical(event["recipient"]) == event["recipient"] for event in stream)


def test_lines_are_as_long_as_real_ones() -> None:
    lines = list(events(World(Scenario(responses=20_000))))
    assert 300 <= sum(map(len, lines)) / len(lines) <= 350


def test_the_dead_get_nothing_unless_their_server_takes_everything(
    world: World, stream: list[Event], fates: dict[str, list[tuple[str, float, float]]]
) -> None:
    takes_everything = {world.address(r) for r in range(world.size) if world.accepts_all(r)}
    gone = [event for event in stream if _state(fates, event) in ("dead", "moved")]
    assert len(gone) > 100
    for event in gone:
        assert event["outcome"] != "delivered" or event["recipient"] in takes_everything, event


def test_the_living_are_called_unknown_in_an_outage_only(
    stream: list[Event], fates: dict[str, list[tuple[str, float, float]]]
) -> None:
    begin = _seconds("2026-01-05T00:00:00Z") + OUTAGE.begin
    end = begin + OUTAGE.end - OUTAGE.begin
    called = 0
    for event in stream:
        google = provider_of(event.get("mx"), event["recipient"]) == "google"
        during = google and begin <= _seconds(event["time"]) < end and event["outcome"] in ("delivered", "bounced")
        unknown = event.get("status") == "5.1.1" and event["outcome"] == "bounced"
        if unknown and _state(fates, event) == "alive":
            assert during, event
            called += 1
        if during and event["outcome"] == "delivered":
            pytest.fail(f"delivered during the outage: {event}")
    assert called > 100


def test_the_living_fail_too(stream: list[Event], fates: dict[str, list[tuple[str, float, float]]]) -> None:
    refused = [
        e for e in stream if e["outcome"] == "bounced" and e.get("status") != "5.1.1" and _state(fates, e) == "alive"
    ]
    assert len(refused) > 200


def test_retries_are_one_message_with_rising_attempts(stream: list[Event]) -> None:
    messages: dict[str, list[Event]] = defaultdict(list)
    for event in stream:
        messages[event["message_id"]].append(event)
    retried = 0
    for story in messages.values():
        assert len({(e["recipient"], e["stream"], e["campaign"], e["sender"]) for e in story}) == 1
        attempts = [event["attempt"] for event in story if event["outcome"] == "deferred"]
        assert attempts == list(range(1, len(attempts) + 1))
        assert sum(event["outcome"] == "delivered" for event in story) <= 1
        if attempts and story[-1]["outcome"] == "delivered":
            retried += 1
            assert story[-1]["attempt"] == attempts[-1] + 1
    assert retried > 100


def test_some_bounces_come_after_the_delivery_some_of_them_days_later(stream: list[Event]) -> None:
    delivered = {event["message_id"]: _seconds(event["time"]) for event in stream if event["outcome"] == "delivered"}
    late = [
        _seconds(event["time"]) - delivered[event["message_id"]]
        for event in stream
        if event["outcome"] == "bounced" and event["message_id"] in delivered
    ]
    assert len(late) > 30
    assert min(late) > 0
    assert max(late) > DAY


def test_a_campaign_mails_nobody_twice(stream: list[Event]) -> None:
    mailed: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for event in stream:
        if event["stream"] == "newsletter":
            mailed[event["campaign"]][event["recipient"]].add(event["message_id"])
    assert len(mailed) > 5
    assert all(len(messages) == 1 for recipients in mailed.values() for messages in recipients.values())


def test_every_kind_of_event_occurs(stream: list[Event]) -> None:
    outcomes = Counter(event["outcome"] for event in stream)
    assert set(outcomes) == {"delivered", "deferred", "bounced", "complaint", "unsubscribe", "auto_reply"}
    assert {event["stream"] for event in stream} >= {"newsletter", "order", "shipping", "password-reset"}
    assert any("last transfail" in event.get("response", "") for event in stream)
    assert any("smtp_code" not in event and event["outcome"] == "deferred" for event in stream)


def test_the_truth_has_no_gaps(world: World, fates: dict[str, list[tuple[str, float, float]]]) -> None:
    assert len(fates) == world.size
    for states in fates.values():
        assert states[0][1] == world.start_second
        assert states[-1][2] == float("inf")
        assert all(one[2] == following[1] for one, following in pairwise(states))
    assert {state for states in fates.values() for state, _, _ in states} == {"alive", "dead", "full", "moved"}
