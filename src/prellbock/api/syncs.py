"""``/v1/syncs``: suppression lists of providers that are kept alike with ours. Keys are never shown."""

import itertools
from collections import Counter
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.sinks.reaching import UrlError
from prellbock.sources.record import RecordError
from prellbock.store.sqlite import SqliteStore
from prellbock.store.syncs import Sync, SyncOptions, Wanted
from prellbock.syncing import NAMES, provider_named
from prellbock.syncing import syncs as setting_up
from prellbock.syncing.calling import SyncError
from prellbock.syncing.running import dry_run
from prellbock.syncing.shown import MoveRecord, SyncRecord, SyncRunRecord, move_record, sync_record, sync_run_record

MOST_SHOWN = 200
"""Moves of a dry run that are told one by one."""
Most = Annotated[int, QueryParameter(ge=1, le=1000, description="Runs at most.")]


class NewSync(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A sync that shall be set up."""

    name: str
    provider: str
    part: str = ""
    """The message stream (Postmark), domain (Mailgun) or region (SES)."""
    secret: str
    """The key of the account."""
    base_url: str = ""
    allow_private: bool = False
    direction: Wanted = "both"
    scope: str = "marketing"
    with_paused: bool = False
    per_second: float | None = None
    schedule: str | None = None
    """``hourly``, ``daily 03:00 Europe/Berlin``, or the five fields of cron; left out, it runs when asked to."""


class ChangedSync(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What shall be different; what is left out stays."""

    secret: str | None = None
    base_url: str | None = None
    """Another one needs the key again."""
    allow_private: bool | None = None
    direction: Wanted | None = None
    scope: str | None = None
    with_paused: bool | None = None
    per_second: float | msgspec.UnsetType | None = msgspec.UNSET
    """null: what the provider allows."""
    schedule: str | msgspec.UnsetType | None = msgspec.UNSET
    """null: without one."""
    paused: bool | None = None


class SyncProvider(msgspec.Struct, frozen=True):
    """A provider whose list can be kept alike."""

    provider: str
    title: str
    key: str
    """What kind of key it wants, and where that is found."""
    part: str | None
    """What of an account has to be named: ``stream``, ``domain`` or ``region``; null: nothing."""
    base_url: str | None
    """Where its API is; null: every customer has a server."""
    per_second: float
    """Requests at most, unless said otherwise."""


class MoveCounts(msgspec.Struct, frozen=True):
    """What a run would do."""

    in_add: int
    out_add: int
    out_remove: int
    conflicts: int
    impossible: int


class DryRun(msgspec.Struct, frozen=True):
    """What a run would do: all of it counted, the first of it one by one."""

    counts: MoveCounts
    items: list[MoveRecord]


@get("/v1/syncs/providers", opt={NEEDS: "admin"}, sync_to_thread=True)
def list_sync_providers() -> list[SyncProvider]:
    """The providers, and what each needs."""
    found = [(name, provider_named(name)) for name in NAMES]
    return [
        SyncProvider(name, each.title, each.key, each.part or None, each.base or None, each.per_second)
        for name, each in sorted(found, key=lambda pair: pair[1].title)
    ]


@get("/v1/syncs", opt={NEEDS: "admin"})
async def list_syncs(installation: Here) -> list[SyncRecord]:
    """All syncs by name: when each runs next, and what became of its last run."""

    def found() -> list[SyncRecord]:
        return [sync_record(each, installation.clock()) for each in installation.syncs.syncs()]

    return await installation.answering(found)


@post("/v1/syncs", opt={NEEDS: "admin"})
async def add_sync(
    request: Request[Principal, Any, Any], data: JSONBody[NewSync], access: Door, installation: Here
) -> SyncRecord:
    """Sets up a sync; nothing is read or written before it runs."""

    def added() -> Sync:
        options = SyncOptions(
            direction=data.direction, scope=data.scope, paused=data.with_paused, per_second=data.per_second
        )
        return setting_up.add(
            installation.syncs, data.name, data.provider, data.secret, part=data.part, base_url=data.base_url,
            private=data.allow_private, options=options, schedule=data.schedule, now=installation.clock(),
            actor=request.user.actor,
        )  # fmt: skip

    sync = await installation.answering(added)
    await access.record(request.user, "sync.create", data.name, provider=data.provider)
    return sync_record(sync, installation.clock())


@get("/v1/syncs/{name:str}", opt={NEEDS: "admin"})
async def read_sync(name: FromPath[str], installation: Here) -> SyncRecord:
    """One sync."""
    return sync_record(await _known(installation, name), installation.clock())


@patch("/v1/syncs/{name:str}", opt={NEEDS: "admin"})
async def change_sync(
    request: Request[Principal, Any, Any], name: FromPath[str], data: JSONBody[ChangedSync], access: Door,
    installation: Here,
) -> SyncRecord:  # fmt: skip
    """Changes a sync, pauses or resumes it; after a pause what was missed is made up for, once."""
    before = await _known(installation, name)

    def changed() -> Sync:
        said = {"direction": data.direction, "scope": data.scope, "paused": data.with_paused}
        named: dict[str, Any] = {field: value for field, value in said.items() if value is not None}
        if not isinstance(data.per_second, msgspec.UnsetType):
            named["per_second"] = data.per_second
        schedule = None if isinstance(data.schedule, msgspec.UnsetType) else data.schedule
        return setting_up.change(
            installation.syncs, name, secret=data.secret, base_url=data.base_url, private=data.allow_private,
            options=msgspec.structs.replace(before.options, **named), schedule=schedule,
            by_hand=data.schedule is None, paused=data.paused, now=installation.clock(),
        )  # fmt: skip

    sync = await installation.answering(changed)
    await access.record(request.user, "sync.change", name)
    return sync_record(sync, installation.clock())


@delete("/v1/syncs/{name:str}", opt={NEEDS: "admin"}, status_code=204)
async def remove_sync(
    request: Request[Principal, Any, Any], name: FromPath[str], access: Door, installation: Here
) -> None:
    """Takes a sync away with its key; both lists stay as they are."""
    await _known(installation, name)
    await installation.answering(setting_up.remove, installation.syncs, name)
    await access.record(request.user, "sync.remove", name)


@post("/v1/syncs/{name:str}/run", opt={NEEDS: "admin"}, status_code=202)
async def run_sync(
    request: Request[Principal, Any, Any], name: FromPath[str], access: Door, installation: Here
) -> SyncRecord:
    """Lets it run within seconds, paused or not; what became of it stands in its runs."""
    await _known(installation, name)
    sync = await installation.answering(setting_up.ask, installation.syncs, name)
    await access.record(request.user, "sync.run", name)
    return sync_record(sync, installation.clock())


@post("/v1/syncs/{name:str}/dry-run", opt={NEEDS: "admin"}, status_code=200)
async def try_sync(
    request: Request[Principal, Any, Any], name: FromPath[str], access: Door, installation: Here
) -> DryRun:
    """Reads both lists and tells what a run would do; nothing is stored, and nothing written there."""
    sync = await _known(installation, name)

    def tried() -> DryRun:
        # A look of its own: reading their list can take minutes, and holds up nobody.
        with SqliteStore(installation.folder, read_only=True) as store:
            counts: Counter[str] = Counter()
            items: list[MoveRecord] = []
            for record in map(move_record, dry_run(store, sync, installation.clock)):
                items.extend(itertools.islice([record], MOST_SHOWN - len(items)))
                counts[f"{record.direction}_{record.action}"] += record.possible
                counts["conflicts"] += record.conflict
                counts["impossible"] += not record.possible
            return DryRun(MoveCounts(**{each: counts[each] for each in MoveCounts.__struct_fields__}), items)

    try:
        found = await installation.answering(tried)
    except (SyncError, UrlError, RecordError) as error:
        raise ProblemError(502, str(error)) from None
    await access.record(request.user, "sync.try", name)
    return found


@get("/v1/syncs/{name:str}/runs", opt={NEEDS: "admin"})
async def list_sync_runs(name: FromPath[str], installation: Here, limit: Most = 100) -> list[SyncRunRecord]:
    """What became of its runs, the newest first; the last thousand are kept."""
    await _known(installation, name)
    runs = await installation.answering(installation.syncs.sync_runs, name, limit)
    return [sync_run_record(each) for each in runs]


async def _known(installation: Here, name: str) -> Sync:
    sync = await installation.answering(installation.syncs.sync, name)
    if sync is None:
        raise ProblemError(404, "there is no sync of this name; GET /v1/syncs lists them")
    return sync
