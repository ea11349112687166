"""DuckDB reads what the functions write below `failures/`, by the statement of docs/how-to/deploy-to-aws.md."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from cloud import Cloud, Context, lines, parts

from prellbock.functions.aws import ingest, schedule

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "deploy-to-aws.md").read_text("utf-8")
PLACE = "s3://prellbock-staging-ACCOUNT-REGION/"
TYPES = {"bigint": "BIGINT", "boolean": "BOOLEAN", "string": "VARCHAR", "timestamp": "TIMESTAMP WITH TIME ZONE"}
"""What Athena calls a type, and what DuckDB calls it."""
Row = tuple[Any, ...]


def told(language: str) -> str:
    """The block of code of the page that follows the name of an engine."""
    found = re.search(rf"^{language}[^\n]*:\n\n```\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, language
    return found[1]


@pytest.fixture(scope="module")
def traffic() -> bytes:
    return lines(1200)


@pytest.fixture(scope="module")
def lake(traffic: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The objects of the bucket below `failures/` as files; they were written in two runs."""
    cloud, folder = Cloud(), tmp_path_factory.mktemp("lake")
    for at, part in enumerate(parts(traffic, 300)):
        event = {"Records": [cloud.put(f"{at}.ndjson", part)]}
        assert ingest.handle(event, Context(), cloud.wire()) == {"batchItemFailures": []}
        if at % 2:
            schedule.handle({"task": "failures"}, None, cloud.wire())
    for (_, key), body in cloud.s3.objects.items():
        if key.startswith("failures/"):
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).write_bytes(body)
    return folder


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def failed(traffic: bytes) -> list[tuple[str, str, str, str]]:
    """What came in and was no delivery: day, second, outcome, campaign."""
    events = [json.loads(line) for line in traffic.splitlines()]
    return sorted(
        (each["time"][:10], each["time"], each["outcome"], each.get("campaign", ""))
        for each in events
        if each["outcome"] != "delivered"
    )


def some_day(traffic: bytes) -> str:
    """One in the middle: before it and after it something failed."""
    days = sorted({day for day, *_ in failed(traffic)})
    return days[len(days) // 2]


def asked(engine: duckdb.DuckDBPyConnection, lake: Path, words: str, *values: Any) -> list[Row]:
    found: list[Row] = engine.execute(words.replace(PLACE, f"{lake}/"), values or None).fetchall()
    return found


def test_every_failure_that_came_in_is_a_row_of_its_day(
    engine: duckdb.DuckDBPyConnection, lake: Path, traffic: bytes
) -> None:
    words = f"""
        SELECT day, time, outcome, coalesce(campaign, '')
        FROM read_parquet('{PLACE}failures/**/*.parquet', hive_partitioning = true)"""
    day = some_day(traffic)
    expected = failed(traffic)

    def plain(rows: list[Row]) -> list[Row]:
        return sorted((f"{d}", f"{t.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", *rest) for d, t, *rest in rows)

    assert plain(asked(engine, lake, words)) == expected
    later = [row for row in expected if row[0] >= day]
    assert 20 < len(later) < len(expected) - 20
    assert plain(asked(engine, lake, f"{words} WHERE day >= ?", day)) == later
    assert plain(asked(engine, lake, f"{words} WHERE day = ?", day)) == [row for row in expected if row[0] == day]


def test_the_statement_of_the_page_counts_what_came_in(
    engine: duckdb.DuckDBPyConnection, lake: Path, traffic: bytes
) -> None:
    statement, day = told("DuckDB"), some_day(traffic)
    (date,) = re.findall(r"'(\d{4}-\d\d-\d\d)'", statement)
    rows = asked(engine, lake, statement.replace(date, day))
    by_day: Counter[str] = Counter()
    for found, _, category, count in rows:
        assert category
        by_day[f"{found}"] += count
    assert by_day == Counter(each for each, *_ in failed(traffic) if each >= day)


def test_a_filter_on_the_day_reads_no_other_file(
    engine: duckdb.DuckDBPyConnection, lake: Path, traffic: bytes, tmp_path: Path
) -> None:
    day = some_day(traffic)
    for path in (lake / "failures").rglob("*.parquet"):
        copy = tmp_path / path.relative_to(lake)
        copy.parent.mkdir(parents=True, exist_ok=True)
        # The engine takes the columns from the first file.
        is_wanted = path.parent.name >= f"day={day}" or path == min((lake / "failures").rglob("*.parquet"))
        copy.write_bytes(path.read_bytes() if is_wanted else b"no Parquet")
    words = f"SELECT count(*) FROM read_parquet('{PLACE}failures/**/*.parquet', hive_partitioning = true)"
    expected = sum(each >= day for each, *_ in failed(traffic))
    assert asked(engine, tmp_path, f"{words} WHERE day >= ?", day) == [(expected,)]
    with pytest.raises(duckdb.Error):
        asked(engine, tmp_path, words)


def test_the_table_of_the_page_has_the_columns_of_the_files(engine: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """Athena goes by the names; a type that differs from the file's fails the query."""
    statement = told("Athena")
    found = re.search(r"CREATE EXTERNAL TABLE failures \((.*?)\)\nPARTITIONED BY \(day string\)", statement, re.DOTALL)
    assert found is not None
    declared = [each.replace("`", "").split() for each in found[1].split(",")]
    described = asked(
        engine, lake, f"DESCRIBE SELECT * FROM read_parquet('{PLACE}failures/**/*.parquet', hive_partitioning = false)"
    )
    assert [(name, TYPES[kind]) for name, kind in declared] == [(name, kind) for name, kind, *_ in described]
    (template,) = re.findall(r"'storage.location.template' = '([^']*)'", statement)
    days = {path.parent for path in (lake / "failures").rglob("*.parquet")}
    assert {Path(template.replace(PLACE, f"{lake}/").replace("${day}", path.name[4:])) for path in days} == days
    (begin,) = re.findall(r"'projection.day.range' = '([\d-]+),NOW'", statement)
    assert datetime.fromisoformat(begin) <= min(datetime.fromisoformat(path.name[4:]) for path in days)
