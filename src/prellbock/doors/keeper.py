"""What a door works with: it hands over what came in, knows where it stood, and learns when it has to end."""

import threading
from collections import Counter
from collections.abc import Sequence
from typing import BinaryIO

from prellbock.doors.arrival import Arrival, Taken
from prellbock.doors.state import State
from prellbock.doors.storing import Storing
from prellbock.store.following import Reached


class Keeper:
    """One door's. ``once``: the door ends when there is nothing more for now. ``stopping`` is set when it has to end.

    ``format_`` is that of what comes in, ``stream`` the stream of events that name none.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        storing: Storing,
        state: State,
        *,
        stopping: threading.Event,
        once: bool = False,
        format_: str = "auto",
        stream: str | None = None,
    ) -> None:
        self.label = f"{kind}:{name}"
        self.storing, self.state, self.stopping, self.once = storing, state, stopping, once
        self._format, self._stream = format_, stream

    def take(self, arrivals: Sequence[Arrival]) -> Taken:
        """Stores all for good. Raises `StoreError`: then all of it has to come again, which changes nothing."""
        return self._counted(self.storing.take(self.label, arrivals, self._format, self._stream))

    def take_file(self, content: BinaryIO, place: str, kept: float) -> Taken:
        """The same for one large thing, which is read while it is recorded."""
        return self._counted(
            self.storing.take_file(self.label, content, place, kept, self._format, self._stream)
        )  # fmt: skip

    @property
    def position(self) -> str | None:
        """Where the door stood when this was last told; None at its first time."""
        return self.storing.position_of(self.label)

    def reach(self, position: str) -> None:
        """Notes where the door stands, without anything that came in."""
        self.storing.reach(Reached(self.label, position))

    def opened(self, at: str | None = None) -> None:
        """To be told whenever the door has found everything as it should be; ``at`` is where it listens."""
        self.state.opened(self.storing.clock(), at)

    def failed(self, problem: str) -> None:
        """To be told where the door goes on by itself after something went wrong."""
        self.state.failed(problem, self.storing.clock())

    def wait(self, seconds: float) -> bool:
        """Waits, less where the door has to end; False if it has to."""
        return not self.stopping.wait(seconds)

    def _counted(self, taken: Taken) -> Taken:
        self.state.took(Counter(taken.counts), len(taken.fates), self.storing.clock())
        return taken
