"""Files go out: on a schedule by the server, by the command, through kills, and every failure is told to people."""

import gzip
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from exporting_places import PLACES, Bucket, SftpServer, There
from processes import DEADLINE_SECONDS, Command, Server, dead

from prellbock.exporting import exports as setting_up
from prellbock.exporting.exports import Place
from prellbock.exporting.places.s3 import S3, S3Place
from prellbock.exporting.running import run
from prellbock.exporting.verifying import verify
from prellbock.kinds import SettingError
from prellbock.store.exports import Options, Run
from prellbock.store.sqlite import SqliteStore

NOW = 1_800_000_000.0


def until(holds: Callable[[], object], what: str = "") -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < end, what or "it did not become so"
        time.sleep(0.05)


def shown(server: Server, name: str) -> Any:
    answer = server.client.get(f"/v1/exports/{name}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_server_runs_what_is_asked_for_and_what_is_due(server: Server, tmp_path: Path) -> None:
    body = {"name": "files", "what": "decisions", "mode": "incremental", "to": {"kind": "directory", "path": "out"},
            "schedule": "daily 03:00 Europe/Berlin"}  # fmt: skip
    made = server.client.post("/v1/exports", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["next"] is not None and made.json()["last"] is None
    assert server.client.post("/v1/events", content=dead("kim@example.com")).status_code == 200
    assert server.client.post("/v1/exports/files/run").status_code == 202
    until(lambda: (shown(server, "files")["last"] or {}).get("state") == "done")
    last = shown(server, "files")["last"]
    out = server.data / "exports" / "out"
    assert last["rows"] == 1 and last["manifest"] in names(out) and len(names(out)) == 2
    assert shown(server, "files")["cursor"] == last["until"]
    assert [each["run"] for each in server.client.get("/v1/exports/files/runs").json()] == [last["run"]]

    # A time that was missed is made up for, once: the schedule lies in the future again afterwards.
    with SqliteStore(server.data) as store:
        store._db.execute("UPDATE exports SET due = 1, missed = 1")
    until(lambda: len(server.client.get("/v1/exports/files/runs").json()) == 2)
    until(lambda: shown(server, "files")["last"]["state"] == "done")
    again = shown(server, "files")
    assert again["last"]["files"] == 0 and not again["late"] and again["next"] > again["last"]["at"]
    text = server.client.get("/metrics").text
    assert 'prellbock_export_rows_total{name="files"} 1.0' in text
    assert 'prellbock_export_failures_total{name="files"} 0.0' in text


def test_an_export_that_fails_is_an_alarm_until_it_works(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "missing"
    command = Command(server.data)
    command.run("exports", "add", "files", "--what", "suppressions", "--to", "directory", "--set", f"path={path}",
                "--schedule", "hourly")  # fmt: skip
    assert server.client.post("/v1/exports/files/run").status_code == 202
    until(lambda: (shown(server, "files")["last"] or {}).get("state") == "failed")
    assert shown(server, "files")["last"]["why"] == f"{path} cannot be written: it is missing: make it, or mount it"

    def alarms() -> list[Any]:
        found: list[Any] = server.client.get("/v1/alarms").json()["items"]
        return [each for each in found if each["kind"] == "export" and each["state"] == "raised"]

    until(alarms, "no alarm")
    assert alarms()[0]["subject"] == "files" and "missing" in alarms()[0]["details"]["why"]
    path.mkdir()
    assert server.client.post("/v1/exports/files/run").status_code == 202
    until(lambda: shown(server, "files")["last"]["state"] == "done")
    until(lambda: not alarms(), "the alarm stands")


def test_the_command_from_the_beginning_to_the_end(command: Command, tmp_path: Path) -> None:
    command.run("ingest", "--format", "ndjson", "-", stdin=dead("kim@example.com"))
    (out := tmp_path / "out").mkdir()
    add = ("exports", "add", "files", "--what", "decisions", "--mode", "incremental", "--to", "directory")
    [made] = command.lines(*add, "--set", f"path={out}", "--gzip")
    assert made["to"] == {"kind": "directory", "path": str(out)} and made["gzip"] and made["schedule"] is None
    again = command.run(*add, "--set", f"path={out}", check=False)
    assert again.returncode == 1 and b"there is an export files already" in again.stderr
    [done] = command.lines("exports", "run", "files")
    assert (done["state"], done["rows"]) == ("done", 1)
    assert [each["run"] for each in command.lines("exports", "runs", "files")] == [done["run"]]
    [changed] = command.lines("exports", "set", "files", "--schedule", "weekly mon 06:30", "--no-gzip")
    assert changed["next"] is not None and not changed["gzip"] and changed["cursor"] == done["until"]
    assert command.lines("exports", "pause", "files")[0]["next"] is None
    assert command.lines("exports", "resume", "files")[0]["next"] is not None
    assert command.lines("exports", "show", "files") == command.lines("exports", "list")

    assert [each["problems"] for each in command.lines("exports", "verify", str(out))] == [[]]
    [path] = out.glob("*.csv.gz")
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    wrong = command.run("exports", "verify", str(out), check=False)
    assert wrong.returncode == 1 and b"was changed" in wrong.stderr
    path.unlink()
    assert b"is missing" in command.run("exports", "verify", str(out), check=False).stderr
    assert command.run("exports", "remove", "files").returncode == 0
    assert command.run("exports", "show", "files", check=False).returncode == 1


def test_verify_finds_a_range_that_is_missing(command: Command, tmp_path: Path) -> None:
    command.run("exports", "add", "files", "--what", "decisions", "--mode", "incremental", "--to", "directory",
                "--set", "path=out", stdin=b"")  # fmt: skip
    for n in range(3):
        command.run("ingest", "--format", "ndjson", "-", stdin=dead(f"u{n}@example.com"))
        command.run("exports", "run", "files")
    out = command.data / "exports" / "out"
    assert [each.problems for each in verify(out)] == [[], [], []]
    middle = sorted(out.glob("*.manifest.json"))[1]
    middle.unlink()
    assert [each.problems for each in verify(out)] == [[], ["the range from 2 to 2 is missing"]]


@pytest.mark.parametrize(
    ("kind", "kills"),
    [("directory", 12), ("s3", 5), ("sftp", 5), pytest.param("s3", 50, marks=pytest.mark.long),
     pytest.param("sftp", 50, marks=pytest.mark.long)],
)  # fmt: skip
@pytest.mark.timeout(900)
def test_kills_at_any_time_lose_nothing_and_leave_no_half_file(kind: str, kills: int, tmp_path: Path) -> None:
    """The process of a run is killed again and again, at times that are spread over a whole run."""
    data = tmp_path / "data"
    chance = random.Random(7)
    with SqliteStore(data, create=True) as store, PLACES[kind](tmp_path) as there:
        suppress(store, 0, 300)
        setting_up.add(store, "files", "decisions", "ndjson", "incremental", there.place, now=NOW, actor="ada",
                       options=Options(rows_per_file=20, gzip=True), anywhere=True)  # fmt: skip
        command = child(data)
        begin = time.monotonic()
        subprocess.run(command, check=True)
        usual = time.monotonic() - begin
        killed = 0
        for turn in range(1, kills + 1):
            suppress(store, 300 * turn, 300 * turn + 100)
            process = subprocess.Popen(command)
            try:
                process.wait(usual * chance.uniform(0.5, 1.0))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
            assert_whole(there, tmp_path)
        subprocess.run(command, check=True)
        subprocess.run(command, check=True)
        assert killed
        assert_complete(store, there, tmp_path)


@pytest.mark.parametrize("kind", ["s3", "sftp"])
@pytest.mark.timeout(300)
def test_a_kill_in_the_middle_of_a_large_file_leaves_none_of_it(kind: str, tmp_path: Path) -> None:
    """The kill comes when the place has begun to take the file, and before it has it whole."""
    data = tmp_path / "data"
    with SqliteStore(data, create=True) as store, PLACES[kind](tmp_path) as there:
        setting_up.add(store, "files", "decisions", "ndjson", "incremental", there.place, now=NOW, actor="ada")
        caught = False
        for turn in range(20):
            suppress(store, 40_000 * turn, 40_000 * (turn + 1))
            process = subprocess.Popen(child(data))
            while process.poll() is None and not there.taking():
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            # Ended by the signal, and not before by itself.
            caught = process.wait() == -signal.SIGKILL and there.taking()
            assert_whole(there, tmp_path)
            if caught:
                break
        assert caught
        subprocess.run(child(data), check=True)
        subprocess.run(child(data), check=True)
        assert_complete(store, there, tmp_path)


def child(data: Path) -> list[str]:
    """The process of a run, as the server starts it."""
    return [sys.executable, "-P", "-m", "prellbock.exporting.child", str(data), "files"]


def fetched(there: There, folder: Path) -> Path:
    """What a reader would see, in a folder."""
    place = folder / "fetched"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for name, octets in there.files().items():
        if not name.startswith("."):
            (place / name).write_bytes(octets)
    return place


def assert_whole(there: There, folder: Path) -> None:
    """Nothing that stands there is half: neither what a manifest names nor what waits for one."""
    place = fetched(there, folder)
    assert all(not checked.problems for checked in verify(place))
    for path in place.glob("*.ndjson*"):
        octets = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert octets.endswith(b"\n"), path.name


def assert_complete(store: SqliteStore, there: There, folder: Path) -> None:
    """Every decision stands in one file of one manifest, and nothing else is left."""
    found = store.export("files")
    assert found is not None and found.cursor == store.cursor() and found.plan is None
    place = fetched(there, folder)
    assert not any(name.endswith(".unfinished") for name in there.files())
    manifests = [json.loads(each.read_bytes()) for each in sorted(place.glob("*.manifest.json"))]
    seqs: list[int] = []
    for each in manifests:
        seqs += range(each["range"]["after"] + 1, each["range"]["until"] + 1)
    assert seqs == [*range(1, store.cursor() + 1)]
    assert {*names(place)} == {
        *(path.name for path in place.glob("*.manifest.json")),
        *(file["name"] for each in manifests for file in each["files"]),
    }
    assert all(not checked.problems for checked in verify(place))


def suppress(store: SqliteStore, first: int, end: int) -> None:
    addresses = [f"u{n}@example.com" for n in range(first, end)]
    store.act(addresses, kind="suppress", scope="all", actor="ada", reason="asked", policy=store.policy, now=NOW)


def ran(data: Path, place: Place, name: str = "files") -> Run:
    with SqliteStore(data, create=True) as store, SqliteStore(data, read_only=True) as reading:
        suppress(store, 0, 1)
        setting_up.add(store, name, "decisions", "csv", "full", place, anywhere=True, now=NOW, actor="ada")
        return run(store, reading, data, name, lambda: NOW)


@pytest.fixture(scope="module")
def sftp(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("sftp")
    (folder / "in").mkdir()
    with SftpServer(folder) as server:
        yield server


def test_a_password_works_as_well(tmp_path: Path, sftp: SftpServer) -> None:
    done = ran(tmp_path / "data", sftp.place(secret=sftp.password))
    assert done.state == "done" and done.manifest in names(sftp.folder / "in"), done.why


@pytest.mark.parametrize(
    ("secret", "settings", "why"),
    [
        ("wrong horse", {}, "does not let prellbock in: set the right user and secret"),
        (None, {"user": "mallory"}, "does not let mallory in"),
        (None, {"path": "nowhere"}, "there is no folder nowhere"),
        (None, {"port": 9}, "cannot be reached or used"),
    ],
)
def test_what_an_sftp_server_refuses_is_told(
    tmp_path: Path, sftp: SftpServer, secret: str | None, settings: dict[str, object], why: str
) -> None:
    before = names(sftp.folder / "in")
    failed = ran(tmp_path / "data", sftp.place(secret, **settings))
    assert failed.state == "failed" and why in (failed.why or "")
    assert "horse" not in (failed.why or "") and names(sftp.folder / "in") == before


def test_another_host_key_is_never_trusted(tmp_path: Path, sftp: SftpServer) -> None:
    before = names(sftp.folder / "in")
    failed = ran(tmp_path / "data", sftp.place(None, host_key=sftp.public(sftp.user_key)))
    assert failed.state == "failed" and "shows another host key than the one that is set" in (failed.why or "")
    assert names(sftp.folder / "in") == before


@pytest.mark.parametrize("settings", [{"host_key": "ssh-ed25519 AAAA"}, {"host_key": ""}, {"port": 0}])
def test_sftp_without_a_usable_host_key_is_not_set_up(
    tmp_path: Path, sftp: SftpServer, settings: dict[str, object]
) -> None:
    with pytest.raises(SettingError):
        ran(tmp_path / "data", sftp.place(None, **settings))


def test_a_disk_that_is_full_is_told(tmp_path: Path) -> None:
    """`/dev/full` says so at the first octet."""
    (out := tmp_path / "out").mkdir()
    (out / ".files-decisions-000000000001-000000000001-00001.csv.unfinished").symlink_to("/dev/full")
    with (
        SqliteStore(tmp_path / "data", create=True) as store,
        SqliteStore(tmp_path / "data", read_only=True) as reading,
    ):
        suppress(store, 0, 1)
        place = Place("directory", {"path": str(out)})
        setting_up.add(store, "files", "decisions", "csv", "incremental", place, anywhere=True, now=NOW, actor="ada")
        monkey = pytest.MonkeyPatch()
        # What a killed run has left is taken away before: here it stays, to be written into.
        monkey.setattr(Path, "unlink", lambda self, missing_ok=False: None)
        try:
            failed = run(store, reading, tmp_path / "data", "files", lambda: NOW)
        finally:
            monkey.undo()
        assert failed.state == "failed" and failed.why == f"{out} cannot be written: the disk is full: free some space"
        found = store.export("files")
        assert found is not None and found.cursor == 0 and found.failures == 1
    assert names(out) == [".files-decisions-000000000001-000000000001-00001.csv.unfinished"]


def test_an_endpoint_of_s3_that_is_not_there_is_told(tmp_path: Path) -> None:
    place = Place(
        "s3", {"bucket": "reports", "endpoint": "http://127.0.0.1:9", "region": "eu-central-1"}, "AKIA:secret-of-s3"
    )
    failed = ran(tmp_path / "data", place)
    assert (
        failed.state == "failed" and "bucket reports" in (failed.why or "") and "secret-of-s3" not in (failed.why or "")
    )


def test_one_run_at_a_time_over_several_processes(tmp_path: Path, sftp: SftpServer) -> None:
    import fcntl

    data = tmp_path / "data"
    assert ran(data, sftp.place()).state == "done"
    with (data / "exporting" / "files.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        busy = Command(data).run("exports", "run", "files", check=False)
    assert busy.returncode == 1 and b"runs already" in busy.stderr
    assert Command(data).run("exports", "run", "files").returncode == 0


def test_a_large_file_goes_to_s3_in_parts_and_a_missing_bucket_is_told(tmp_path: Path) -> None:
    with PLACES["s3"](tmp_path) as there:
        assert there.place.secret is not None
        settings = msgspec.convert(there.place.settings, S3)
        large = tmp_path / "large"
        large.write_bytes(bytes(range(256)) * (80 << 10))
        with S3Place(settings, there.place.secret, tmp_path) as place:
            place.put(large, "large")
        assert there.files() == {"large": large.read_bytes()}
        assert isinstance(there, Bucket) and there.etag("large").endswith('-3"'), "three parts of 8 MiB"
        elsewhere = Place("s3", {**there.place.settings, "bucket": "nobody-has-this"}, there.place.secret)
        failed = ran(tmp_path / "data", elsewhere)
        assert failed.state == "failed" and "there is no such bucket" in (failed.why or "")
