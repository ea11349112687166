"""What happens to whom in a simulated world? Of everybody whose mail ever failed by their own fault, every event."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from prellbock.classify.classifier import Classifier
from prellbock.history.cells import TOUCHING
from prellbock.history.failures import Failure
from prellbock.simulate import traffic
from prellbock.simulate.attempts import Step
from prellbock.simulate.dice import I64
from prellbock.simulate.lines import MOST_STEPS, STREAMS, Sent, Writer
from prellbock.simulate.world import World
from prellbock.sources import ndjson

_TOLD = 4096
"""Events that are classified together."""


class Event(NamedTuple):
    """One event of one message; the order is that of time. ``time`` is Unix seconds."""

    time: float
    message: int
    stream: str
    marketing: bool
    failure: Failure | None
    """None: delivered, or put off, or failed by the fault of others."""
    delivered: bool


class _Recorder(Writer):
    """Keeps events instead of writing lines: plain deliveries as columns, everything else as it would be written."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._start = world.start_second
        self._classifier = Classifier.default()
        self._lines: list[bytes] = []
        self._about: list[tuple[int, int, int, int]] = []
        self.columns: list[tuple[I64, I64, I64, I64]] = []
        self.told: dict[int, list[Event]] = {}
        """Recipient → events that are no plain deliveries."""

    def delivered(self, sent: Sent) -> list[bytes]:
        self.columns.append((sent.recipients, sent.times, sent.numbers, sent.streams))
        return [b""] * len(sent.times)

    def step(self, number: int, position: int, recipient: int, stream: int, campaign: str, step: Step) -> bytes:
        if step.outcome == "delivered":
            self._add(recipient, self._event(step.time, number, stream, None, delivered=True))
        elif step.outcome == "bounced":
            self._lines.append(super().step(number, position, recipient, stream, campaign, step))
            self._about.append((number, position, recipient, stream))
            if len(self._lines) >= _TOLD:
                self.judge()
        elif step.outcome == "deferred":
            self._add(recipient, self._event(step.time, number, stream, None, delivered=False))
        return b""

    def judge(self) -> None:
        """Classifies what has been held back."""
        events = ndjson.decode(b"".join(self._lines), "simulated", 4e9).events
        for (number, position, recipient, stream), event, verdict in zip(
            self._about, events, self._classifier.classify_many(events), strict=True
        ):
            assert event.time is not None
            failure = None
            if verdict.category in TOUCHING:
                failure = Failure(
                    time=event.time, event=number * MOST_STEPS + position, message=number * 2,
                    category=verdict.category, permanent=verdict.permanent, stream=event.stream,
                    provider=verdict.provider,
                )  # fmt: skip
            said = STREAMS[stream]
            self._add(recipient, Event(event.time, number, said.name, said.marketing, failure, False))
        self._lines.clear()
        self._about.clear()

    def _event(self, milliseconds: int, number: int, stream: int, failure: Failure | None, *, delivered: bool) -> Event:
        said = STREAMS[stream]
        # Whole seconds, as the lines have them.
        return Event(self._start + milliseconds // 1000, number, said.name, said.marketing, failure, delivered)

    def _add(self, recipient: int, event: Event) -> None:
        self.told.setdefault(recipient, []).append(event)


def happened(world: World) -> Iterator[tuple[int, list[Event]]]:
    """Per recipient with a failure of its own making all its events, in the order of time."""
    recorder = _Recorder(world)
    for _ in traffic.batches(world, recorder):
        pass
    recorder.judge()
    wanted = {who: told for who, told in recorder.told.items() if any(event.failure is not None for event in told)}
    recorder.told.clear()
    chosen = np.zeros(world.size, dtype=np.bool_)
    chosen[list(wanted)] = True
    for recipients, times, numbers, streams in recorder.columns:
        here = np.flatnonzero(chosen[recipients])
        for who, time, number, stream in zip(
            recipients[here].tolist(), times[here].tolist(), numbers[here].tolist(), streams[here].tolist(), strict=True
        ):
            wanted[who].append(recorder._event(time, number, stream, None, delivered=True))
    recorder.columns.clear()
    for who in sorted(wanted):
        yield who, sorted(wanted[who], key=lambda event: (event.time, event.message))
