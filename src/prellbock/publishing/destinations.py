"""Setting up where decisions go: what the command line and the API do alike."""

import re
from collections.abc import Mapping
from typing import get_args

import msgspec

from prellbock.history.standing import Status
from prellbock.publishing.kinds import KINDS, Kind, SettingError, settings_of
from prellbock.store.destinations import Destination, DestinationState, Publishes, Wanted
from prellbock.taxonomy import CATEGORIES

HELD_SECONDS = 86_400.0
"""For so long the secret before a new one signs as well, unless told otherwise."""
MOST_HELD_SECONDS = 30 * 86_400.0

MOST_DAYS = 3650
"""Of ``keep_days``."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


def add(
    store: Publishes, kind: str, name: str, settings: Mapping[str, object], *, wanted: Wanted, secret: str | None,
    from_the_beginning: bool = False, keep_days: float | None = None, now: float, actor: str,
) -> tuple[Destination, str | None]:  # fmt: skip
    """A new destination, and the secret that was made for it, to be shown this once.

    It gets what is decided from now on, or everything in the ledger. Raises `SettingError`.
    """
    found = settings_of(kind, settings)
    known = KINDS[kind]
    if not _NAME.fullmatch(name):
        raise SettingError("name: lower-case letters, digits, - _ and . are allowed, 1 to 64 of them, such as crm")
    _check_wanted(wanted)
    _check_days(keep_days)
    made, kept = _secret(known, found, secret)
    destination = Destination(
        name=name, kind=kind, settings=msgspec.to_builtins(found), wanted=wanted,
        cursor=0 if from_the_beginning else store.cursor(), created=now, creator=actor,
        keep_days=keep_days or None,
    )  # fmt: skip
    if not store.put_destination(destination, kept):
        raise SettingError(f"there is a destination {name} already: choose another name, or remove that one")
    return known_destination(store, name), made


def change(
    store: Publishes, name: str, *, settings: Mapping[str, object] | None = None, wanted: Wanted | None = None,
    state: DestinationState | None = None, reason: str | None = None, keep_days: float | None = None,
) -> Destination:  # fmt: skip
    """Sets what is named anew; the rest stays (``keep_days`` 0: send all, however old). Raises `SettingError`."""
    before = known_destination(store, name)
    found = settings_of(before.kind, before.settings if settings is None else settings)
    wanted = before.wanted if wanted is None else wanted
    _check_wanted(wanted)
    _check_days(keep_days)
    keep = before.keep_days if keep_days is None else keep_days or None
    after = before.state if state is None else state
    why = reason if state is not None else before.why
    store.change_destination(name, msgspec.to_builtins(found), wanted, after, None if after == "active" else why, keep)
    return known_destination(store, name)


def renew(store: Publishes, name: str, secret: str | None, *, now: float, held: float = HELD_SECONDS) -> str | None:
    """A new secret; those before it sign as well for ``held`` seconds. Returns what was made. Raises `SettingError`."""
    destination = known_destination(store, name)
    if not 0 <= held <= MOST_HELD_SECONDS:
        raise SettingError(f"the old secret may hold for 0 to {MOST_HELD_SECONDS / 86_400:.0f} days")
    known = KINDS[destination.kind]
    made, kept = _secret(known, settings_of(destination.kind, destination.settings), secret)
    if kept is None:
        raise SettingError(f"destinations of the kind {destination.kind} have no secret")
    store.add_destination_secret(name, kept, now, now + held)
    return made


def remove(store: Publishes, name: str) -> None:
    """Takes a destination away. Raises `SettingError`."""
    if not store.remove_destination(name):
        raise _missing(name)


def known_destination(store: Publishes, name: str) -> Destination:
    """Raises `SettingError` where there is none of this name."""
    if (found := store.destination(name)) is None:
        raise _missing(name)
    return found


def _missing(name: str) -> SettingError:
    return SettingError(f"there is no destination {name[:64]!r}; `prellbock destinations list` shows those there are")


def _check_days(days: float | None) -> None:
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise SettingError(f"keep_days: 0 (all, however old) to {MOST_DAYS}")


def _check_wanted(wanted: Wanted) -> None:
    for what, values, known in (
        ("statuses", wanted.statuses, get_args(Status)),
        ("categories", wanted.categories, tuple(CATEGORIES)),
    ):
        for value in values:
            if value not in known:
                raise SettingError(f"{what}: {value[:40]!r} is none of {', '.join(known)}")


def _secret(kind: Kind, settings: msgspec.Struct, given: str | None) -> tuple[str | None, bytes | None]:
    """What to show (where it was made here) and what to keep."""
    if given:
        given = given.strip()
        kind.check_secret(given)
        return None, given.encode()
    if kind.make_secret is not None:
        made = kind.make_secret(settings)
        return made, made.encode()
    if kind.needs_secret:
        raise SettingError(f"the secret is missing: {kind.secret}")
    return None, None
