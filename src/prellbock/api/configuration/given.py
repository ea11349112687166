"""A value of the configuration that was given, and how text becomes one."""

from difflib import get_close_matches
from pathlib import Path
from typing import get_origin

import msgspec

from prellbock.api.configuration.model import Key


class Given(msgspec.Struct, frozen=True):
    """A value that was given, and where."""

    value: object
    place: str
    is_text: bool
    """From the environment: text that has still to be understood."""


def converted(given: Given, key: Key) -> object:
    """The value as the key wants it. Raises `msgspec.ValidationError`."""
    value = _understood(str(given.value), key) if given.is_text else given.value
    return msgspec.convert(value, key.type, strict=not given.is_text)


def _understood(text: str, key: Key) -> object:
    """Text of the environment: lists and tables are JSON, or ``a,b`` and ``a=x,b=y``."""
    kind = get_origin(key.type.__origin__)
    if kind not in (list, dict):
        return text.strip()
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text
    words = [word.strip() for word in text.split(",") if word.strip()]
    if kind is list:
        return words
    return {name.strip(): value.strip() for name, _, value in (word.rpartition("=") for word in words)}


def plain(message: str, key: Key) -> str:
    """What msgspec says, without the path that stands before it; a secret is never repeated."""
    text, _, _ = message.partition(" - at ")
    return f"{text[0].lower()}{text[1:]} ({key.description.rstrip('.')})"


def hint(wrong: str, names: "set[str] | dict[str, Key]") -> str:
    """What may have been meant."""
    near = get_close_matches(wrong, [*names], 1)
    return f"; did you mean {near[0]}?" if near else "; `prellbock config reference` lists what there is"


def check_mode(file: Path, key: Key, mistakes: list[str]) -> None:
    """A file with a secret must be its owner's alone."""
    if key.is_secret and file.stat().st_mode & 0o077:
        mistakes.append(
            f"{file}: holds {key.path} and can be read by others: run `chmod 600 {file}`, or take the secret out"
        )


def secret_in(file: str, path: str, mistakes: list[str]) -> str | None:
    """What a file holds that the key ``path`` names."""
    try:
        secret = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        mistakes.append(f"{path}: {file} cannot be read ({what})")
        return None
    if not secret:
        mistakes.append(f"{path}: {file} is empty")
    return secret or None
