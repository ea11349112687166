"""``/v1/exports``: what is written to files, when, and what became of each run. Secrets are never shown."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.exporting import exports as setting_up
from prellbock.exporting import manifest as manifests
from prellbock.exporting.exports import Place
from prellbock.exporting.manifest import Manifest
from prellbock.exporting.places.kinds import KINDS
from prellbock.exporting.shown import ExportRecord, RunRecord, export_record, run_record
from prellbock.kinds import SettingError
from prellbock.schedule import LONGEST, fields_of, next_runs
from prellbock.store.exports import Export, Format, Mode, Options, What
from prellbock.times import rfc3339

UPCOMING = 3
"""Runs of a schedule that are told beforehand."""
Most = Annotated[int, QueryParameter(ge=1, le=1000, description="Runs at most.")]
Schedule = Annotated[str, QueryParameter(max_length=LONGEST, description="Words or the five fields of cron.")]


class NewExport(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An export that shall be set up."""

    name: str
    what: What
    format: Format = "csv"
    mode: Mode = "full"
    to: dict[str, Any]
    """``kind`` (directory, s3, sftp) and its settings."""
    secret: str | None = None
    """Password or private key of SFTP, ``KEY_ID:SECRET`` of S3."""
    schedule: str | None = None
    """``daily 03:00 Europe/Berlin``, ``hourly``, or the five fields of cron; left out, it runs when asked to."""
    gzip: bool = False
    raw: bool = False
    rows_per_file: int = 1_000_000


