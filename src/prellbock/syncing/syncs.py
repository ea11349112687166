"""Setting up syncs: what the command line and the API do alike."""

from typing import Any, get_args

import msgspec

from prellbock.kinds import SettingError
from prellbock.naming import missing, taken, wrong_name
from prellbock.scheduled import due_when_changed, next_due
from prellbock.sinks.reaching import UrlError, check_url
from prellbock.store.syncs import Sync, SyncOptions, Syncs, Wanted
from prellbock.syncing import NAMES, provider_named
from prellbock.syncing.calling import SyncError
from prellbock.syncing.connecting import base_of

MOST_TEXT = 500
MOST_PER_SECOND = 10_000.0
AS_USUAL = SyncOptions()


def add(
    store: Syncs, name: str, provider: str, secret: str, *, part: str = "", base_url: str = "", private: bool = False,
    options: SyncOptions = AS_USUAL, schedule: str | None = None, now: float, actor: str,
) -> Sync:  # fmt: skip
    """A new sync. Raises `SettingError`."""
    if wrong := wrong_name(name, "newsletter", dots=False):
        raise SettingError(wrong)
    if provider not in NAMES:
        raise SettingError(f"provider: {provider[:40]!r} is none of {', '.join(NAMES)}")
    sync = Sync(
        name=name, provider=provider, part=part.strip(), base_url=base_url.strip().rstrip("/"), private=private,
        options=options, schedule=schedule, due=next_due(schedule, now), created=now, creator=actor,
    )  # fmt: skip
    _check(store, sync)
    if not store.put_sync(sync, _checked_secret(provider, sync.part, secret)):
        raise SettingError(taken("sync", name))
    return known_sync(store, name)


def change(
    store: Syncs, name: str, *, secret: str | None = None, base_url: str | None = None, private: bool | None = None,
    options: SyncOptions | None = None, schedule: str | None = None, by_hand: bool = False, paused: bool | None = None,
    now: float,
) -> Sync:  # fmt: skip
    """Sets what is named anew; the rest stays. ``by_hand``: without a schedule. Raises `SettingError`.

    Provider and part stay: of another list nothing is known, so it is another sync.
    """
    before = known_sync(store, name)
    schedule = None if by_hand else before.schedule if schedule is None else schedule
    changed: Any = msgspec.structs.replace(
        before, base_url=before.base_url if base_url is None else base_url.strip().rstrip("/"),
        private=before.private if private is None else private, options=before.options if options is None else options,
        schedule=schedule, paused=before.paused if paused is None else paused,
        due=due_when_changed(before, schedule, paused, now),
    )  # fmt: skip
    _check(store, changed)
    if changed.options.scope != before.options.scope:
        raise SettingError("scope: another one is another sync, since of its entries nothing is known: add one for it")
    if changed.base_url != before.base_url and not secret:
        # A stored key must not be sent to a server that somebody else has named.
        raise SettingError("another base URL needs its key again")
    store.change_sync(changed, None if secret is None else _checked_secret(before.provider, before.part, secret))
    return known_sync(store, name)


def remove(store: Syncs, name: str) -> None:
    """Takes a sync away; both lists stay as they are. Raises `SettingError`."""
    if not store.remove_sync(name):
        raise SettingError(missing("sync", name))


def ask(store: Syncs, name: str) -> Sync:
    """Lets it run soon, paused or not. Raises `SettingError`."""
    if not store.ask_sync(name):
        raise SettingError(missing("sync", name))
    return known_sync(store, name)


def known_sync(store: Syncs, name: str) -> Sync:
    """Raises `SettingError` where there is none of this name."""
    if (found := store.sync(name)) is None:
        raise SettingError(missing("sync", name))
    return found


def _check(store: Syncs, sync: Sync) -> None:
    if sync.options.direction != "in" and not store.keeps_addresses:
        raise SettingError("direction: this installation keeps addresses as hashes and can write no list: choose in")
    wanted = provider_named(sync.provider)
    if bool(sync.part) != bool(wanted.part):
        raise SettingError(
            f"part: name the {wanted.part} of {wanted.title}"
            if wanted.part
            else f"{wanted.title} has one list: no part"
        )
    if sync.options.direction not in get_args(Wanted):
        raise SettingError(f"direction: {sync.options.direction[:40]!r} is none of {', '.join(get_args(Wanted))}")
    if not sync.options.scope.strip() or max(map(len, (sync.options.scope, sync.part, sync.base_url))) > MOST_TEXT:
        raise SettingError(f"scope, part and base_url: texts of at most {MOST_TEXT} characters; scope is not empty")
    if sync.options.per_second is not None and not 0.01 <= sync.options.per_second <= MOST_PER_SECOND:
        raise SettingError(f"per_second: requests, from 0.01 to {MOST_PER_SECOND:,.0f}")
    try:
        check_url(base_of(wanted, sync.part, sync.base_url), private=sync.private)
    except (UrlError, SyncError) as error:
        raise SettingError(f"base_url: {error}") from None


def _checked_secret(provider: str, part: str, secret: str) -> bytes:
    wanted, secret = provider_named(provider), secret.strip()
    if not secret or not secret.isascii() or not secret.isprintable():
        raise SettingError(f"secret: give {wanted.key}; on the command line in a file that --key-file names")
    try:
        wanted.auth(secret, part)
    except SyncError as error:
        raise SettingError(f"secret: {error}") from None
    return secret.encode()
