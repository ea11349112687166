"""Setting up where decisions go: what the command line and the API do alike."""

from collections.abc import Mapping, Sequence
from typing import get_args

import msgspec

from prellbock.history.standing import Status
from prellbock.kinds import SettingError, check_shown
from prellbock.naming import missing, taken, wrong_name
from prellbock.publishing.kinds import KINDS, Kind, settings_of
from prellbock.store.destinations import Destination, DestinationState, Publishes, Wanted
from prellbock.store.sources import HELD_SECONDS, wrong_hold
from prellbock.taxonomy import CATEGORIES

MOST_DAYS = 3650
"""Of ``keep_days``."""
MOST_NAMED = 20
"""Sequence numbers that a message names."""


def add(
    store: Publishes, kind: str, name: str, settings: Mapping[str, object], *, wanted: Wanted, secret: str | None,
    from_the_beginning: bool = False, keep_days: float | None = None, now: float, actor: str,
) -> tuple[Destination, str | None]:  # fmt: skip
    """A new destination, and the secret that was made for it, to be shown this once.

    It gets what is decided from now on, or everything in the ledger. Raises `SettingError`.
    """
    found = settings_of(kind, settings)
    known = KINDS[kind]
    if wrong := wrong_name(name, "crm"):
        raise SettingError(wrong)
    _check_wanted(wanted)
    _check_days(keep_days)
    made, kept = _secret(known, found, secret)
    destination = Destination(
        name=name, kind=kind, settings=msgspec.to_builtins(found), wanted=wanted,
        cursor=0 if from_the_beginning else store.cursor(), created=now, creator=actor,
        keep_days=keep_days or None,
    )  # fmt: skip
    if not store.put_destination(destination, kept):
        raise SettingError(taken("destination", name))
    return known_destination(store, name), made


def change(
    store: Publishes, name: str, *, settings: Mapping[str, object] | None = None, wanted: Wanted | None = None,
    state: DestinationState | None = None, reason: str | None = None, keep_days: float | None = None,
    secret: str | None = None, now: float,
) -> Destination:  # fmt: skip
    """Sets what is named anew; the rest stays (``keep_days`` 0: send all, however old). Raises `SettingError`.

    A ``secret`` replaces the one before at once; `renew` lets both hold for a time.
    """
    before = known_destination(store, name)
    found = settings_of(before.kind, before.settings if settings is None else settings)
    wanted = before.wanted if wanted is None else wanted
    _check_wanted(wanted)
    _check_days(keep_days)
    changed = msgspec.to_builtins(found)
    if secret:
        _, kept = _secret(KINDS[before.kind], found, secret)
        assert kept is not None
        store.add_destination_secret(name, kept, now, now)
    elif before.secrets:
        check_shown(KINDS[before.kind], before.settings, found)
    keep = before.keep_days if keep_days is None else keep_days or None
    after = before.state if state is None else state
    why = reason if state is not None else before.why
    store.change_destination(name, changed, wanted, after, None if after == "active" else why, keep)
    return known_destination(store, name)


def renew(store: Publishes, name: str, secret: str | None, *, now: float, held: float = HELD_SECONDS) -> str | None:
    """A new secret; those before it sign as well for ``held`` seconds. Returns what was made. Raises `SettingError`."""
    destination = known_destination(store, name)
    if wrong := wrong_hold(held):
        raise SettingError(wrong)
    known = KINDS[destination.kind]
    made, kept = _secret(known, settings_of(destination.kind, destination.settings), secret)
    if kept is None:
        raise SettingError(f"destinations of the kind {destination.kind} have no secret")
    store.add_destination_secret(name, kept, now, now + held)
    return made


def remove(store: Publishes, name: str) -> None:
    """Takes a destination away. Raises `SettingError`."""
    if not store.remove_destination(name):
        raise SettingError(missing("destination", name))


def replay(store: Publishes, name: str, *, seqs: Sequence[int] | None, since: int | None, now: float) -> int:
    """Sends again: certain decisions, or all after ``since``, or (both None) all that were given up.

    Returns how many wait now, or, with ``since``, how many decisions lie after it. Raises `SettingError`, and sends
    nothing, where a decision cannot be sent.
    """
    known_destination(store, name)
    if seqs is not None and since is not None:
        raise SettingError("name seqs or since, not both")
    if seqs and (unknown := {*seqs} - {each.seq for each in store.outgoing_of(seqs)}):
        named = ", ".join(map(str, sorted(unknown)[:MOST_NAMED])) + (", ..." if len(unknown) > MOST_NAMED else "")
        newest = store.newest_outgoing()
        there = f"there are 1 to {newest}" if newest else "nothing was decided yet"
        raise SettingError(f"seq {named}: there is no such decision, or its recipient was erased; {there}")
    return store.replay(name, seqs=seqs, since=since, now=now)


def known_destination(store: Publishes, name: str) -> Destination:
    """Raises `SettingError` where there is none of this name."""
    if (found := store.destination(name)) is None:
        raise SettingError(missing("destination", name))
    return found


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
        if kind.check_secret is not None:
            kind.check_secret(given)
        return None, given.encode()
    if kind.make_secret is not None:
        made = kind.make_secret(settings)
        return made, made.encode()
    if kind.needs_secret:
        raise SettingError(f"the secret is missing: {kind.secret}")
    return None, None
