"""Exports and their runs as every interface writes them: times are RFC 3339, secrets are not told."""

import msgspec

from prellbock.scheduled import late_since
from prellbock.store.exports import Export, Run
from prellbock.times import rfc3339


class RunRecord(msgspec.Struct, frozen=True):
    """One run."""

    run: int
    at: str | None
    """When it began."""
    ended: str | None
    state: str
    """``running``, ``done`` or ``failed``."""
    files: int
    rows: int
    bytes: int
    after: int
    until: int
    manifest: str | None
    why: str | None
    """What went wrong, and what to do."""


class ExportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One export."""

    name: str
    what: str
    format: str
    mode: str
    gzip: bool
    raw: bool
    rows_per_file: int
    to: dict[str, object]
    """``kind`` and settings."""
    secret: bool
    """Whether one is stored."""
    schedule: str | None
    """None: only when asked to."""
    paused: bool
    next: str | None
    asked: bool
    """It was asked to run, and has not begun."""
    late: bool
    last: RunRecord | None
    success: str | None
    """When a run last ended well."""
    failures: int
    """Runs that failed, ever."""
    cursor: int
    """Everything up to this sequence number stands in files."""
    created: str | None
    by: str


def run_record(run: Run) -> RunRecord:
    """One run."""
    return RunRecord(
        run.number, rfc3339(run.begun), rfc3339(run.ended), run.state, run.files, run.rows, run.bytes, run.after,
        run.until, run.manifest, run.why,
    )  # fmt: skip


def export_record(export: Export, now: float) -> ExportRecord:
    """One export."""
    return ExportRecord(
        name=export.name, what=export.what, format=export.format, mode=export.mode, gzip=export.options.gzip,
        raw=export.options.raw, rows_per_file=export.options.rows_per_file,
        to={"kind": export.kind, **export.settings}, secret=export.has_secret, schedule=export.schedule,
        paused=export.paused, next=None if export.paused else rfc3339(export.due), asked=export.asked,
        late=late_since(export, now) is not None, last=None if export.last is None else run_record(export.last),
        success=rfc3339(export.success), failures=export.failures, cursor=export.cursor,
        created=rfc3339(export.created), by=export.creator,
    )  # fmt: skip
