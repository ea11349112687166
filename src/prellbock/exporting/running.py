"""One run of an export: what is new is written to files, the files are put in place, the manifest last, then the cursor
moves.

Whoever is killed in between leaves whole files or none; the next run makes the same ones from the plan that was stored
at the beginning.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from prellbock.exporting import manifest as manifests
from prellbock.exporting.errors import PlaceError
from prellbock.exporting.formats import BATCH, SUFFIX, Part
from prellbock.exporting.places.directory import in_words
from prellbock.exporting.places.kinds import KINDS, settings_of
from prellbock.kinds import SettingError
from prellbock.naming import missing
from prellbock.scheduled import RETRY_SECONDS, alone, due_after_failure, next_due
from prellbock.store.errors import StoreError
from prellbock.store.exports import COLUMNS, Export, Exports, Made, Plan, Row, Run
from prellbock.times import rfc3339

FOLDER = "exporting"
"""In the data folder: locks, and files that are not in place yet."""


def run(store: Exports, reading: Exports, data: Path, name: str, clock: Callable[[], float]) -> Run:
    """Runs an export now; returns what became of it. ``reading``: a connection of its own, for one long look.

    Raises `BusyError`, `SettingError` where there is no such export, `StoreError`.
    """
    with alone(data / FOLDER, "export", name):
        begun = store.begin_export(name, clock(), clock() + RETRY_SECONDS[0])
        if begun is None:
            raise SettingError(missing("export", name))
        export, number = begun[0], begun[1].number
        assert export.plan is not None
        try:
            made = _made(store, reading, data, export, export.plan)
        except (PlaceError, SettingError, StoreError) as error:
            _failed(store, export, number, str(error), clock())
        except Exception as error:
            _failed(store, export, number, f"{type(error).__name__}: this is a fault of Prellbock", clock())
            raise
        else:
            store.finish_export(name, number, made, clock(), next_due(export.schedule, clock()))
    return next(each for each in store.export_runs(name) if each.number == number)


def _failed(store: Exports, export: Export, run: int, why: str, now: float) -> None:
    store.fail_export(export.name, run, why, now, due_after_failure(export.schedule, export.failing, now))


def _made(store: Exports, reading: Exports, data: Path, export: Export, plan: Plan) -> Made:
    """Writes and puts everything. Raises `PlaceError`, `SettingError`, `StoreError`."""
    if export.mode == "incremental" and plan.until <= plan.after:
        return Made(0, 0, 0, plan.after, None)
    secret = store.export_secret(export.name)
    settings = settings_of(export.kind, export.settings)
    place = KINDS[export.kind].place(settings, None if secret is None else secret.decode(), data)
    base = _base(export, plan)
    with place, _staged(data, export.name, base, place.staging) as staging:
        try:
            rows = reading.exported(export.what, export.mode, plan, raw=export.options.raw)
            with contextlib.closing(rows):
                files = _written(rows, export, base, staging)
            whole = manifests.Manifest(
                export=export.name, what=export.what, format=export.format, mode=export.mode,
                gzip=export.options.gzip and export.format != "parquet", made=rfc3339(plan.at) or "",
                range=manifests.Range(plan.after, plan.until), columns=COLUMNS[export.what],
                rows=sum(file.rows for file in files), bytes=sum(file.size for file in files), files=files,
            )  # fmt: skip
            name = f"{base}{manifests.SUFFIX}"
            told = manifests.encode(whole)
            _write_durably(_unfinished(staging, name), told)
        except OSError as error:
            raise PlaceError(in_words(error, staging)) from error
        for each_name in (*(file.name for file in files), name):
            place.put(_unfinished(staging, each_name), each_name)
    kept = told.decode() if len(told) <= manifests.MOST_KEPT else None
    return Made(len(files), whole.rows, whole.bytes, plan.until, name, kept)


def _base(export: Export, plan: Plan) -> str:
    """The beginning of all names of a run: the same for the same plan."""
    if export.mode == "incremental":
        return f"{export.name}-{export.what}-{plan.after + 1:012}-{plan.until:012}"
    return f"{export.name}-{export.what}-full-{datetime.fromtimestamp(plan.at, UTC):%Y%m%dT%H%M%S.%fZ}"


def _unfinished(staging: Path, name: str) -> Path:
    return staging / f".{name}.unfinished"


def _written(rows: Iterator[Row], export: Export, base: str, staging: Path) -> list[manifests.File]:
    """The files of all rows, at least one, so that who reads them finds the columns."""
    suffix = SUFFIX[export.format] + (".gz" if export.options.gzip and export.format != "parquet" else "")
    files: list[manifests.File] = []
    rest = export.options.rows_per_file
    batch = list(islice(rows, min(BATCH, rest)))
    while batch or not files:
        name = f"{base}-{len(files) + 1:05}{suffix}"
        part = Part(_unfinished(staging, name), export.what, export.format, packed=export.options.gzip)
        try:
            while batch:
                part.write(batch)
                rest -= len(batch)
                batch = list(islice(rows, min(BATCH, rest))) if rest else []
            size, digest = part.end()
        finally:
            part.close()
        files.append(
            manifests.File(name=name, size=size, sha256=digest, rows=part.rows, first=part.first, last=part.last)
        )
        rest = export.options.rows_per_file
        batch = list(islice(rows, min(BATCH, rest)))
    return files


def _write_durably(path: Path, octets: bytes) -> None:
    with path.open("wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _staged(data: Path, name: str, base: str, staging: Path | None) -> Iterator[Path]:
    """Where files are written before they are put; what a killed run has left there is taken away."""
    if staging is not None:
        for left in staging.glob(f".{base}*.unfinished"):
            left.unlink(missing_ok=True)
        try:
            yield staging
        finally:
            for left in staging.glob(f".{base}*.unfinished"):
                left.unlink(missing_ok=True)
        return
    own = data / FOLDER / name
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(mode=0o700)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
