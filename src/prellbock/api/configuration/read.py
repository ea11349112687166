"""Reads the configuration: what is said on the command line beats the environment, that the file, that the defaults."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import get_origin

import msgspec

from prellbock.api.configuration.model import Configuration, Key, Oidc, keys
from prellbock.api.configuration.together import of_oidc, of_traces

FILE = "prellbock.toml"
"""Looked for in the data folder unless ``--config`` or ``PRELLBOCK_CONFIG`` names another file."""
VARIABLE = "PRELLBOCK_CONFIG"


class ConfigurationError(Exception):
    """The configuration cannot be used; ``mistakes`` says all that is wrong, each where it stands and what to do."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Given(msgspec.Struct, frozen=True):
    """A value that was given, and where."""

    value: object
    place: str
    is_text: bool
    """From the environment: text that has still to be understood."""


class Read(msgspec.Struct, frozen=True):
    """The configuration, and where each key that was given stands."""

    configuration: Configuration
    places: dict[str, str]
    file: Path | None


def read(file: Path | None, environment: Mapping[str, str], said: Mapping[str, object] | None = None) -> Read:
    """``said`` are keys of the command line, such as ``serve.port``. Raises `ConfigurationError`."""
    known = {key.path: key for key in keys()}
    mistakes: list[str] = []
    given: dict[str, Given] = {}
    if file is not None:
        given.update(_from_file(file, known, mistakes))
    given.update(_from_environment(environment, known, mistakes))
    given.update({path: Given(value, "the command line", False) for path, value in (said or {}).items()})
    sections: dict[str, dict[str, object]] = {}
    for path, each in given.items():
        key = known[path]
        try:
            value = _understood(str(each.value), key) if each.is_text else each.value
            sections.setdefault(key.section, {})[key.name] = msgspec.convert(value, key.type, strict=not each.is_text)
        except msgspec.ValidationError as error:
            mistakes.append(f"{each.place}: {path}: {_plain(str(error), key)}")
    if mistakes:
        raise ConfigurationError(mistakes)
    configuration = msgspec.convert(sections, Configuration)
    places = {path: each.place for path, each in given.items()}
    configuration = msgspec.structs.replace(configuration, oidc=_with_secret(configuration.oidc, mistakes))
    mistakes += [*of_oidc(configuration.oidc), *of_traces(configuration.traces)]
    if mistakes:
        raise ConfigurationError(mistakes)
    return Read(configuration, places, file)


def found(data: Path, named: str | None, environment: Mapping[str, str]) -> Path | None:
    """The file that counts: the one that is named, else the one in the data folder, if there is one."""
    if name := named or environment.get(VARIABLE):
        return Path(name)
    return data / FILE if (data / FILE).is_file() else None


def _from_file(file: Path, known: dict[str, Key], mistakes: list[str]) -> Iterator[tuple[str, Given]]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        mistakes.append(f"{file}: cannot be read ({error.strerror}): name another with --config")
        return
    except UnicodeDecodeError as error:
        mistakes.append(f"{file}: is not UTF-8 (octet {error.start}): write it as UTF-8")
        return
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{file}: is no TOML: {error}")
        return
    sections = {key.section for key in known.values()}
    for section, values in content.items():
        if section not in sections:
            mistakes.append(f"{file}: there is no section {section!r}{_hint(section, sections)}")
        elif not isinstance(values, dict):
            mistakes.append(f"{file}: {section} is a section: write [{section}] and its keys below")
        else:
            for name, value in values.items():
                key = known.get(f"{section}.{name}")
                if key is None:
                    names = {each.name for each in known.values() if each.section == section}
                    mistakes.append(f"{file}: there is no key {section}.{name}{_hint(name, names)}")
                    continue
                if key.is_secret and file.stat().st_mode & 0o077:
                    mistakes.append(
                        f"{file}: holds {key.path} and can be read by others: run `chmod 600 {file}`, or take the "
                        "secret out"
                    )
                yield key.path, Given(value, str(file), False)


def _from_environment(
    environment: Mapping[str, str], known: dict[str, Key], mistakes: list[str]
) -> Iterator[tuple[str, Given]]:
    variables = {key.variable: key for key in known.values()}
    prefixes = tuple({f"PRELLBOCK_{key.section.upper()}_" for key in known.values()})
    for name, value in sorted(environment.items()):
        if key := variables.get(name):
            yield key.path, Given(value, f"environment {name}", True)
        elif name.startswith(prefixes) and name not in _OF_COMMANDS:
            mistakes.append(f"environment {name}: there is no such key{_hint(name, variables)}")


_OF_COMMANDS = {"PRELLBOCK_SERVE_DATA", "PRELLBOCK_SERVE_CONFIG"}
"""Options of `prellbock serve` that are no keys; click reads them from the environment."""


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


def _plain(message: str, key: Key) -> str:
    """What msgspec says, without the path that stands before it; a secret is never repeated."""
    text, _, _ = message.partition(" - at ")
    return f"{text[0].lower()}{text[1:]} ({key.description.rstrip('.')})"


def _hint(wrong: str, names: "set[str] | dict[str, Key]") -> str:
    near = get_close_matches(wrong, [*names], 1)
    return f"; did you mean {near[0]}?" if near else "; `prellbock config reference` lists what there is"


def _with_secret(oidc: Oidc, mistakes: list[str]) -> Oidc:
    """Puts what ``client_secret_file`` holds into ``client_secret``."""
    if oidc.client_secret_file is None:
        return oidc
    if oidc.client_secret is not None:
        mistakes.append("oidc.client_secret and oidc.client_secret_file exclude each other: take one away")
        return oidc
    try:
        secret = Path(oidc.client_secret_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        mistakes.append(f"oidc.client_secret_file: {oidc.client_secret_file} cannot be read ({what})")
        return oidc
    if not secret:
        mistakes.append(f"oidc.client_secret_file: {oidc.client_secret_file} is empty")
        return oidc
    return msgspec.structs.replace(oidc, client_secret=secret, client_secret_file=None)


def of_process(data: Path, named: str | None, said: Mapping[str, object] | None = None) -> Read:
    """The configuration of this process. Raises `ConfigurationError`."""
    return read(found(data, named, os.environ), os.environ, said)
