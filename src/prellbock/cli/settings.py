"""What commands that set something up share: settings as NAME=VALUE, and a secret that comes out of a file."""

from collections.abc import Iterable

import click


def named_values(pairs: Iterable[str], option: str) -> dict[str, str]:
    """The values by their names, from texts such as ``url=https://...``. Raises `click.BadParameter`."""
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair!r}: write NAME=VALUE", param_hint=option)
        values[name] = value
    return values


def secret_of(file: Iterable[str] | None) -> str | None:
    """What stands in a file, without space around it; None where none is named."""
    return None if file is None else "".join(file).strip()
