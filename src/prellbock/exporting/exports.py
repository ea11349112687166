"""Setting up exports: what the command line and the API do alike."""

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from prellbock.exporting.places.directory import Directory
from prellbock.exporting.places.kinds import KINDS, settings_of
from prellbock.kinds import SettingError, check_shown
from prellbock.naming import missing, taken, wrong_name
from prellbock.scheduled import due_when_changed, next_due
from prellbock.store.exports import Export, Exports, Format, Mode, Options, What

MOST_ROWS = 100_000_000
AS_USUAL = Options()


class Place(msgspec.Struct, frozen=True):
    """Where the files go."""

    kind: str
    settings: Mapping[str, object]
    secret: str | None = None


def add(
    store: Exports, name: str, what: What, format_: Format, mode: Mode, to: Place, *, options: Options = AS_USUAL,
    schedule: str | None = None, anywhere: bool = False, now: float, actor: str,
) -> Export:  # fmt: skip
    """A new export, from the beginning. ``anywhere``: the directory may lie outside the data folder.

    Raises `SettingError`.
    """
    if wrong := wrong_name(name, "warehouse", dots=False):
        raise SettingError(wrong)
    for field, value, known in (("what", what, What), ("format", format_, Format), ("mode", mode, Mode)):
        if value not in get_args(known):
            raise SettingError(f"{field}: {str(value)[:40]!r} is none of {', '.join(get_args(known))}")
    _check_options(options)
    settings, secret = _checked(to, anywhere=anywhere, has_secret=False)
    export = Export(
        name=name, what=what, format=format_, mode=mode, options=options, kind=to.kind, settings=settings,
        schedule=schedule, due=next_due(schedule, now), created=now, creator=actor,
    )  # fmt: skip
    if not store.put_export(export, secret):
        raise SettingError(taken("export", name))
    return known_export(store, name)


def change(
    store: Exports, name: str, *, format_: Format | None = None, options: Options | None = None,
    to: Place | None = None, schedule: str | None = None, by_hand: bool = False, paused: bool | None = None,
    anywhere: bool = False, now: float,
) -> Export:  # fmt: skip
    """Sets what is named anew; the rest stays. ``by_hand``: without a schedule. Raises `SettingError`."""
    before = known_export(store, name)
    if format_ is not None and format_ not in get_args(Format):
        raise SettingError(f"format: {format_[:40]!r} is none of {', '.join(get_args(Format))}")
    options = before.options if options is None else options
    _check_options(options)
    settings, secret = dict(before.settings), None
    if to is not None:
        settings, secret = _checked(
            to, anywhere=anywhere, has_secret=before.has_secret and to.kind == before.kind, before=before
        )
    schedule = None if by_hand else before.schedule if schedule is None else schedule
    changed: Any = msgspec.structs.replace(
        before, format=format_ or before.format, options=options, kind=to.kind if to else before.kind,
        settings=settings, schedule=schedule, paused=before.paused if paused is None else paused,
        due=due_when_changed(before, schedule, paused, now),
    )  # fmt: skip
    store.change_export(changed, secret)
    return known_export(store, name)


def remove(store: Exports, name: str) -> None:
    """Takes an export away; its files stay. Raises `SettingError`."""
    if not store.remove_export(name):
        raise SettingError(missing("export", name))


def ask(store: Exports, name: str) -> Export:
    """Lets it run soon, paused or not. Raises `SettingError`."""
    if not store.ask_export(name):
        raise SettingError(missing("export", name))
    return known_export(store, name)


def known_export(store: Exports, name: str) -> Export:
    """Raises `SettingError` where there is none of this name."""
    if (found := store.export(name)) is None:
        raise SettingError(missing("export", name))
    return found


def _check_options(options: Options) -> None:
    if not 1 <= options.rows_per_file <= MOST_ROWS:
        raise SettingError(f"rows_per_file: 1 to {MOST_ROWS:,}")


def _checked(
    to: Place, *, anywhere: bool, has_secret: bool, before: Export | None = None
) -> tuple[dict[str, Any], bytes | None]:
    """Settings and secret. A directory outside the data folder is named on the machine itself alone."""
    found = settings_of(to.kind, to.settings)
    kept = before is not None and before.kind == to.kind and dict(before.settings) == msgspec.to_builtins(found)
    if isinstance(found, Directory) and found.path.startswith("/") and not anywhere and not kept:
        raise SettingError(
            "path: over HTTP a directory lies in `exports` of the data folder: leave the / at its beginning out, or "
            "set it up with `prellbock exports add` on the machine"
        )
    kind = KINDS[to.kind]
    secret = (to.secret or "").strip()
    if secret and kind.check_secret is None:
        raise SettingError(f"secret: {to.kind} has none")
    if secret and kind.check_secret is not None:
        kind.check_secret(secret)
    if kind.needs_secret and not secret and not has_secret:
        raise SettingError(f"the secret of {to.kind} is missing: a password or a private key")
    if has_secret and not secret and before is not None:
        check_shown(kind, before.settings, found)
    return msgspec.to_builtins(found), secret.encode() if secret else None
