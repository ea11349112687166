"""What commands that set something up share: settings as NAME=VALUE, and a secret that comes out of a file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from prellbock.kinds import SettingError


class SettingUp(click.Group):
    """Commands that set something up: what cannot be set up so ends with its sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingError as error:
            raise click.ClickException(str(error)) from error


def named_values(pairs: Iterable[str], option: str) -> dict[str, str]:
    """The values by their names, from texts such as ``url=https://...``. Raises `click.BadParameter`.

    ``ca=@FILE`` takes what stands in a file.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair!r}: write NAME=VALUE", param_hint=option)
        values[name] = _read(value[1:], option) if name == "ca" and value.startswith("@") else value
    return values


def _read(path: str, option: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"{path}: {error}", param_hint=option) from error


def secret_of(file: Iterable[str] | None) -> str | None:
    """What stands in a file, without space around it; None where none is named."""
    return None if file is None else "".join(file).strip()
