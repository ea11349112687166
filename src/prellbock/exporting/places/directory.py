"""A directory of this machine, or one that is mounted."""

import errno
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from prellbock.exporting.errors import PlaceError
from prellbock.kinds import SettingError

_WORDS = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "the quota is used up: free some space",
    errno.EACCES: "no permission: let this user write there",
    errno.EPERM: "no permission: let this user write there",
    errno.EROFS: "it is read-only: mount it so that it can be written",
    errno.ENOENT: "it is missing: make it, or mount it",
    errno.ENOTDIR: "it is no directory",
}


class Directory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files beside each other."""

    path: str
    """Absolute (only from the command line), or relative to ``exports`` in the data folder, which is made."""


def check(settings: Directory) -> None:
    """Raises `SettingError`."""
    if not settings.path or "\0" in settings.path:
        raise SettingError("path: name a directory")
    if not Path(settings.path).is_absolute() and ".." in Path(settings.path).parts:
        raise SettingError("path: .. leads out of the data folder; name a directory in it, or an absolute one")


class DirectoryPlace:
    """See `prellbock.exporting.places.place.Place`."""

    def __init__(self, settings: Directory, secret: str | None, data: Path) -> None:
        self._path = data / "exports" / settings.path
        self._own = not Path(settings.path).is_absolute()

    @property
    def staging(self) -> Path:
        """Beside the files, so that a rename is enough."""
        return self._path

    def __enter__(self) -> Self:
        try:
            if self._own:
                self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.scandir(self._path).close()
        except OSError as error:
            raise PlaceError(in_words(error, self._path)) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        return

    def put(self, path: Path, name: str) -> None:
        """See `prellbock.exporting.places.place.Place.put`."""
        try:
            path.replace(self._path / name)
            folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise PlaceError(in_words(error, self._path)) from error


def in_words(error: OSError, path: Path) -> str:
    """What to do about a directory that cannot be written."""
    return f"{path} cannot be written: {_WORDS.get(error.errno or 0, error.strerror or str(error))}"
