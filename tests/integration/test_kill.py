"""SIGKILL at any moment loses no acknowledged event and counts none twice."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from prellbock.history.policy import DEFAULT
from prellbock.store.sqlite import SqliteStore

PRELLBOCK = [sys.executable, "-m", "prellbock"]
EVENTS = 80_000
DEADLINE_SECONDS = 120.0


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stream") / "events.ndjson"
    options = ["--responses", str(EVENTS), "--recipients", "9000", "--days", "20", "--seed", "3", "--delivered", "0.9"]
    with path.open("wb") as out:
        subprocess.run([*PRELLBOCK, "simulate", *options], stdout=out, check=True)
    return path


def ingest(data: Path, stream: Path) -> dict[str, int]:
    done = subprocess.run([*PRELLBOCK, "--data", str(data), "ingest", str(stream)], capture_output=True, check=True)
    counts: dict[str, int] = orjson.loads(done.stdout.splitlines()[-1])
    return counts


def batches(data: Path) -> int:
    """How many batches are recorded as done; 0 while there is no store."""
    try:
        with sqlite3.connect(f"{(data / 'prellbock.sqlite3').absolute().as_uri()}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM batches").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def contents(data: Path) -> dict[str, object]:
    """Everything that must be the same on every way to it."""
    with SqliteStore(data) as store:
        withheld = sorted(
            (w.address or "", w.status, w.scope, w.since, w.until, w.category) for w in store.withheld(0.0, DEFAULT)
        )
        totals = {k: v for k, v in store.totals().items() if k.startswith("events_")}
        causes = store.by_category()
    with sqlite3.connect(data / "prellbock.sqlite3") as db:
        templates = db.execute("SELECT text, count FROM templates ORDER BY text").fetchall()
        (check,) = db.execute("PRAGMA integrity_check").fetchone()
        (double,) = db.execute("SELECT count(*) - count(DISTINCT key) FROM events").fetchone()
    return {"withheld": withheld, "totals": totals, "causes": causes, "templates": templates, "check": check,
            "double": double}  # fmt: skip


def test_killed_again_and_again_the_end_is_the_same(stream: Path, tmp_path: Path) -> None:
    straight, killed = tmp_path / "straight", tmp_path / "killed"
    counts = ingest(straight, stream)
    assert counts["new"] == EVENTS
    rng = random.Random(11)
    deadline = time.monotonic() + DEADLINE_SECONDS
    kills = 0
    for target in (0, 0, 1, 1, 2, 3, 4, 5):
        process = subprocess.Popen(
            [*PRELLBOCK, "--data", str(killed), "ingest", str(stream)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        patience = rng.uniform(0.0, 0.4)
        reached = None
        while process.poll() is None and time.monotonic() < deadline:
            if reached is None and batches(killed) >= target:
                reached = time.monotonic()
            if reached is not None and time.monotonic() - reached >= patience:
                os.kill(process.pid, signal.SIGKILL)
                kills += process.wait() == -signal.SIGKILL
    assert kills >= 4
    again = ingest(killed, stream)
    assert again["new"] + again["duplicate"] == EVENTS
    assert contents(killed) == contents(straight)
    final = ingest(killed, stream)
    assert (final["new"], final["duplicate"]) == (0, EVENTS)
    assert contents(killed) == contents(straight)


def test_any_order_duplication_and_cutting_ends_in_the_same(stream: Path, tmp_path: Path) -> None:
    straight, tangled = tmp_path / "straight", tmp_path / "tangled"
    ingest(straight, stream)
    lines = stream.read_bytes().splitlines(keepends=True)
    rng = random.Random(5)
    lines += rng.sample(lines, len(lines) // 10)
    rng.shuffle(lines)
    for number, begin in enumerate(range(0, len(lines), 30_000)):
        part = tmp_path / f"part{number}.ndjson"
        part.write_bytes(b"".join(lines[begin : begin + 30_000]))
        ingest(tangled, part)
    assert contents(tangled) == contents(straight)
