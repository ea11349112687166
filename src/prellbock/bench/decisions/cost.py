"""What does a history cost? Octets as stored, and processor time for judging one more event."""

from collections.abc import Iterable, Sequence
from time import process_time

from prellbock.bench.decisions.happened import Event
from prellbock.history.failures import DAY, Failure
from prellbock.history.judge import scoped, standing
from prellbock.history.policy import DEFAULT, Policy
from prellbock.history.recipient import State, decode_state, encode_state

T0 = 1_767_600_000.0
LONG = 300
"""Days of a long history of daily failures."""
_COPIES = 2000
_ROUNDS = 5


def remembered(events: Iterable[Event]) -> State:
    """The history that all of these events leave, whoever would have withheld the mail."""
    state = State()
    accepted = []
    for event in events:
        if event.failure is not None:
            state.add_failure(event.failure)
        elif event.delivered:
            accepted.append((event.time, event.message * 2))
    state.add_deliveries(accepted)
    return state


def octets(state: State) -> int:
    """The size of a history as it is stored."""
    return len(encode_state(state))


def failing_daily(days: int, category: str, streams: Sequence[str] = ("newsletter",)) -> State:
    """A recipient to whom mail of these streams fails on every day."""
    state = State()
    for day in range(days):
        for number, stream in enumerate(streams):
            state.add_failure(_failure(day, category, number, stream))
    return state


def _failure(day: int, category: str, number: int = 0, stream: str = "newsletter") -> Failure:
    key = day * 8 + number
    return Failure(
        time=T0 + day * DAY + number * 60, event=key << 20, message=key * 2, category=category, permanent=True,
        stream=stream, provider="google",
    )  # fmt: skip


def seconds(state: State, failure: Failure, policy: Policy = DEFAULT) -> tuple[float, float]:
    """Processor seconds for one more failure and its judgement, and for the delivery after it, best of some rounds."""
    stored = encode_state(state)
    best = [1.0, 1.0]
    for _ in range(_ROUNDS):
        states = [decode_state(stored) for _ in range(_COPIES)]
        begin = process_time()
        for each in states:
            each.add_failure(failure)
            standing(each, policy)
            scoped(each, policy)
        middle = process_time()
        for each in states:
            each.add_delivery(failure.time + 5)
            standing(each, policy)
            scoped(each, policy)
        best = [min(best[0], middle - begin), min(best[1], process_time() - middle)]
    return best[0] / _COPIES, best[1] / _COPIES


def of_long_history(category: str) -> tuple[float, float]:
    """`seconds` for a recipient that has failed on `LONG` days."""
    return seconds(failing_daily(LONG, category), _failure(LONG, category))


def of_world(histories: Sequence[list[Event]]) -> tuple[float, float]:
    """`seconds` in a simulated world: the mean over the last failures of some recipients."""
    found: list[tuple[float, float]] = []
    for events in histories[: 40 * 25 : 25]:
        last = max(index for index, event in enumerate(events) if event.failure is not None)
        failure = events[last].failure
        assert failure is not None
        found.append(seconds(remembered(events[:last]), failure))
    return sum(f for f, _ in found) / len(found), sum(d for _, d in found) / len(found)
