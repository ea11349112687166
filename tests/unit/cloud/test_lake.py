"""What failed and who is suppressed, as Parquet by day, read back by pyarrow; killed anywhere, nothing twice."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cloud import BUCKET, NOW, Cloud, Context, lines, parts
from pyarrow import dataset, fs, parquet

from prellbock.functions.aws import ingest, schedule
from prellbock.store.exports import COLUMNS

Row = dict[str, Any]


@pytest.fixture
def cloud() -> Cloud:
    made = Cloud()
    for at, part in enumerate(parts(lines(1200), 300)):
        event = {"Records": [made.put(f"{at}.ndjson", part)]}
        assert ingest.handle(event, Context(), made.wire()) == {"batchItemFailures": []}
    return made


def files(cloud: Cloud, folder: str, suffix: str = ".parquet") -> dict[str, bytes]:
    return {key: body for (_, key), body in cloud.s3.objects.items()
            if key.startswith(f"{folder}/") and key.endswith(suffix)}  # fmt: skip


def rows(cloud: Cloud, folder: str) -> list[Row]:
    found: list[Row] = []
    for body in files(cloud, folder).values():
        found += parquet.read_table(io.BytesIO(body)).to_pylist()
    return found


def expected(cloud: Cloud) -> list[tuple[str, str, float]]:
    store = cloud.wire().store
    assert store.totals()
    with store._reading():
        return sorted(store._db.execute(
            "SELECT printf('%016x', key), category, round(time * 1000) FROM events ORDER BY key"
        ).fetchall())  # fmt: skip


def as_expected(found: list[Row]) -> list[tuple[str, str, float]]:
    return sorted((row["key"], row["category"], round(row["time"].timestamp() * 1000)) for row in found)


def test_every_failure_stands_once_in_the_file_of_its_day(cloud: Cloud) -> None:
    done = schedule.handle({"task": "failures"}, None, cloud.wire())
    assert schedule.handle({"task": "failures"}, None, cloud.wire()) == {"files": 0, "rows": 0}
    first = files(cloud, "failures")
    assert done["files"] == len(first) > 5
    event = {
        "id": "x1",
        "time": NOW,
        "recipient": "x@example.net",
        "outcome": "bounced",
        "response": "550 5.1.1 no user",
    }
    record = cloud.put("late.ndjson", json.dumps(event).encode())
    assert ingest.handle({"Records": [record]}, Context(), cloud.wire()) == {"batchItemFailures": []}
    assert schedule.handle({"task": "failures"}, None, cloud.wire()) == {"files": 1, "rows": 1}
    found = rows(cloud, "failures")
    assert as_expected(found) == expected(cloud)
    assert len({row["seq"] for row in found}) == len(found)
    assert not [row for row in found if row["address"] or row["response"]]
    assert sum(row["hash"] is not None for row in found) > 50
    for key, body in files(cloud, "failures").items():
        day = key.split("day=")[1].partition("/")[0]
        times = parquet.read_table(io.BytesIO(body)).column("time").to_pylist()
        assert {time.astimezone(UTC).strftime("%Y-%m-%d") for time in times} == {day}
    told = [json.loads(body) for body in files(cloud, "failures", ".manifest.json").values()]
    assert {file["name"] for each in told for file in each["files"]} == {*files(cloud, "failures")}
    assert sum(each["rows"] for each in told) == len(found)
    assert all(each["columns"] == COLUMNS["responses"] for each in told)


def test_engines_see_one_table_partitioned_by_day(cloud: Cloud, tmp_path: Any) -> None:
    """As Athena, DuckDB and Spark read it: folders ``day=...`` are a column."""
    schedule.handle({"task": "failures"}, None, cloud.wire())
    for key, body in files(cloud, "failures").items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(body)
    table: Any = dataset.dataset(str(tmp_path / "failures"), format="parquet", partitioning="hive",
                                 filesystem=fs.LocalFileSystem()).to_table()  # fmt: skip
    assert table.num_rows == len(expected(cloud))
    assert {"day", "category", "hash"} <= {*table.column_names}


@pytest.mark.parametrize("dies_at", range(12))
def test_killed_anywhere_the_next_run_makes_the_same_files(cloud: Cloud, dies_at: int) -> None:
    class Killed(BaseException):
        pass

    put, calls = cloud.s3.put_object, 0

    def dying(**kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == dies_at + 1:
            raise Killed
        return put(**kwargs)

    cloud.s3.put_object = dying  # type: ignore[method-assign]
    with pytest.raises(Killed):
        schedule.handle({"task": "failures"}, None, cloud.wire())
    cloud.s3.put_object = put  # type: ignore[method-assign]
    cloud.now += 3600
    schedule.handle({"task": "failures"}, None, cloud.wire())
    assert as_expected(rows(cloud, "failures")) == expected(cloud)


def test_who_was_erased_is_not_written_any_more(cloud: Cloud) -> None:
    here = cloud.wire()
    address = next(each.address for each in here.store.withheld(NOW, here.store.policy) if each.address)
    digest = here.store.identity.of_address(address).hex()
    everything = expected(cloud)
    here.store.erase(address, forget=True, actor="test", reason="asked", policy=here.store.policy, now=NOW)
    schedule.handle({"task": "failures"}, None, cloud.wire())
    found = rows(cloud, "failures")
    assert len(found) == len(everything)
    assert digest not in {row["hash"] for row in found}


def test_suppressions_are_listed_once_a_day(cloud: Cloud) -> None:
    store = cloud.wire().store
    done = schedule.handle({"task": "suppressions"}, None, cloud.wire())
    assert done["files"] == 1
    withheld = {(each.address, each.scope, each.status) for each in store.withheld(NOW, store.policy)}
    found = rows(cloud, "suppressions")
    assert {(row["address"], row["scope"], row["status"]) for row in found} == withheld
    assert len(withheld) > 5
    (key,) = files(cloud, "suppressions")
    assert key == f"suppressions/day={datetime.fromtimestamp(NOW, UTC):%Y-%m-%d}/suppressions.parquet"
    assert schedule.handle({"task": "suppressions"}, None, cloud.wire()) == {"files": 0, "rows": 0}
    cloud.now += 86400
    assert schedule.handle({"task": "suppressions"}, None, cloud.wire())["files"] == 1
    assert (BUCKET, f"{key.removesuffix('.parquet')}.manifest.json") in cloud.s3.objects
