"""Several doors at once, a thread each: opened again when they fail, with longer and longer pauses."""

import threading
from collections.abc import Callable, Mapping

from prellbock.doors.failing import DoorError
from prellbock.doors.keeper import Keeper
from prellbock.doors.order import FORMATS, opener
from prellbock.doors.settings import AnyDoor, kind_of
from prellbock.doors.state import Shown, State
from prellbock.doors.storing import Storing
from prellbock.store.errors import StoreError

PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds before a door that has failed is opened again; the last one goes on."""


class Running:
    """Doors by name. ``once``: each ends when there is nothing more for now, or when it fails.

    ``on_failure`` is told the door, what is wrong, and the exception where it is a mistake of ours.
    """

    def __init__(
        self,
        doors: Mapping[str, AnyDoor],
        storing: Storing,
        *,
        once: bool = False,
        on_failure: Callable[[str, str, BaseException | None], None],
    ) -> None:
        self._stopping = threading.Event()
        self._once, self._on_failure = once, on_failure
        self._storing = storing
        self._states = {name: State(name, kind_of(door), storing.clock()) for name, door in doors.items()}
        self._threads = [
            threading.Thread(target=self._work, args=(name, door), name=f"door {name}") for name, door in doors.items()
        ]

    def start(self) -> None:
        """Opens them."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Lets each end after what it is storing."""
        self._stopping.set()

    def join(self) -> None:
        """Waits for all."""
        for thread in self._threads:
            thread.join()

    def shown(self) -> list[Shown]:
        """How each of them is."""
        return [state.shown() for state in self._states.values()]

    def _work(self, name: str, door: AnyDoor) -> None:
        state, kind = self._states[name], kind_of(door)
        keeper = Keeper(
            name,
            kind,
            self._storing,
            state,
            stopping=self._stopping,
            once=self._once,
            format_=getattr(door, "format", FORMATS.get(kind, "auto")),
            stream=door.stream,
        )
        failures = 0
        while not self._stopping.is_set():
            arrivals = state.arrivals
            try:
                opener(kind)(door, keeper)
                state.closed(self._storing.clock())
                return
            except (DoorError, StoreError) as error:
                self._failed(state, str(error), None)
            except Exception as error:
                self._failed(state, f"a mistake of ours: {type(error).__name__}", error)
            if self._once:
                return
            failures = 0 if state.arrivals > arrivals else failures
            self._stopping.wait(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1

    def _failed(self, state: State, problem: str, error: BaseException | None) -> None:
        state.failed(problem, self._storing.clock())
        self._on_failure(state.name, problem, error)
