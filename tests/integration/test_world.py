"""A simulated world, judged: whom does the suppression list hold, and who were they in truth?"""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from prellbock.history.policy import DEFAULT
from prellbock.sources.record import instant
from prellbock.store.contract import Withheld
from prellbock.store.sqlite import SqliteStore

PRELLBOCK = [sys.executable, "-m", "prellbock"]
START = instant("2026-01-05T00:00:00Z")
DAYS = 60
END = START + DAYS * 86400

Truth = dict[str, list[tuple[float, float, str]]]
World = tuple[SqliteStore, Truth, Path]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    events, truth = folder / "events.ndjson", folder / "truth.ndjson"
    size = ["--responses", "120000", "--recipients", "9000", "--days", str(DAYS), "--delivered", "0.93", "--seed", "8"]
    with events.open("wb") as out:
        subprocess.run([*PRELLBOCK, "simulate", *size, "--truth", str(truth)], stdout=out, check=True)
    subprocess.run([*PRELLBOCK, "--data", str(folder / "data"), "ingest", str(events)], check=True)
    lives: Truth = {}
    for line in truth.read_bytes().splitlines():
        part = orjson.loads(line)
        until = instant(part["until"]) if part["until"] else float("inf")
        lives.setdefault(part["recipient"], []).append((instant(part["from"]), until, part["state"]))
    return SqliteStore(folder / "data"), lives, events


def state_at(lives: Truth, address: str, moment: float) -> str:
    return next(state for begin, until, state in lives[address] if begin <= moment < until)


def withheld(store: SqliteStore, status: str) -> dict[str, Withheld]:
    lines = store.withheld(END, DEFAULT)
    return {
        line.address or "": line for line in lines if line.status == status and not (line.address or "").startswith("@")
    }


def test_nobody_alive_is_suppressed(world: World) -> None:
    store, lives, _ = world
    suppressed = withheld(store, "suppressed")
    assert len(suppressed) > 100
    wrong = [address for address, line in suppressed.items() if state_at(lives, address, line.since or 0) == "alive"]
    assert wrong == []


def test_a_pause_is_for_the_dead_and_the_full(world: World) -> None:
    store, lives, _ = world
    paused = withheld(store, "paused")
    assert paused
    wrong = [address for address, line in paused.items() if state_at(lives, address, line.since or 0) == "alive"]
    assert wrong == []


def test_who_is_dead_and_was_told_so_twice_is_suppressed(world: World) -> None:
    """By the definition: two messages refused at once, a day apart, after death."""
    store, lives, events = world
    refused: dict[str, list[float]] = {}
    for line in events.read_bytes().splitlines():
        event = orjson.loads(line)
        if event["outcome"] == "bounced" and event.get("stage") == "rcpt" and event["attempt"] == 1:
            refused.setdefault(event["recipient"], []).append(instant(event["time"]))
    due = {
        address
        for address, times in refused.items()
        if lives[address][-1][2] == "dead"
        and len(late := [t for t in times if t >= lives[address][-1][0]]) > 1
        and late[-1] - late[0] >= 2 * 86400
    }
    assert len(due) > 100
    missed = due - {*withheld(store, "suppressed")}
    assert len(missed) <= len(due) * 0.05, sorted(missed)[:10]


def test_counts_are_those_of_the_stream(world: World) -> None:
    store, _, events = world
    outcomes: dict[str, int] = {}
    for line in events.read_bytes().splitlines():
        outcome = orjson.loads(line)["outcome"]
        outcomes[f"events_{outcome}"] = outcomes.get(f"events_{outcome}", 0) + 1
    assert {name: count for name, count in store.totals().items() if name.startswith("events_")} == outcomes
