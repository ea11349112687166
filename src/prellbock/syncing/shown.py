"""Syncs and their runs as every interface writes them: times are RFC 3339, keys are not told."""

import msgspec

from prellbock.scheduled import late_since
from prellbock.store.syncs import Sync, SyncCounts, SyncRun
from prellbock.syncing.running import Seen
from prellbock.times import rfc3339


class SyncRunRecord(msgspec.Struct, frozen=True):
    """One run."""

    run: int
    at: str | None
    """When it began."""
    ended: str | None
    state: str
    """``running``, ``done`` or ``failed``."""
    counts: SyncCounts
    why: str | None
    """What went wrong, and what to do."""


class SyncRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One sync."""

    name: str
    provider: str
    part: str
    base_url: str | None
    """None: that of the provider."""
    allow_private: bool
    direction: str
    scope: str
    with_paused: bool
    """Whether who is paused is also written there."""
    per_second: float | None
    """Requests at most; None: as many as the provider allows everybody."""
    secret: bool
    schedule: str | None
    """None: only when asked to."""
    paused: bool
    next: str | None
    asked: bool
    """It was asked to run, and has not begun."""
    late: bool
    last: SyncRunRecord | None
    success: str | None
    failures: int
    """Runs that failed, ever."""
    moved: int
    """Entries brought in, written, removed and released, ever."""
    created: str | None
    by: str


class MoveRecord(msgspec.Struct, frozen=True):
    """What a run would do about one address."""

    address: str
    direction: str
    """``in``: here; ``out``: at the provider."""
    action: str
    """``add``: mail is withheld; ``remove``: it is no longer."""
    list: str
    status: str
    reason: str
    conflict: bool
    possible: bool
    """False: the provider does not let anybody do it; nothing is done."""


def sync_run_record(run: SyncRun) -> SyncRunRecord:
    """One run."""
    return SyncRunRecord(run.number, rfc3339(run.begun), rfc3339(run.ended), run.state, run.counts, run.why)


def sync_record(sync: Sync, now: float) -> SyncRecord:
    """One sync."""
    return SyncRecord(
        name=sync.name, provider=sync.provider, part=sync.part, base_url=sync.base_url or None,
        allow_private=sync.private, direction=sync.options.direction, scope=sync.options.scope,
        with_paused=sync.options.paused, per_second=sync.options.per_second, secret=sync.has_secret,
        schedule=sync.schedule, paused=sync.paused,
        next=None if sync.paused else rfc3339(sync.due), asked=sync.asked, late=late_since(sync, now) is not None,
        last=None if sync.last is None else sync_run_record(sync.last), success=rfc3339(sync.success),
        failures=sync.failures, moved=sync.moved, created=rfc3339(sync.created), by=sync.creator,
    )  # fmt: skip


def move_record(seen: Seen) -> MoveRecord:
    """One move."""
    move = seen.move
    return MoveRecord(
        seen.address, move.direction, move.action, move.list, move.status, move.reason, move.conflict, move.possible
    )
