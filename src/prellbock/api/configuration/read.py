"""Reads the configuration: what is said on the command line beats the environment, that the file, that the defaults."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from prellbock.api.configuration import doors
from prellbock.api.configuration.given import Given, check_mode, converted, hint, plain, secret_in
from prellbock.api.configuration.model import DOORS, Configuration, Key, Oidc, keys
from prellbock.api.configuration.together import of_door, of_oidc, of_traces

FILE = "prellbock.toml"
"""Looked for in the data folder unless ``--config`` or ``PRELLBOCK_CONFIG`` names another file."""
VARIABLE = "PRELLBOCK_CONFIG"


class ConfigurationError(Exception):
    """The configuration cannot be used; ``mistakes`` says all that is wrong, each where it stands and what to do."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


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
    given_doors: doors.Tables = {}
    if file is not None:
        given.update(_from_file(file, known, given_doors, mistakes))
    given.update(_from_environment(environment, known, mistakes))
    doors.from_environment(environment, given_doors)
    given.update({path: Given(value, "the command line", False) for path, value in (said or {}).items()})
    sections: dict[str, dict[str, object]] = {}
    for path, each in given.items():
        key = known[path]
        try:
            sections.setdefault(key.section, {})[key.name] = converted(each, key)
        except msgspec.ValidationError as error:
            mistakes.append(f"{each.place}: {path}: {plain(str(error), key)}")
    opened = doors.doors_of(given_doors, file, mistakes)
    if mistakes:
        raise ConfigurationError(mistakes)
    configuration = msgspec.structs.replace(msgspec.convert(sections, Configuration), doors=opened)
    places = {path: each.place for path, each in given.items()}
    places |= {
        f"{DOORS}.{name}.{key}": each.place for name, table in given_doors.items() for key, each in table.items()
    }
    configuration = msgspec.structs.replace(configuration, oidc=_with_secret(configuration.oidc, mistakes))
    mistakes += [*of_oidc(configuration.oidc), *of_traces(configuration.traces)]
    mistakes += [what for name, door in opened.items() for what in of_door(name, door)]
    if mistakes:
        raise ConfigurationError(mistakes)
    return Read(configuration, places, file)


def found(data: Path, named: str | None, environment: Mapping[str, str]) -> Path | None:
    """The file that counts: the one that is named, else the one in the data folder, if there is one."""
    if name := named or environment.get(VARIABLE):
        return Path(name)
    return data / FILE if (data / FILE).is_file() else None


def _from_file(
    file: Path, known: dict[str, Key], tables: doors.Tables, mistakes: list[str]
) -> Iterator[tuple[str, Given]]:
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
    sections = {key.section for key in known.values()} | {DOORS}
    for section, values in content.items():
        if section == DOORS and isinstance(values, dict):
            tables.update(doors.from_file(file, values))
        elif section not in sections:
            mistakes.append(f"{file}: there is no section {section!r}{hint(section, sections)}")
        elif not isinstance(values, dict):
            mistakes.append(f"{file}: {section} is a section: write [{section}] and its keys below")
        else:
            for name, value in values.items():
                key = known.get(f"{section}.{name}")
                if key is None:
                    names = {each.name for each in known.values() if each.section == section}
                    mistakes.append(f"{file}: there is no key {section}.{name}{hint(name, names)}")
                    continue
                check_mode(file, key, mistakes)
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
            mistakes.append(f"environment {name}: there is no such key{hint(name, variables)}")


_OF_COMMANDS = {"PRELLBOCK_SERVE_DATA", "PRELLBOCK_SERVE_CONFIG"}
"""Options of `prellbock serve` that are no keys; click reads them from the environment."""


def _with_secret(oidc: Oidc, mistakes: list[str]) -> Oidc:
    """Puts what ``client_secret_file`` holds into ``client_secret``."""
    if oidc.client_secret_file is None:
        return oidc
    if oidc.client_secret is not None:
        mistakes.append("oidc.client_secret and oidc.client_secret_file exclude each other: take one away")
        return oidc
    secret = secret_in(oidc.client_secret_file, "oidc.client_secret_file", mistakes)
    return msgspec.structs.replace(oidc, client_secret=secret, client_secret_file=None) if secret else oidc


def of_process(data: Path, named: str | None, said: Mapping[str, object] | None = None) -> Read:
    """The configuration of this process. Raises `ConfigurationError`."""
    return read(found(data, named, os.environ), os.environ, said)
