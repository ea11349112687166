"""The same stream through the command, the server and the cloud functions ends in the same statuses."""

import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from cloud import NOW, Cloud, Context, Seen, lines, parts, seen
from processes import Server

from prellbock.functions.aws import ingest, schedule
from prellbock.store.sqlite import SqliteStore


@pytest.fixture(scope="module")
def traffic() -> bytes:
    return lines(6000, seed=23)


@pytest.fixture(scope="module")
def by_command(traffic: bytes, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("command") / "data"
    command = [sys.executable, "-m", "prellbock", "ingest", "--data", str(folder), "-"]
    subprocess.run(command, input=traffic, check=True, capture_output=True)
    found = _seen(folder)
    assert len(found.withheld) > 20
    assert len(found.feed) > 20
    return found


def test_the_server_in_small_bodies_some_twice(traffic: bytes, by_command: Seen, tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    try:
        bodies = [*parts(traffic, 700)]
        for body in (*bodies, *bodies[::3]):
            answer = server.client.post("/v1/events", content=body, headers={"content-type": "application/x-ndjson"})
            assert answer.status_code == 200, answer.text
    finally:
        server.stop()
    assert _seen(tmp_path / "data") == by_command


@pytest.mark.parametrize("histories", ["items", "objects"])
def test_the_functions_each_call_in_an_instance_of_its_own(
    histories: Literal["items", "objects"], traffic: bytes, by_command: Seen
) -> None:
    cloud = Cloud(histories)
    messages = [cloud.put(f"{at}.ndjson", part) for at, part in enumerate(parts(traffic, 900))]
    for begin in range(0, len(messages), 2):
        event = {"Records": [*messages[begin : begin + 2], messages[begin]]}
        assert ingest.handle(event, Context(), cloud.wire()) == {"batchItemFailures": []}
        cloud.wire().store.fold(least=2)
    for task in ("settle", "maintain", "fold"):
        schedule.handle({"task": task}, None, cloud.wire())
    here = cloud.wire()
    assert seen(here.store, NOW) == by_command
    here.store.close()


def _seen(folder: Path) -> Seen:
    with SqliteStore(folder) as store:
        store.settle(NOW)
        return seen(store, NOW)
