"""What every place does."""

from pathlib import Path
from types import TracebackType
from typing import Protocol, Self


class Place(Protocol):
    """A place that is open. A file stands there whole or not at all. Every call raises `PlaceError`."""

    @property
    def staging(self) -> Path | None:
        """The folder in which files are to be written first; None: any."""
        ...

    def put(self, path: Path, name: str) -> None:
        """Makes a local file stand durably under a name, in place of what stood there; the local one may vanish."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...
