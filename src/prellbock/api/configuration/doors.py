"""The tables ``[doors.NAME]``: each is one door, whose ``kind`` says which keys it has."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from prellbock.api.configuration.given import Given, check_mode, converted, hint, plain, secret_in
from prellbock.api.configuration.model import DOORS, Key, keys_of_door
from prellbock.doors.settings import KINDS, NAME, AnyDoor

Tables = dict[str, dict[str, Given]]
"""What was given of each door."""
_PREFIX = f"PRELLBOCK_{DOORS.upper()}_"
_NAMES = ", ".join(str(each.__struct_config__.tag) for each in KINDS)


def from_file(file: Path, values: Mapping[str, object]) -> Tables:
    """The tables of a file."""
    return {
        name: {key: Given(value, str(file), False) for key, value in table.items()}
        if isinstance(table, dict)
        else {"": Given(table, str(file), False)}
        for name, table in values.items()
    }


def from_environment(environment: Mapping[str, str], tables: Tables) -> None:
    """Adds what variables say of the doors: ``PRELLBOCK_DOORS_NAME_KEY``, in whose NAME ``_`` stands for ``-``."""
    every = sorted({field for kind in KINDS for field in kind.__struct_fields__} | {"kind"}, key=len, reverse=True)
    for variable, value in sorted(environment.items()):
        if variable.startswith(_PREFIX):
            rest = variable.removeprefix(_PREFIX).lower()
            key = next((each for each in every if rest.endswith(f"_{each}")), "")
            name = rest.removesuffix(f"_{key}").replace("_", "-")
            tables.setdefault(name, {})[key] = Given(value, f"environment {variable}", True)


def doors_of(tables: Tables, file: Path | None, mistakes: list[str]) -> dict[str, AnyDoor]:
    """The doors; what is wrong is added to ``mistakes``."""
    found: dict[str, AnyDoor] = {}
    for name, table in tables.items():
        before = len(mistakes)
        kind, keys = _kind(name, table, mistakes)
        values: dict[str, object] = {"kind": kind}
        for key, given in table.items():
            if key != "kind" and keys:
                _put(values, given, key, keys, mistakes)
                if file is not None and key in keys and given.place == str(file):
                    check_mode(file, keys[key], mistakes)
        _read_secrets(name, values, keys, mistakes)
        for each in keys.values():
            if each.is_required and each.name not in values and before == len(mistakes):
                mistakes.append(f"{each.path} is missing: {each.description}")
        if before == len(mistakes):
            found[name] = msgspec.convert(values, AnyDoor)
    return found


def _kind(name: str, table: dict[str, Given], mistakes: list[str]) -> tuple[str, dict[str, Key]]:
    place = next(iter(table.values())).place if table else DOORS
    if not NAME.fullmatch(name):
        mistakes.append(f"{place}: {DOORS}.{name}: a door is named by lower-case letters, digits and -")
    if "" in table:
        mistakes.append(f"{place}: {DOORS}.{name}: write a table [{DOORS}.{name}] with its kind, one of {_NAMES}")
        return "", {}
    kind = table.get("kind")
    keys = keys_of_door(str(kind.value), name) if kind else None
    if keys is None:
        given = "is missing" if kind is None else f"{str(kind.value)[:40]!r} is not known"
        mistakes.append(f"{place}: {DOORS}.{name}.kind {given}: write one of {_NAMES}")
        return "", {}
    return str(kind.value) if kind else "", {key.name: key for key in keys}


def _put(values: dict[str, object], given: Given, name: str, keys: dict[str, Key], mistakes: list[str]) -> None:
    if name not in keys:
        path = next(iter(keys.values())).section
        mistakes.append(f"{given.place}: there is no key {path}.{name}{hint(name, set(keys))}")
        return
    try:
        values[name] = converted(given, keys[name])
    except msgspec.ValidationError as error:
        mistakes.append(f"{given.place}: {keys[name].path}: {plain(str(error), keys[name])}")


def _read_secrets(name: str, values: dict[str, object], keys: dict[str, Key], mistakes: list[str]) -> None:
    """Puts what the file of a key ``X_file`` holds into the secret ``X``."""
    for key in keys.values():
        file = values.get(f"{key.name}_file")
        if not key.is_secret or file is None:
            continue
        path = f"{key.path}_file"
        if key.name in values:
            mistakes.append(f"{key.path} and {path} exclude each other: take one away")
        elif secret := secret_in(str(file), path, mistakes):
            values[key.name] = secret
