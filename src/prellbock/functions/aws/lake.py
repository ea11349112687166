"""Files for Athena, DuckDB and whoever else reads Parquet: what failed, by day, and the list of suppressions.

Every file stands in a folder ``day=2026-11-29`` (UTC), so a query of some days reads no others. A manifest with
checksums follows the files of each run. Killed in between, the next run makes the same files under the same names.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from prellbock.exporting import manifest as manifests
from prellbock.exporting.formats import BATCH, Part
from prellbock.functions.aws.wiring import Wired
from prellbock.store.dynamodb.clients import MISSING, code_of
from prellbock.store.exports import COLUMNS, Mode, Plan, Row, What
from prellbock.times import rfc3339

FAILURES, SUPPRESSIONS = "failures", "suppressions"
"""Folders of the bucket; the stack says how long their files are kept."""
_TIME = [*COLUMNS["responses"]].index("time")


def write_failures(here: Wired) -> dict[str, int]:
    """Writes what failed since the last run, one file for each day on which something did."""
    if (waiting := here.store.failures()) is None:
        return {"files": 0, "rows": 0}
    plan, commits = waiting
    by_day: dict[str, list[Row]] = defaultdict(list)
    for row in (row for commit in commits for row in commit):
        by_day[_day(float(row[_TIME] or 0))].append(row)
    files = [
        _written(here, "responses", f"{FAILURES}/day={day}/{plan:010}.parquet", rows)
        for day, rows in sorted(by_day.items())
    ]
    _told(here, f"{FAILURES}/manifests/{plan:010}", "responses", "incremental", files, here.clock())
    here.store.failures_written(plan)
    return {"files": len(files), "rows": sum(file.rows for file in files)}


def write_suppressions(here: Wired) -> dict[str, int]:
    """Writes everybody from whom mail is withheld, once a day: it reads the whole table."""
    now = here.clock()
    base = f"{SUPPRESSIONS}/day={_day(now)}/suppressions"
    if _is_there(here, f"{base}{manifests.SUFFIX}"):
        return {"files": 0, "rows": 0}
    with closing(here.store.exported("suppressions", "full", Plan(0, here.store.cursor(), now))) as rows:
        file = _written(here, "suppressions", f"{base}.parquet", rows)
    _told(here, base, "suppressions", "full", [file], now)
    return {"files": 1, "rows": file.rows}


def _day(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")


def _written(here: Wired, what: What, key: str, rows: Iterable[Row]) -> manifests.File:
    with tempfile.TemporaryDirectory(prefix="lake-") as folder:
        part = Part(Path(folder) / "part", what, "parquet", packed=False)
        try:
            rest = iter(rows)
            while batch := list(islice(rest, BATCH)):
                part.write(batch)
            size, digest = part.end()
        finally:
            part.close()
        with part.path.open("rb") as file:
            here.clients.s3.put_object(Bucket=here.settings.bucket, Key=key, Body=file.read())
    return manifests.File(name=key, size=size, sha256=digest, rows=part.rows, first=part.first, last=part.last)


def _told(here: Wired, base: str, what: What, mode: Mode, files: list[manifests.File], now: float) -> None:
    whole = manifests.Manifest(
        export=base.partition("/")[0], what=what, format="parquet", mode=mode, gzip=False, made=rfc3339(now) or "",
        range=manifests.Range(min((file.first for file in files), default=0),
                              max((file.last for file in files), default=0)),
        columns=COLUMNS[what], rows=sum(file.rows for file in files), bytes=sum(file.size for file in files),
        files=files,
    )  # fmt: skip
    key = f"{base}{manifests.SUFFIX}"
    here.clients.s3.put_object(Bucket=here.settings.bucket, Key=key, Body=manifests.encode(whole))


def _is_there(here: Wired, key: str) -> bool:
    try:
        here.clients.s3.get_object(Bucket=here.settings.bucket, Key=key)
    except Exception as error:
        if code_of(error) in MISSING:
            return False
        raise
    return True
