"""How do our return paths look? ``return-paths.toml`` in the data folder says it, the command line adds to it.

patterns = ["bounces+{token}={local}={domain}@news.example"]
key_file = "return-path.key"   # beside this file, or an absolute path; without it nothing is verified
days = 30                      # how long a token is good
required = true                # a report without a token counts as forged
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from prellbock.sources.mail.ownership import Owner, PatternError, ReturnPaths
from prellbock.sources.mail.tokens import DAYS, KeyFileError, read_keys

FILE_NAME = "return-paths.toml"


class ReturnPathsError(ValueError):
    """The description of our return paths cannot be used; the message names the file and what is wrong."""


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """What stands in ``return-paths.toml``."""

    patterns: list[str] = []
    key_file: str | None = None
    days: int = DAYS
    required: bool = True


def read_settings(data: Path | None) -> Settings:
    """The settings of a data folder, empty ones where it has none. Raises `ReturnPathsError`."""
    path = data / FILE_NAME if data is not None else None
    if path is None or not path.is_file():
        return Settings()
    try:
        settings = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Settings)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ReturnPathsError(f"{path}: {error}") from error
    if settings.key_file is not None:
        settings.key_file = str(path.parent / settings.key_file)
    return settings


class OwnerInFolder:
    """Who knows our return paths, as the file in a data folder says now; a file that cannot be read leaves the last."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._made: tuple[float, int] | None = None
        self._owner: Owner | None = None

    def __call__(self, now: float) -> Owner | None:
        """Made anew each hour, and when the file has changed. Raises `ReturnPathsError` if there is none yet."""
        path = self._data / FILE_NAME
        made = (now // 3600.0, path.stat().st_mtime_ns if path.is_file() else 0)
        if made != self._made:
            try:
                self._owner, self._made = owner_of(self._data, (), None, now), made
            except ReturnPathsError:
                if self._made is None:
                    raise
        return self._owner


def owner_of(data: Path | None, patterns: Sequence[str], key_file: str | None, now: float) -> Owner | None:
    """Who knows our return paths; None where nothing is configured. Raises `ReturnPathsError`."""
    settings = read_settings(data)
    chosen = (*patterns, *settings.patterns)
    key_path = key_file or settings.key_file
    if not chosen and key_path is None:
        return None
    try:
        keys = read_keys(Path(key_path)) if key_path else ()
        if keys and not any("{token}" in pattern for pattern in chosen):
            raise ReturnPathsError("a key is given, but no pattern with {token}: add --verp 'b+{token}@news.example'")
        return Owner(ReturnPaths(patterns=chosen, keys=keys, days=settings.days, required=settings.required, now=now))
    except (PatternError, KeyFileError) as error:
        raise ReturnPathsError(str(error)) from error
    except OSError as error:
        raise ReturnPathsError(f"{error.filename}: {error.strerror}") from error
