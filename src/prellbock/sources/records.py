"""What `record.finish` does, for many events at once: a check looks at a column instead of each event."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from prellbock.addresses import canonical_many
from prellbock.events import DeliveryEvent
from prellbock.sources.record import (
    BRACKETS,
    FEEDBACK,
    FUTURE_SECONDS,
    RecordError,
    check_codes,
    check_meta,
    finish,
    instant,
)


def finish_many(events: Sequence[DeliveryEvent], now: float) -> dict[int, RecordError]:
    """What `instant` and `finish` do to each event; gives the errors of those that are refused, by their place.

    An event that is not ordinary goes through these two by itself.
    """
    seconds = _instants([event.time for event in events])
    recipients = [event.recipient or "" for event in events]
    names: list[str | None] = [*canonical_many(recipients)]
    odd = {
        *np.flatnonzero(~(seconds <= now + FUTURE_SECONDS)).tolist(),
        *(() if all(names) else [place for place, name in enumerate(names) if not name]),
        *_with_odd_codes(events),
        *_with_odd_meta(events),
    }
    times = seconds.tolist()
    errors: dict[int, RecordError] = {}
    for place in sorted(odd):
        event = events[place]
        try:
            event.time = instant(event.time)
            finish(event, now)
        except RecordError as error:
            errors[place] = error
        times[place], names[place] = event.time, event.recipient
    if names != recipients:
        for event, name in zip(events, names, strict=True):
            event.recipient = name
    message_ids = [event.message_id for event in events]
    for event, time, message_id in zip(events, times, message_ids, strict=True):
        event.time = time
        if message_id and message_id[0] == "<":
            event.message_id = message_id.strip(BRACKETS)
    return errors


def _instants(times: Sequence[float | str | None]) -> NDArray[np.float64]:
    """What `instant` gives for each; not a number where it refuses."""
    if {*map(type, times)} != {float}:
        return np.array([*map(_instant_or_nan, times)], dtype=np.float64)
    seconds = np.array(times, dtype=np.float64)
    seconds[~((seconds > 0.0) & (seconds < 1e11))] = np.nan
    return np.floor(seconds * 1000 + 0.5) / 1000


def _instant_or_nan(time: float | str | None) -> float:
    try:
        return instant(time)
    except RecordError:
        return float("nan")


def _with_odd_codes(events: Sequence[DeliveryEvent]) -> Iterator[int]:
    """Where codes are refused, or the outcome is still to be told."""
    kinds = {(event.status, event.smtp_code, event.attempt, event.outcome) for event in events}
    odd = {kind for kind in kinds if not _is_ordinary(*kind)}
    if odd:
        for place, event in enumerate(events):
            if (event.status, event.smtp_code, event.attempt, event.outcome) in odd:
                yield place


def _is_ordinary(status: str | None, smtp_code: int | None, attempt: int | None, outcome: str | None) -> bool:
    try:
        check_codes(status, smtp_code, attempt)
    except RecordError:
        return False
    return outcome is not None and outcome not in FEEDBACK


def _with_odd_meta(events: Sequence[DeliveryEvent]) -> Iterator[int]:
    """Where there is ``meta``, unless all of it passes."""
    metas = [event.meta for event in events if event.meta is not None]
    if metas:
        try:
            check_meta(metas)
        except RecordError:
            yield from (place for place, event in enumerate(events) if event.meta is not None)
