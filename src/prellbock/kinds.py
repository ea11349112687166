"""What all kinds of destinations and of places for exports have: settings, a secret, and words for what is wrong."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

import msgspec


class SettingError(ValueError):
    """Something cannot be set up so; the message says what to do."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind."""

    name: str
    title: str
    settings: type[msgspec.Struct]
    check: Callable[[Any], None] = lambda settings: None
    """Raises `SettingError` for settings that cannot be used."""
    secret: str = ""
    """What the secret is, for who sets it up."""
    check_secret: Callable[[str], object] | None = lambda secret: None
    """Raises `SettingError` for a secret that cannot be one; None where there is none."""
    needs_secret: bool = False
    shown_to: tuple[str, ...] = ()
    """Settings that say to whom the secret is shown: who changes one gives the secret again."""
    library: str | None = None
    """The module that must be installed."""
    extra: str | None = None
    """What brings it, where that has another name than the kind."""


def settings_of(kinds: Mapping[str, Kind], kind: str, settings: Mapping[str, object]) -> msgspec.Struct:
    """Checked settings; values may be texts. Raises `SettingError`."""
    if (known := kinds.get(kind)) is None:
        raise SettingError(f"kind {kind[:40]!r} is not known: choose one of {', '.join(kinds)}")
    if known.library is not None and find_spec(known.library) is None:
        raise SettingError(f"{kind} needs a library: pip install 'prellbock[{known.extra or kind}]'")
    try:
        found: msgspec.Struct = msgspec.convert(dict(settings), known.settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingError(f"{_said(error)}; {kind} knows {', '.join(known.settings.__struct_fields__)}") from None
    known.check(found)
    return found


def _said(error: msgspec.ValidationError) -> str:
    """The setting first, and what it may be."""
    wrong, _, path = str(error).partition(" - at `$.")
    if not path:
        return wrong
    return f"{path.rstrip('`')}: {'write true or false' if 'Expected `bool`' in wrong else wrong}"


def check_shown(kind: Kind, before: Mapping[str, object], after: msgspec.Struct) -> None:
    """Raises `SettingError` where a stored secret would be shown to others than before.

    Else whoever may change settings could have it shown to a server of theirs.
    """
    for each in kind.shown_to:
        if before.get(each) != msgspec.to_builtins(getattr(after, each)):
            raise SettingError(f"{each}: give the secret again, because it would be shown to others than before")
