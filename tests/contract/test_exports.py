"""What exports promise, at every place: whole files, nothing lost, the same names again after a failure."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from exporting_places import PLACES, There
from pyarrow import parquet

from prellbock.alarming.findings import Look, exports
from prellbock.alarming.settings import Limits
from prellbock.events import DeliveryEvent
from prellbock.exporting import exports as setting_up
from prellbock.exporting.cells import plain
from prellbock.exporting.places.kinds import KINDS
from prellbock.exporting.running import run
from prellbock.kinds import SettingError
from prellbock.pipeline import prepare
from prellbock.scheduled import late_since
from prellbock.store.exports import COLUMNS, Export, Format, Mode, Options, Run, What
from prellbock.store.sqlite import SqliteStore

NOW = 1_800_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "data", create=True) as store:
        yield store


@pytest.fixture(params=list(PLACES))
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[There]:
    with PLACES[request.param](tmp_path) as there:
        yield there


def suppress(store: SqliteStore, *addresses: str, kind: Any = "suppress") -> None:
    store.act(addresses, kind=kind, scope="all", actor="ada", reason="asked", policy=store.policy, now=NOW)


def add(
    store: SqliteStore, there: There, what: What = "decisions", format_: Format = "ndjson", mode: Mode = "incremental",
    **options: Any,
) -> None:  # fmt: skip
    setting_up.add(
        store,
        "files",
        what,
        format_,
        mode,
        there.place,
        options=Options(**options),
        anywhere=True,
        now=NOW,
        actor="ada",
    )


def ran(store: SqliteStore, tmp_path: Path, now: float = NOW) -> Run:
    with SqliteStore(tmp_path / "data", read_only=True) as reading:
        return run(store, reading, tmp_path / "data", "files", lambda: now)


def rows(files: dict[str, bytes]) -> list[Any]:
    found = []
    for name, octets in sorted(files.items()):
        if name.endswith(".ndjson"):
            found += [orjson.loads(line) for line in octets.splitlines()]
        elif name.endswith(".ndjson.gz"):
            found += [orjson.loads(line) for line in gzip.decompress(octets).splitlines()]
    return found


def manifests(files: dict[str, bytes]) -> list[Any]:
    return [json.loads(octets) for name, octets in sorted(files.items()) if name.endswith(".manifest.json")]


def test_only_what_is_new_comes_and_each_manifest_tells_the_truth(
    store: SqliteStore, there: There, tmp_path: Path
) -> None:
    add(store, there, gzip=True, rows_per_file=2)
    suppress(store, *(f"u{n}@example.com" for n in range(5)))
    first = ran(store, tmp_path)
    assert (first.state, first.files, first.rows, first.after) == ("done", 3, 5, 0), first.why
    suppress(store, "late@example.com")
    second = ran(store, tmp_path)
    assert second.rows == 1
    nothing = ran(store, tmp_path)
    assert (nothing.state, nothing.files, nothing.rows) == ("done", 0, 0)
    files = there.files()
    assert [row["address"] for row in rows(files)] == [*(f"u{n}@example.com" for n in range(5)), "late@example.com"]
    told = manifests(files)
    assert [each["range"] for each in told] == [{"after": 0, "until": 5}, {"after": 5, "until": second.until}]
    assert [each["rows"] for each in told[0]["files"]] == [2, 2, 1]
    for each in (file for manifest in told for file in manifest["files"]):
        assert len(files[each["name"]]) == each["size"]
        assert hashlib.sha256(files[each["name"]]).hexdigest() == each["sha256"]
    assert {*files} == {file["name"] for manifest in told for file in manifest["files"]} | {
        run.manifest for run in (first, second)
    }
    for each_run in (first, second):
        assert store.export_manifest("files", each_run.number) == files[each_run.manifest or ""].decode()
    assert store.export_manifest("files", nothing.number) is None
    assert store.export_manifest("others", first.number) is None
    found = store.export("files")
    assert found is not None and found.cursor == second.until and found.plan is None and found.total == 6


def test_a_place_that_breaks_in_the_middle_gets_the_same_files_again(
    store: SqliteStore, there: There, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, there, rows_per_file=1)
    suppress(store, "a@example.com", "b@example.com", "c@example.com")
    kind = KINDS[there.place.kind].place
    put, count = kind.put, 0  # type: ignore[attr-defined]

    def broken(self: Any, path: Path, name: str) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError(28, "No space left on device")
        put(self, path, name)

    monkeypatch.setattr(kind, "put", broken)
    with pytest.raises(OSError, match="space"):
        ran(store, tmp_path)
    half = there.files()
    assert len(half) == 2 and not manifests(half)
    [failed] = store.export_runs("files")
    assert failed.state == "failed"
    # What is decided meanwhile does not change the range of the files.
    suppress(store, "d@example.com")
    again = ran(store, tmp_path, NOW + 60)
    assert again.state == "done" and again.until == 3
    whole = there.files()
    assert {*half} < {*whole} and [row["address"] for row in rows(whole)] == [f"{n}@example.com" for n in "abc"]
    assert ran(store, tmp_path, NOW + 120).rows == 1
    assert [row["address"] for row in rows(there.files())] == [f"{n}@example.com" for n in "abcd"]


@pytest.mark.parametrize("what", list(COLUMNS))
def test_every_format_says_the_same(store: SqliteStore, tmp_path: Path, what: What) -> None:
    events = [
        DeliveryEvent(
            id=f"{n}-{day}", time=NOW - (9 - 4 * day) * 86400, recipient=f"=u{n}@example.com", outcome="bounced",
            response="550 5.1.1 user unknown", status="5.1.1", smtp_code=550, message_id=f"{n}-{day}", stream="news",
        )
        for n in range(3) for day in (0, 1)
    ]  # fmt: skip
    store.ingest(prepare(events, store.identity), digest=b"1", source="test", policy=store.policy, now=NOW)
    suppress(store, "'quote@example.com")
    found: dict[str, list[list[object]]] = {}
    formats: tuple[Format, ...] = ("csv", "ndjson", "parquet")
    for format_ in formats:
        place = setting_up.Place("directory", {"path": format_})
        setting_up.add(store, format_, what, format_, "full", place, now=NOW, actor="ada")
        with SqliteStore(tmp_path / "data", read_only=True) as reading:
            assert run(store, reading, tmp_path / "data", format_, lambda: NOW).state == "done"
        [path] = (tmp_path / "data" / "exports" / format_).glob(f"*.{format_}")
        found[format_] = read(path, what)
    assert found["csv"] == found["ndjson"] == found["parquet"]
    assert len(found["csv"]) == {"suppressions": 4, "decisions": 4, "responses": 6}[what]
    assert any("=u0@example.com" in row for row in found["csv"])


def read(path: Path, what: What) -> list[list[object]]:
    types = COLUMNS[what]
    if path.suffix == ".parquet":
        table = parquet.read_table(path)
        assert table.schema.names == [*types]
        return [[_told(row[name]) for name in types] for row in table.to_pylist()]
    if path.suffix == ".ndjson":
        return [[_told(each) for each in orjson.loads(line).values()] for line in path.read_bytes().splitlines()]
    [_, *lines] = csv.reader(io.StringIO(path.read_text(), newline=""))
    return [[plain(cell) if type_ == "text" else cell or None for cell, type_ in zip(line, types.values(), strict=True)]
            for line in lines]  # fmt: skip


def _told(value: Any) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if hasattr(value, "isoformat"):
        return str(value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")).replace("+00:00", "Z")
    return str(value) if isinstance(value, int) else value


def test_changes_of_suppressions_tell_who_may_be_mailed_again(store: SqliteStore, tmp_path: Path) -> None:
    with PLACES["directory"](tmp_path) as there:
        add(store, there, "suppressions")
        suppress(store, "a@example.com", "b@example.com")
        ran(store, tmp_path)
        suppress(store, "a@example.com", kind="release")
        assert ran(store, tmp_path).rows == 1
        assert [(row["address"], row["status"]) for row in rows(there.files())] == [
            ("a@example.com", "suppressed"), ("b@example.com", "suppressed"), ("a@example.com", "deliverable"),
        ]  # fmt: skip


def test_hashed_mode_names_nobody(tmp_path: Path) -> None:
    with (
        SqliteStore(tmp_path / "data", create=True, addresses="hashed") as store,
        PLACES["directory"](tmp_path) as there,
    ):
        add(store, there)
        suppress(store, "kim@example.com")
        assert ran(store, tmp_path).rows == 1
        assert b"kim" not in b"".join(there.files().values())
        assert rows(there.files())[0]["hash"] == store.identity.of_address("kim@example.com").hex()


def test_over_http_a_directory_lies_in_the_data_folder(store: SqliteStore, tmp_path: Path) -> None:
    for path in ("/etc", "../out", "a/../../b", ""):
        with pytest.raises(SettingError, match=r"^path: "):
            setting_up.add(
                store, "files", "decisions", "csv", "full", setting_up.Place("directory", {"path": path}), now=NOW,
                actor="ada",
            )  # fmt: skip


def test_a_stored_secret_goes_to_no_other_server(store: SqliteStore, tmp_path: Path) -> None:
    with PLACES["sftp"](tmp_path) as there:
        add(store, there)
        box = store._db.execute("SELECT box FROM exports").fetchone()[0]
        assert (there.place.secret or "").strip().encode() not in box
        elsewhere = setting_up.Place("sftp", {**there.place.settings, "host": "other.example"})
        with pytest.raises(SettingError, match="host: give the secret again"):
            setting_up.change(store, "files", to=elsewhere, now=NOW)
        assert setting_up.change(store, "files", to=setting_up.Place("sftp", {**there.place.settings, "path": "."}),
                                 now=NOW).settings["path"] == "."  # fmt: skip


def test_what_fails_is_tried_again_sooner_and_is_late_after_an_hour(store: SqliteStore, tmp_path: Path) -> None:
    missing = setting_up.Place("directory", {"path": str(tmp_path / "missing")})
    setting_up.add(store, "files", "decisions", "csv", "full", missing, schedule="daily 03:00", anywhere=True, now=NOW,
                   actor="ada")  # fmt: skip
    due = found(store).due
    assert due is not None and due == found(store).missed and store.due_exports(due - 1) == []
    assert store.due_exports(due) == ["files"]
    now = due
    for pause in (60, 300, 900, 3600, 3600):
        assert ran(store, tmp_path, now).state == "failed"
        assert found(store).due == now + pause
        now += pause
    assert found(store).failing == 5 and late_since(found(store), now) == due
    assert late_since(found(store), due + 3599) is None
    [alarm] = exports(Look(store, Limits(), now, lambda kind, subject: False, exports=store.exports()))
    assert (alarm.kind, alarm.subject, alarm.value) == ("export", "files", 5)
    (tmp_path / "missing").mkdir()
    assert ran(store, tmp_path, now).state == "done"
    assert found(store).due == due + 86400 and late_since(found(store), now) is None
    assert not list(exports(Look(store, Limits(), now, lambda kind, subject: False, exports=store.exports())))


def test_what_was_missed_in_a_pause_is_made_up_for_once(store: SqliteStore, tmp_path: Path) -> None:
    setting_up.add(store, "files", "decisions", "csv", "full", setting_up.Place("directory", {"path": "out"}),
                   schedule="hourly", now=NOW, actor="ada")  # fmt: skip
    setting_up.change(store, "files", paused=True, now=NOW)
    later = NOW + 10 * 3600
    assert store.due_exports(later) == []
    setting_up.change(store, "files", paused=False, now=later)
    assert store.due_exports(later) == ["files"]
    assert ran(store, tmp_path, later).state == "done" and store.due_exports(later) == []


def found(store: SqliteStore) -> Export:
    export = store.export("files")
    assert export is not None
    return export
