"""Ids and families of templates hang on the texts alone: not on kills, restarts, order, cutting or duplicates."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import DEADLINE_SECONDS, Command

from prellbock.learn.families import Families, template_id
from prellbock.store.sqlite import SqliteStore
from prellbock.store.templates import Wanted

EVENTS = 30_000


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    command = Command(tmp_path_factory.mktemp("world"))
    words = ["--responses", str(EVENTS), "--recipients", "6000", "--days", "20", "--seed", "5", "--delivered", "0.6"]
    return command.run("simulate", *words).stdout.decode().splitlines(keepends=True)


def mined(data: Path) -> dict[str, tuple[int, str, str, int]]:
    """Every template, taken from the store as it lists them: stored key, id, family, responses."""
    with SqliteStore(data, read_only=True) as store:
        queued = [each for _, each in store.template_queue(Wanted(), after=None, most=EVENTS)]
    families = Families()
    for start in range(0, len(queued), 50):
        families.add(each.text for each in queued[start : start + 50])
    named = families.named()
    return {each.text: (each.key, template_id(each.text), named[each.text], each.count) for each in queued}


def killed_in_the_middle(command: Command, file: Path) -> bool:
    """Ingests until a part is stored, then kills; whether it was killed before its end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "prellbock", "--data", str(command.data), "ingest", str(file)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    database = command.data / "prellbock.sqlite3-wal"
    before = database.stat().st_size if database.exists() else 0
    deadline = time.monotonic() + DEADLINE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if database.exists() and database.stat().st_size > before:
            os.kill(process.pid, signal.SIGKILL)
            break
    return process.wait() == -signal.SIGKILL


def test_they_are_those_of_one_clean_run(lines: list[str], tmp_path: Path) -> None:
    straight, torn = Command(tmp_path / "straight"), Command(tmp_path / "torn")
    straight.run("ingest", "-", stdin="".join(lines))
    expected = mined(straight.data)
    assert len(expected) > 200
    assert len({family for _, _, family, _ in expected.values()}) < len(expected)

    chance = random.Random(7)
    kills = 0
    for number in range(3):
        mixed = [*lines, *lines[: EVENTS // 4]]
        chance.shuffle(mixed)
        file = tmp_path / f"{number}.ndjson"
        file.write_text("".join(mixed))
        kills += killed_in_the_middle(torn, file)
    assert kills
    rest = [*lines]
    chance.shuffle(rest)
    torn.run("ingest", "-", stdin="".join(rest))
    assert mined(torn.data) == expected
