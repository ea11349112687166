"""What does the shield cost? Ingest with it, and what of that is the shield's: processor time per event."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from prellbock.bench import Figures
from prellbock.classify.classifier import Classifier
from prellbock.ingest import ingest, make_ready
from prellbock.simulate import traffic
from prellbock.simulate.world import Scenario, World
from prellbock.sources import ndjson
from prellbock.store.sqlite import store as shells
from prellbock.store.sqlite.guarding import Guarding

EVENTS, RECIPIENTS = 400_000, 400_000
TARGET_US = 1.0


class _Watch:
    """Adds up the processor time of functions, those that they call included, each only once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._inside = 0

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            self._inside += 1
            begin = process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self._inside -= 1
                if not self._inside:
                    self.seconds += process_time() - begin

        return run


def measured() -> Figures:
    """Microseconds of processor time per event: of the whole judging and storing, and of the shield in it."""
    import prellbock.pipeline as pipeline

    world = World(Scenario(responses=EVENTS, recipients=RECIPIENTS, days=7, seed=2))
    lines = b"".join(b"".join(batch) for batch in traffic.batches(world))
    watch = _Watch()
    places: list[tuple[Any, str]] = [
        (pipeline, "tally_of"), (pipeline, "shielded"), (shells, "shield"), (shells, "sort_out"),
        (Guarding, "_watch"), (Guarding, "_release"),
    ]  # fmt: skip
    kept = [getattr(place, name) for place, name in places]
    try:
        for (place, name), function in zip(places, kept, strict=True):
            setattr(place, name, watch.timed(function))
        with tempfile.TemporaryDirectory() as folder, shells.SqliteStore(Path(folder), create=True) as store:
            ready = [make_ready(batch, store.identity) for batch in _batches(lines)]
            classifier = Classifier.default()
            begin = process_time()
            ingest(ready, store=store, classifier=classifier, now=4e9, on_bad=lambda bad: None)
            whole = process_time() - begin
    finally:
        for (place, name), function in zip(places, kept, strict=True):
            setattr(place, name, function)
    return {
        "judging and storing": {"value": whole / EVENTS * 1e6, "unit": "us an event"},
        "of it the shield": {"value": watch.seconds / EVENTS * 1e6, "unit": "us an event", "target": TARGET_US,
                             "ratio": watch.seconds / whole, "of": "judging and storing"},
    }  # fmt: skip


def _batches(lines: bytes) -> Any:
    return ndjson.read(io.BytesIO(lines), "simulated", 4e9)
