"""What is written out as files, how far each export has come, and what became of its runs.

A sequence number is that of the ledger; of responses that of their arrival. Times are Unix seconds UTC.
"""

from collections.abc import Generator, Mapping
from typing import Literal, Protocol

import msgspec

What = Literal["suppressions", "decisions", "responses"]
Format = Literal["csv", "ndjson", "parquet"]
Mode = Literal["full", "incremental"]
RunState = Literal["running", "done", "failed"]
Type = Literal["int", "text", "time", "bool"]

COLUMNS: dict[What, dict[str, Type]] = {
    "suppressions": {
        "seq": "int", "address": "text", "hash": "text", "status": "text", "scope": "text", "since": "time",
        "until": "time", "category": "text", "rule": "text", "source": "text",
    },
    "decisions": {
        "seq": "int", "time": "time", "recorded": "time", "address": "text", "hash": "text", "scope": "text",
        "before": "text", "status": "text", "since": "time", "until": "time", "category": "text", "rule": "text",
        "source": "text", "evidence": "text", "policy": "text", "ruleset": "text", "by": "text",
    },
    "responses": {
        "seq": "int", "key": "text", "time": "time", "address": "text", "hash": "text", "outcome": "text",
        "category": "text", "fault": "text", "permanent": "bool", "decided_by": "text", "rule": "text",
        "provider": "text", "stream": "text", "campaign": "text", "status": "text", "smtp_code": "int",
        "template": "text", "text": "text", "response": "text",
    },
}  # fmt: skip
"""What stands in each export, in order; the first column is the sequence number."""

Value = int | float | str | bool | None
Row = tuple[Value, ...]
"""In the order of `COLUMNS`; times as Unix seconds."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How files are written."""

    gzip: bool = False
    """Parquet is compressed anyway."""
    raw: bool = False
    """Of responses: with the text as it came, which may name people; otherwise only masked."""
    rows_per_file: int = 1_000_000


class Plan(msgspec.Struct, frozen=True):
    """What a run writes: everything after ``after`` up to ``until``; ``at`` is when it began at first."""

    after: int
    until: int
    at: float


class Run(msgspec.Struct, frozen=True):
    """One run."""

    number: int
    begun: float
    ended: float | None
    state: RunState
    why: str | None
    """What went wrong, and what to do."""
    files: int
    rows: int
    bytes: int
    after: int
    until: int
    manifest: str | None


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """One export."""

    name: str
    what: What
    format: Format
    mode: Mode
    options: Options = Options()
    kind: str
    """Of its place: directory, s3, sftp."""
    settings: Mapping[str, object]
    has_secret: bool = False
    schedule: str | None = None
    paused: bool = False
    due: float | None = None
    """When it runs next; None: only when asked to."""
    asked: bool = False
    cursor: int = 0
    plan: Plan | None = None
    """Of a run that did not come to its end."""
    failing: int = 0
    """Runs in a row that failed."""
    missed: float | None = None
    """Since when a run is due that has not succeeded."""
    success: float | None = None
    failures: int = 0
    """Runs that failed, ever."""
    total: int = 0
    """Rows written, ever."""
    created: float
    creator: str
    last: Run | None = None


class Made(msgspec.Struct, frozen=True):
    """What a run has made."""

    files: int
    rows: int
    bytes: int
    until: int
    manifest: str | None
    told: str | None = None
    """What stands in the manifest; None where nothing was written, or where it is too long to be kept."""


class Exports(Protocol):
    """What a store does that writes files out."""

    def exports(self) -> list[Export]:
        """All, by name."""
        ...

    def export(self, name: str) -> Export | None:
        """One of them."""
        ...

    def put_export(self, export: Export, secret: bytes | None) -> bool:
        """Enters a new one. False if there is one of this name."""
        ...

    def change_export(self, export: Export, secret: bytes | None) -> bool:
        """Writes format, options, place, schedule and whether it is paused; a secret of None stays as it is.

        The plan of an unfinished run is forgotten: what follows is made anew from the cursor.
        """
        ...

    def export_secret(self, name: str) -> bytes | None:
        """The secret of its place."""
        ...

    def remove_export(self, name: str) -> bool:
        """Takes it away with its runs; files stay where they are. False if there is none."""
        ...

    def ask_export(self, name: str) -> bool:
        """Lets it run soon. False if there is none."""
        ...

    def due_exports(self, now: float) -> list[str]:
        """Those that are to run now."""
        ...

    def begin_export(self, name: str, now: float, again: float) -> tuple[Export, Run] | None:
        """A run begins, with the plan of one that did not come to its end, else with a new one; None if there is none.

        Whoever calls it holds the lock of the export: runs that are said to go on were killed. If this one is killed,
        it is due again at ``again``.
        """
        ...

    def finish_export(self, name: str, run: int, made: Made, now: float, due: float | None) -> None:
        """All files stand durably in place: the cursor moves."""
        ...

    def fail_export(self, name: str, run: int, why: str, now: float, due: float | None) -> None:
        """The run failed; the cursor and the plan stay."""
        ...

    def export_runs(self, name: str, most: int = 100) -> list[Run]:
        """Its runs, the newest first."""
        ...

    def export_manifest(self, name: str, run: int) -> str | None:
        """What stands in the manifest of a run; None where it is not known."""
        ...

    def exported(self, what: What, mode: Mode, plan: Plan, *, raw: bool = False) -> Generator[Row, None, None]:
        """The rows of a plan by sequence number, as one view of the store, streamed.

        Full: what stands at ``plan.at`` (suppressions), or everything up to ``plan.until``. Incremental: what came
        since; of suppressions the latest of each recipient and scope, those included who may be mailed again. People
        who were erased are left out. To be asked of a connection of its own, which it keeps until it is read.
        """
        ...
