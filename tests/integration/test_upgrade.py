"""Data folders of earlier schemas, made by the code of their time, give the present answers; newer ones are refused."""

import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from processes import Command, Server

FOLDERS = Path(__file__).parents[1] / "data" / "folders"
EVENTS = (FOLDERS / "events.ndjson").read_text()
OLD = sorted(int(path.name.split("-")[1].split(".")[0]) for path in FOLDERS.glob("schema-*.tar.gz"))
AS_OF = 6
"""Earlier schemas, which no release had, did not store yet all that a question about the past rests on."""
ADDRESSES = sorted({json.loads(line)["recipient"] for line in EVENTS.splitlines()} | {"hand@example.com"})
ACTED = ("hand@example.com", "freed@example.com")
"""Whom people have decided about, where the schema knew that."""


def unpacked(schema: int, data: Path) -> Command:
    with tarfile.open(FOLDERS / f"schema-{schema}.tar.gz") as archive:
        archive.extractall(data, filter="data")
    return Command(data)


def newest() -> int:
    folder = resources.files("prellbock.store.sqlite") / "migrations"
    return max(int(file.name.partition("_")[0]) for file in folder.iterdir() if file.name.endswith(".sql"))


def answers(command: Command, *as_of: str) -> tuple[Any, Any]:
    """What the sending systems are told: check and the list, without what is made anew in each folder."""
    addresses = [address for address in ADDRESSES if address not in ACTED]
    checked = command.lines("check", "--stream", "newsletter", *as_of, stdin="\n".join(addresses))
    listed = command.lines("suppressions", *as_of)
    kept = ("address", "status", "scope", "since", "until", "category")
    return checked, sorted(([line[name] for name in kept] for line in listed if line["address"] not in ACTED), key=str)


PAST = ("--as-of", "2026-01-20")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """The answers of a folder that the present code has made. Asked once: a check leases the probes of pauses."""
    command = Command(tmp_path_factory.mktemp("fresh") / "data")
    command.run("ingest", "--format", "ndjson", "-", stdin=EVENTS)
    return {"now": answers(command), "past": answers(command, *PAST)}


def test_there_are_folders_to_open() -> None:
    assert OLD[0] == 1
    assert len(OLD) >= 6


def fresh_if_full(line: Any, fresh: dict[str, tuple[Any, Any]]) -> Any:
    """The line of the full mailbox with the reason of the present code, if that is all that differs."""
    if line["address"] != "full@example.net":
        return line
    (present,) = [each for each in fresh["now"][0] if each["address"] == line["address"]]
    return {**line, "reason": present["reason"]}


@pytest.mark.parametrize("schema", OLD)
def test_the_same_answers(schema: int, tmp_path: Path, fresh: dict[str, tuple[Any, Any]]) -> None:
    command = unpacked(schema, tmp_path / "data")
    with closing(sqlite3.connect(command.data / "prellbock.sqlite3")) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == schema
    # The first command that writes brings the folder up to date; the same events are all known.
    counts = command.lines("ingest", "--format", "ndjson", "-", stdin=EVENTS)[-1]
    assert (counts["read"], counts["new"], counts["duplicate"]) == (57, 0, 57)
    with closing(sqlite3.connect(command.data / "prellbock.sqlite3")) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == newest()
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    now = answers(command)
    if schema == 1:
        # It counted a deferral as a failure of a full mailbox; the status is the same, the reason is not.
        now = ([fresh_if_full(line, fresh) for line in now[0]], now[1])
    assert now == fresh["now"]
    if schema >= AS_OF:
        assert answers(command, *PAST) == fresh["past"]
    # What people decided later than that still stands.
    if schema >= 2:
        acted = {line["address"]: line for line in command.lines("check", stdin="\n".join(ACTED))}
        assert [acted[address]["status"] for address in ACTED] == ["suppressed", "deliverable"]
        story = command.lines("recipient", "hand@example.com")[0]
        assert "asked us" in json.dumps(story)


@pytest.mark.parametrize("schema", [OLD[0], OLD[-1]])
def test_a_server_serves_them(schema: int, tmp_path: Path, serve: Callable[..., Server]) -> None:
    command = unpacked(schema, tmp_path / "data")
    server = serve(data=command.data)
    feed = server.client.get("/v1/changes").json()["items"]
    assert {item["address"] for item in feed} >= {"dead@example.com", "dead@example.org", "full@example.net"}
    assert server.client.get("/v1/recipients/dead@example.com").json()["status"] == "suppressed"
    assert server.client.get("/v1/statistics").status_code == 200
    assert server.client.post("/v1/events", content=EVENTS).json()["duplicate"] == 57
    assert server.stop() == 0
    assert "Traceback" not in server.said


@pytest.mark.parametrize("words", [("check",), ("ingest", "-"), ("serve", "--port", "0"), ("backup", "copy")])
def test_a_folder_of_a_newer_version_is_refused_with_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    command = unpacked(OLD[-1], tmp_path / "data")
    with closing(sqlite3.connect(command.data / "prellbock.sqlite3")) as db:
        db.execute(f"PRAGMA user_version = {newest() + 1}")
    before = (command.data / "prellbock.sqlite3").read_bytes()
    words = tuple(str(tmp_path / word) if word == "copy" else word for word in words)
    done = command.run(*words, stdin="u@example.com\n", check=False)
    assert done.returncode == 1
    said = done.stderr.decode()
    assert f"written by a newer Prellbock (schema {newest() + 1}, this one knows {newest()})" in said
    assert "install that version" in said
    assert "Traceback" not in said
    assert (command.data / "prellbock.sqlite3").read_bytes() == before


def test_an_upgrade_that_is_killed_leaves_the_old_schema_whole(tmp_path: Path) -> None:
    command = unpacked(1, tmp_path / "data")
    database = command.data / "prellbock.sqlite3"
    with closing(sqlite3.connect(database)) as db:
        # What the last step makes is there already: the step fails, and with it all before.
        db.execute("CREATE TABLE identities (wrong)")
    done = command.run("check", stdin="dead@example.com\n", check=False)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        db.execute("DROP TABLE identities")
    assert command.lines("check", stdin="dead@example.com\n")[0]["may_mail"] is False
