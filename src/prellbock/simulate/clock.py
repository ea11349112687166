"""Times of the simulated world as RFC 3339 text; formatting a million of them must cost next to nothing."""

from datetime import UTC, datetime

SECONDS = tuple(f"{second:02d}Z" for second in range(60))


class Clock(dict[int, str]):
    """Turns milliseconds since the start into text such as ``2026-01-05T07:12:33Z``.

    The dictionary maps minutes since the epoch to their text, made once each.
    """

    def __init__(self, start_second: int) -> None:
        super().__init__()
        self._start = start_second

    def __missing__(self, minute: int) -> str:
        if len(self) > 100_000:
            self.clear()
        self[minute] = text = datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:")
        return text

    def text(self, ms: int) -> str:
        """RFC 3339 in whole seconds (rounded down), UTC."""
        minute, second = divmod(self._start + ms // 1000, 60)
        return self[minute] + SECONDS[second]
