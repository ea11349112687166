"""How fast does input get into the store, and does the memory stay flat? The whole command, beside `json.loads`.

The input is what `prellbock simulate` writes: 95 % delivered, 1 million recipients, about 330 octets an event. The
yardstick is `json.loads` of a part of the same lines, timed before, between and after the runs.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from prellbock.bench import Figures

RECIPIENTS = 1_000_000
ROUNDS = 3
_YARDSTICK_LINES = 100_000
_PAGE = os.sysconf("SC_PAGE_SIZE")


def run() -> Figures:
    """1 million events, new and then once more; takes about a minute. Rates are events per second on two cores."""
    return measure(1_000_000, ROUNDS)


def run_long() -> Figures:
    """10 million events, once: whether memory and rate hold. Takes some minutes and 7 GB of disk."""
    return measure(10_000_000, 1)


def measure(events: int, rounds: int) -> Figures:
    """Brings simulated events into fresh stores; ``memory`` is of all processes of the command together."""
    with tempfile.TemporaryDirectory() as folder:
        stream = Path(folder) / "events.ndjson"
        command = [sys.executable, "-m", "prellbock"]
        size = ["--responses", str(events), "--recipients", str(RECIPIENTS), "--delivered", "0.95", "--seed", "1"]
        with stream.open("wb") as out:
            subprocess.run([*command, "simulate", *size], stdout=out, check=True)
        with stream.open("rb") as file:
            lines = [file.readline() for _ in range(min(events, _YARDSTICK_LINES))]
        yardstick = [_loads(lines)]
        fresh: list[float] = []
        memory: list[tuple[float, int]] = []
        for number in range(rounds):
            data = Path(folder) / f"data{number}"
            taken, memory = _watched([*command, "--data", str(data), "ingest", str(stream)])
            fresh.append(events / taken)
            yardstick.append(_loads(lines))
        again, _ = _watched([*command, "--data", str(data), "ingest", str(stream)])
        yardstick.append(_loads(lines))
        stored = sum(path.stat().st_size for path in data.iterdir())

    loads = median(yardstick)
    halfway = memory[-1][0] / 2
    early = max((octets for at, octets in memory if at <= halfway), default=0)
    late = max((octets for at, octets in memory if at > halfway), default=0)
    return {
        "json_loads": {"value": loads, "unit": "events/s"},
        "octets_per_event": {"value": sum(map(len, lines)) / len(lines), "unit": "octets"},
        "ingest": {"value": median(fresh), "unit": "events/s", "ratio": median(fresh) / loads, "of": "json_loads"},
        "ingest_again": {"value": events / again, "unit": "events/s", "ratio": events / again / loads,
                         "of": "json_loads"},
        "memory": {"value": max(early, late) / 1e6, "unit": "MB"},
        "memory_second_half": {"value": late / 1e6, "unit": "MB", "ratio": late / max(early, 1),
                               "of": "memory of the first half"},
        "stored_per_event": {"value": stored / events, "unit": "octets"},
    }  # fmt: skip


def _loads(lines: list[bytes]) -> float:
    """Lines per second that `json.loads` reads."""
    begin = time.perf_counter()
    for line in lines:
        json.loads(line)
    return len(lines) / (time.perf_counter() - begin)


def _watched(command: list[str]) -> tuple[float, list[tuple[float, int]]]:
    """Runs a command; its seconds, and the memory (resident octets, of it and its children) over time."""
    samples: list[tuple[float, int]] = []
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while True:
        try:
            status = process.wait(0.1)
            break
        except subprocess.TimeoutExpired:
            samples.append((time.perf_counter() - begin, _resident(process.pid)))
    taken = time.perf_counter() - begin
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with exit code {status}")
    return taken, samples or [(taken, 0)]


def _resident(pid: int) -> int:
    """Resident octets of a process and its children (Linux: proc(5))."""
    try:
        octets = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return octets + sum(_resident(int(child)) for child in children)
