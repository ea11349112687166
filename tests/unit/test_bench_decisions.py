"""The measurement of decisions: small worlds, and what the figures mean."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from prellbock.bench.decisions import cost, run
from prellbock.bench.decisions.happened import Event, happened
from prellbock.bench.decisions.obeyed import follow, score_of
from prellbock.history.failures import DAY, Failure
from prellbock.history.policy import DEFAULT, preset, presets
from prellbock.simulate.world import Scenario, World
from prellbock.simulate.world import State as Truth


@pytest.fixture(scope="module")
def world() -> World:
    return World(Scenario(responses=8_000, recipients=400, days=90, seed=3))


def failing(world: World, *days: float, stream: str = "newsletter") -> list[Event]:
    """A recipient to whom a message fails for good on each of these days of the world."""
    events = []
    for number, day in enumerate(days):
        time = world.start_second + day * DAY
        failure = Failure(time=time, event=number, message=number * 2, category="unknown_recipient", permanent=True)
        events.append(Event(time, number, stream, stream == "newsletter", failure, False))
    return events


def test_everything_of_whoever_failed_is_there_in_the_order_of_time(world: World) -> None:
    found = dict(happened(world))
    assert found
    for events in found.values():
        assert any(event.failure is not None for event in events)
        assert [event.time for event in events] == sorted(event.time for event in events)


def test_somebody_alive_who_is_called_dead_counts_as_suppressed_and_withheld(world: World) -> None:
    alive = int((world.state == Truth.ALIVE).argmax())
    score = score_of(world, DEFAULT)
    follow(score, world, alive, failing(world, 10, 18), DEFAULT)
    assert (score.suppressed_alive, score.suppressed_wrongly) == (1, 1)
    assert score.withheld_days == pytest.approx(7 + (90 - 18))
    assert (score.dead_found, score.mails_to_dead) == (0, 0)


def test_mail_that_the_policy_withholds_is_not_sent(world: World) -> None:
    alive = int((world.state == Truth.ALIVE).argmax())
    score = score_of(world, DEFAULT)
    state = follow(score, world, alive, failing(world, 10, 12, 13), DEFAULT)
    assert state.failures.newest == world.start_second + 10 * DAY
    assert score.suppressed_alive == 0
    # Mail that the recipient needs goes out during a pause.
    state = follow(score, world, alive, failing(world, 10, 12, stream="order"), DEFAULT)
    assert state.failures.newest == world.start_second + 12 * DAY


def test_the_dead_are_found_or_missed_by_the_third_failed_mail(world: World) -> None:
    dead = int(((world.state == Truth.DEAD) & (world.since == 0) & (world.until > world.end)).argmax())
    for policy, found in ((DEFAULT, 1), (preset("csa-3"), 1), (preset("salesforce"), 0)):
        score = score_of(world, policy)
        follow(score, world, dead, failing(world, 1, 9, 11, 12), policy)
        assert (score.dead_found, score.dead_missed) == (found, 1 - found), policy.name
        assert score.suppressed_alive == score.withheld_days == 0


def test_a_small_run_with_its_page(tmp_path: Path) -> None:
    figures = run(300, tmp_path)
    assert {f"{name} dead found" for name in presets()} <= figures.keys()
    page = (tmp_path / "decisions.md").read_text()
    assert all(f"`{name}`" in page for name in presets())
    picture = ET.fromstring((tmp_path / "decisions.svg").read_text())
    assert picture.tag.endswith("svg")


@pytest.mark.parametrize("category", ["unknown_recipient", "mailbox_full", "recipient_refused"])
def test_a_history_of_years_stays_small(category: str) -> None:
    assert cost.octets(cost.failing_daily(1000, category)) <= 400
    assert cost.octets(cost.failing_daily(1000, category, ("newsletter", "order", "shipping", "account"))) <= 400