class ChangedExport(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What shall be different; what is left out stays."""

    format: Format | None = None
    to: dict[str, Any] | None = None
    secret: str | None = None
    schedule: str | msgspec.UnsetType | None = msgspec.UNSET
    """null: without one."""
    paused: bool | None = None
    gzip: bool | None = None
    raw: bool | None = None
    rows_per_file: int | None = None


class PlaceKind(msgspec.Struct, frozen=True):
    """A kind of place."""

    kind: str
    title: str
    settings: dict[str, Any]
    """A JSON schema."""
    secret: str | None
    """What its secret is; null where it has none."""
    needs_secret: bool


class ReadSchedule(msgspec.Struct, frozen=True):
    """How a schedule is understood."""

    cron: str
    """The five fields."""
    zone: str
    next: list[str | None]
    """When it runs next, at most three times."""


@get("/v1/exports/kinds", opt={NEEDS: "admin"}, sync_to_thread=False)
def list_export_kinds() -> list[PlaceKind]:
    """The kinds of places, and what each needs."""
    return [
        PlaceKind(name, kind.title, msgspec.json.schema(kind.settings), kind.secret or None, kind.needs_secret)
        for name, kind in KINDS.items()
    ]


@get("/v1/schedule", opt={NEEDS: "admin"}, sync_to_thread=False)
def read_schedule(schedule: Schedule, installation: Here) -> ReadSchedule:
    """How a schedule would be understood, and when it would run next."""
    cron, zone = fields_of(schedule)
    coming = next_runs(schedule, installation.clock(), UPCOMING)
    return ReadSchedule(cron, str(zone), [rfc3339(each) for each in coming])


@get("/v1/exports", opt={NEEDS: "admin"})
async def list_exports(installation: Here) -> list[ExportRecord]:
    """All exports by name: when each runs next, and what became of its last run."""

    def found() -> list[ExportRecord]:
        return [export_record(each, installation.clock()) for each in installation.exports.exports()]

    return await installation.answering(found)


@post("/v1/exports", opt={NEEDS: "admin"})
async def add_export(
    request: Request[Principal, Any, Any], data: JSONBody[NewExport], access: Door, installation: Here
) -> ExportRecord:
    """Sets up an export. Over HTTP a directory lies in ``exports`` of the data folder."""

    def added() -> Export:
        return setting_up.add(
            installation.exports, data.name, data.what, data.format, data.mode, _place(data.to, data.secret),
            options=Options(gzip=data.gzip, raw=data.raw, rows_per_file=data.rows_per_file), schedule=data.schedule,
            now=installation.clock(), actor=request.user.actor,
        )  # fmt: skip

    export = await installation.answering(added)
    await access.record(request.user, "export.create", data.name, what=data.what, kind=export.kind)
    return export_record(export, installation.clock())


@get("/v1/exports/{name:str}", opt={NEEDS: "admin"})
async def read_export(name: FromPath[str], installation: Here) -> ExportRecord:
    """One export."""
    return export_record(await _known(installation, name), installation.clock())


@patch("/v1/exports/{name:str}", opt={NEEDS: "admin"})
async def change_export(
    request: Request[Principal, Any, Any], name: FromPath[str], data: JSONBody[ChangedExport], access: Door,
    installation: Here,
) -> ExportRecord:  # fmt: skip
    """Changes an export, pauses or resumes it; after a pause what was missed is made up for, once."""
    before = await _known(installation, name)
    said = {field: getattr(data, field) for field in ("gzip", "raw", "rows_per_file")}
    options = {field: value for field, value in said.items() if value is not None}

    def changed() -> Export:
        to = None
        if data.to is not None or data.secret is not None:
            kept = {"kind": before.kind, **before.settings}
            to = _place(data.to if data.to is not None else kept, data.secret)
        schedule = None if isinstance(data.schedule, msgspec.UnsetType) else data.schedule
        return setting_up.change(
            installation.exports, name, format_=data.format, options=msgspec.structs.replace(before.options, **options),
            to=to, schedule=schedule, by_hand=data.schedule is None, paused=data.paused, now=installation.clock(),
        )  # fmt: skip

    export = await installation.answering(changed)
    await access.record(request.user, "export.change", name)
    return export_record(export, installation.clock())


@delete("/v1/exports/{name:str}", opt={NEEDS: "admin"}, status_code=204)
async def remove_export(
    request: Request[Principal, Any, Any], name: FromPath[str], access: Door, installation: Here
) -> None:
    """Takes an export away with its secret and what is known of its runs; its files stay."""
    await _known(installation, name)
    await installation.answering(setting_up.remove, installation.exports, name)
    await access.record(request.user, "export.remove", name)


@post("/v1/exports/{name:str}/run", opt={NEEDS: "admin"}, status_code=202)
async def run_export(
    request: Request[Principal, Any, Any], name: FromPath[str], access: Door, installation: Here
) -> ExportRecord:
    """Lets it run within seconds, paused or not; what became of it stands in its runs."""
    await _known(installation, name)
    export = await installation.answering(setting_up.ask, installation.exports, name)
    await access.record(request.user, "export.run", name)
    return export_record(export, installation.clock())


@get("/v1/exports/{name:str}/runs", opt={NEEDS: "admin"})
async def list_export_runs(name: FromPath[str], installation: Here, limit: Most = 100) -> list[RunRecord]:
    """What became of its runs, the newest first; the last thousand are kept."""
    await _known(installation, name)
    runs = await installation.answering(installation.exports.export_runs, name, limit)
    return [run_record(each) for each in runs]


@get("/v1/exports/{name:str}/runs/{run:int}", opt={NEEDS: "admin"})
async def read_export_run(name: FromPath[str], run: FromPath[int], installation: Here) -> Manifest:
    """What one run has written: its manifest, with the checksum of every file."""
    await _known(installation, name)
    told = await installation.answering(installation.exports.export_manifest, name, run)
    if told is None:
        raise ProblemError(404, "no manifest of this run is kept: it wrote nothing, or more than a thousand files")
    return manifests.decode(told)


async def _known(installation: Here, name: str) -> Export:
    export = await installation.answering(installation.exports.export, name)
    if export is None:
        raise ProblemError(404, "there is no export of this name; GET /v1/exports lists them")
    return export


def _place(to: dict[str, Any], secret: str | None) -> Place:
    kind = to.get("kind")
    if not isinstance(kind, str):
        raise SettingError("to: kind is missing: directory, s3 or sftp")
    return Place(kind, {name: value for name, value in to.items() if name != "kind"}, secret)
