"""The configuration for people: what holds and why, an example to begin with, and the page of the reference."""

import json
import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import Any, get_args, get_origin

import msgspec

from prellbock.api.configuration.model import DOORS, Configuration, Key, keys, keys_of_door
from prellbock.api.configuration.read import Read
from prellbock.doors.settings import KINDS, kind_of

MASK = "********"


def held(read: Read) -> Iterator[dict[str, object]]:
    """A record a key: ``key, value, from``; secrets are masked."""
    for key in keys():
        value: Any = getattr(getattr(read.configuration, key.section), key.name)
        yield {
            "key": key.path,
            "value": MASK if key.is_secret and value else msgspec.to_builtins(value),
            "from": read.places.get(key.path, "default"),
        }
    for name, door in read.configuration.doors.items():
        for key in keys_of_door(kind_of(door), name) or []:
            value = getattr(door, key.name)
            yield {
                "key": key.path,
                "value": MASK if key.is_secret and value else msgspec.to_builtins(value),
                "from": read.places.get(key.path, "default"),
            }


def example() -> str:
    """A file with every key, commented out, at its default."""
    lines = ["# Prellbock; `prellbock config check` says what is wrong with it. Every key is optional."]
    for section, group in groupby(keys(), key=lambda key: key.section):
        lines += ["", f"[{section}]"]
        for key in group:
            lines += textwrap.wrap(key.description, 100, initial_indent="# ", subsequent_indent="# ")
            lines.append(f"# {key.name} = {_toml(key.default, _type(key.type))}")
    lines += ["", "## Doors, each a table with a name that you choose."]
    for kind in KINDS:
        tag = str(kind.__struct_config__.tag)
        lines += ["##", f"## [{DOORS}.my-{tag}]", f'## kind = "{tag}"']
        lines += [f"## {key.name} = {_toml(key.default, _type(key.type))}" for key in keys_of_door(tag) or []]
    return "\n".join(lines) + "\n"


def reference() -> str:
    """``docs/reference/configuration.md``."""
    parts = [_INTRODUCTION]
    for section, group in groupby(keys(), key=lambda key: key.section):
        about = next(each.type.__doc__ for each in msgspec.structs.fields(Configuration) if each.name == section)
        parts.append(f"## {section}\n\n{about}\n\n| key | variable | type | default | |\n|---|---|---|---|---|\n")
        parts[-1] += "\n".join(_row(key) for key in group) + "\n"
    parts.append(_ABOUT_DOORS)
    for kind in KINDS:
        tag = str(kind.__struct_config__.tag)
        parts.append(
            f'### kind = "{tag}"\n\n{kind.__doc__}\n\n| key | variable | type | default | |\n|---|---|---|---|---|\n'
        )
        parts[-1] += "\n".join(_row(key) for key in keys_of_door(tag) or []) + "\n"
    return "\n".join(parts)


_INTRODUCTION = """# Configuration

`prellbock serve` takes what it may choose from, the first that says something winning:

1. the command line: `--host`, `--port`
2. the environment: the variables below
3. a TOML file: the one that `--config` or `PRELLBOCK_CONFIG` names, else `prellbock.toml` in the data folder
4. the defaults

Lists stand in the environment as JSON (`["a", "b"]`) or `a,b`, tables as JSON or `a=x,b=y`. An unknown key, also a
variable that begins like these, is refused with a hint. `prellbock config check` says all that is wrong, `prellbock
config show` what holds and where it stands (secrets masked), `prellbock config example` prints a file to begin with.
Every start of the server checks the same. Where everything is stored is no key: `--data` or `PRELLBOCK_DATA` says it.

A secret may stand in the environment, in the file (which then nobody else may read: mode 0600), or in a file of its own
that the key ending in `_file` names.

This page is the output of `prellbock config reference`.
"""


_ABOUT_DOORS = """## doors

Doors that the server opens itself, each a table of its own, such as `[doors.bounces]`; its key `kind` says what it is.
Names are lower-case letters, digits and `-`; in variables `_` stands for `-`. What they do stands in
[doors](doors.md).
"""


def _row(key: Key) -> str:
    default = (
        ""
        if key.default is None or key.is_required
        else f"`{json.dumps(msgspec.to_builtins(key.default), ensure_ascii=False)}`"
    )
    about = key.description.replace("|", "\\|") + (" **Secret.**" if key.is_secret else "")
    about += " **Required.**" if key.is_required else ""
    return f"| `{key.name}` | `{key.variable}` | {_type(key.type)} | {default} | {about} |"


def _type(kind: Any) -> str:
    if hasattr(kind, "__metadata__"):
        return _type(kind.__origin__)
    arguments = [each for each in get_args(kind) if each is not type(None)]
    if get_origin(kind) in (list, dict):
        return "list" if get_origin(kind) is list else "table"
    if arguments and all(isinstance(each, str) for each in arguments):
        return ", ".join(arguments)
    if arguments:
        return _type(arguments[0])
    return {str: "text", int: "whole number", float: "number", bool: "true, false"}[kind]


def _toml(value: object, kind: str) -> str:
    if value is None or value is msgspec.NODEFAULT:
        return '""' if kind == "text" else f'"{kind.partition(",")[0]}"'
    if isinstance(value, dict):
        return "{}"
    return json.dumps(msgspec.to_builtins(value))
