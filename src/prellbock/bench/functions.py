"""How many responses a second does one instance of `ingest` process, as large as one processor of Lambda?

The handler, its store and everything between them run for real, in one process; the services are in memory, and each
request waits for as long as AWS says that it takes (`prellbock.cost.traffic.WAITING`). The mix is that of `prellbock
cost`: 95 % delivered, 2 % of these to an open history. The rate is figured from the processor time of the instance,
with what it takes to stand for the services; what the clock says stands beside it. The yardstick is `json.loads` of the
same lines, timed before and after each call.
"""

import gc
import json
import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from prellbock.bench import Figures
from prellbock.collecting import BATCHES, settled
from prellbock.cost.measure import Histories, Rehearsal
from prellbock.cost.meter import Meter
from prellbock.cost.mix import PEAK, Mix, Peak
from prellbock.cost.traffic import WAITING

CALL = 100_000
"""Responses of a call: ten envelopes."""
ENVELOPE = 10_000
ROUNDS = 5
TARGET = 80_000
_KINDS: tuple[Histories, ...] = ("objects", "items")


class Waiting:
    """A service that takes its time."""

    def __init__(self, service: str, client: Any, meter: Meter) -> None:
        self._client = client
        known = WAITING.get(service)
        self._seconds = known.milliseconds / 1000 if known else 0.0

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        call = getattr(self._client, operation)

        def waited(**kwargs: Any) -> Any:
            time.sleep(self._seconds)
            return call(**kwargs)

        return waited


def run() -> Figures:
    """Both ways to keep histories; some minutes."""
    figures: Figures = {}
    for histories in _KINDS:
        figures |= measure(histories, CALL, ROUNDS)
    return figures


def measure(histories: Histories, events: int, rounds: int) -> Figures:
    """Calls of so many events each, after one that is not counted: an instance that is warm."""
    here = Rehearsal(histories, Waiting)
    peak = Peak(Mix(), events * (rounds + 1))
    before = sorted(peak.before, key=lambda event: str(event["time"]))
    here.take_in([json.dumps(event).encode() for event in before], PEAK - 3600, in_one=1_000_000)
    here.do("maintain")
    here.start()
    # As `prellbock.functions.aws.wiring.wired` does.
    settled(BATCHES)
    rates: list[float] = []
    by_clock: list[float] = []
    ratios: list[float] = []
    for number in range(rounds + 1):
        lines = peak.take(events)
        here.stream.clear()
        gc.collect()
        yardstick = _loads(lines)
        begin = time.perf_counter()
        taken = here.take_in(lines, PEAK + 60 * number, in_one=ENVELOPE).seconds
        clock = time.perf_counter() - begin
        yardstick = (yardstick + _loads(lines)) / 2
        if number:
            rates.append(events / taken)
            by_clock.append(events / clock)
            ratios.append(events / taken / yardstick)
    note = f"{rounds} calls from {min(rates):,.0f} to {max(rates):,.0f}; load {os.getloadavg()[0]:.1f}"
    return {
        f"{histories}: of one processor": {
            "value": median(rates), "unit": "responses/s", "target": TARGET, "note": note,
        },
        f"{histories}: beside json.loads": {
            "value": median(ratios), "unit": "x json.loads of the same lines",
        },
        f"{histories}: by the clock": {"value": median(by_clock), "unit": "responses/s"},
    }  # fmt: skip


def _loads(lines: list[bytes]) -> float:
    """Lines a second of processor."""
    begin = time.process_time()
    for line in lines:
        json.loads(line)
    return len(lines) / (time.process_time() - begin)
