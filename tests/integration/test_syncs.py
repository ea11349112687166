"""Suppression lists kept alike in both directions: the real command, against servers that speak the providers' APIs."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import Command, Server, event, ndjson
from sync_accounts import ANGRY, DEAD, KEYS, PARTS, Account

DAY = 86400.0


@pytest.fixture(params=list(KEYS))
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    made = Account(request.param)
    yield made
    made.close()


def only(*providers: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("account", providers, indirect=True)


@pytest.fixture
def alike(account: Account, command: Command, tmp_path: Path) -> Command:
    """A store with a sync named ``both`` with the account."""
    (tmp_path / "key").write_text(KEYS[account.provider])
    part = ("--of", PARTS[account.provider]) if account.provider in PARTS else ()
    command.lines(
        "syncs", "add", "both", "--provider", account.provider, *part, "--key-file", str(tmp_path / "key"),
        "--base-url", account.url, "--allow-private", "--per-second", "1000",
    )  # fmt: skip
    return command


def dead(command: Command, *addresses: str) -> None:
    """Suppressed here for two failures on two days."""
    lines = [
        event(address, f"2026-01-0{day}T10:00:00Z", message_id=f"{address}{day}", mx="mx.example.net")
        for address in addresses
        for day in (4, 6)
    ]
    command.run("ingest", "--format", "ndjson", "-", stdin=ndjson(*lines))


def run(command: Command) -> dict[str, int]:
    (done,) = command.lines("syncs", "run", "both")
    assert done["state"] == "done", done
    return {name: count for name, count in done["counts"].items() if count and name not in ("there", "here")}


def plan(command: Command) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    *moves, counts = command.lines("syncs", "run", "both", "--dry-run")
    told = [(each["address"], each["direction"], each["action"], each["reason"]) for each in moves]
    return sorted(told), counts


def statuses(command: Command) -> dict[str, str]:
    return {line["address"]: line["status"] for line in command.lines("suppressions")}


def test_both_get_what_the_other_has_and_then_nothing_more(account: Account, alike: Command) -> None:
    here = [f"here{number}@example.com" for number in range(5)]
    there = [f"there{number}@example.com" for number in range(5)]
    dead(alike, *here)
    account.put(DEAD[account.provider], *there)
    moves, counts = plan(alike)
    assert [move[:3] for move in moves] == [
        *((address, "out", "add") for address in here), *((address, "in", "add") for address in there)
    ]  # fmt: skip
    assert (counts["in_add"], counts["out_add"], account.writes) == (5, 5, 0)
    assert {*statuses(alike)} == {*here}, "nothing was done"

    account.troubles = [(429, {"Retry-After": "0"}), (503, {"Retry-After": "0"})]
    assert run(alike) == {"taken": 5, "added": 5}
    assert statuses(alike) == dict.fromkeys([*here, *there], "suppressed")
    assert account.withheld == {*here, *there}
    writes = account.writes
    assert (run(alike), plan(alike)[0], account.writes) == ({}, [], writes)


def test_a_release_here_reaches_the_other_side_and_a_removal_there_does_not(account: Account, alike: Command) -> None:
    """What vanishes there, a page perhaps, releases nobody: it is written again."""
    dead(alike, "ours@example.com", "back@example.com")
    account.put(DEAD[account.provider], "theirs@example.com", "freed@example.com")
    run(alike)
    alike.run("release", "back@example.com", "freed@example.com", "--reason", "called", "--by", "ada")
    account.drop("theirs@example.com")
    assert plan(alike)[0] == [
        ("back@example.com", "out", "remove", "released_here"), ("freed@example.com", "out", "remove", "released_here"),
        ("theirs@example.com", "out", "add", "put_back"),
    ]  # fmt: skip
    assert run(alike) == {"removed": 2, "added": 1, "conflicts": 1}
    assert {*statuses(alike)} == account.withheld == {"ours@example.com", "theirs@example.com"}
    assert run(alike) == {}


def test_who_was_released_here_after_the_entry_is_taken_off_there(account: Account, alike: Command) -> None:
    dead(alike, "u@example.com")
    account.put(DEAD[account.provider], "u@example.com", since=1768000000.0)
    alike.run("release", "u@example.com", "--reason", "called", "--by", "ada")
    assert run(alike) == {"removed": 1, "conflicts": 1}
    assert account.withheld == set()


@only("mailgun", "ses", "postmark")
def test_a_plain_release_never_takes_a_complaint_off(account: Account, alike: Command) -> None:
    account.put(ANGRY[account.provider], "angry@example.com")
    alike.run("release", "angry@example.com", "--reason", "mailbox is back", "--by", "ada")
    alike.run("release", "angry@example.com", "--scope", "partner", "--reason", "partner", "--by", "ada")
    assert run(alike) == {"taken": 1}
    assert (account.withheld, statuses(alike)) == ({"angry@example.com"}, {"angry@example.com": "complained"})


@only("mailgun")
def test_they_are_taken_off_as_they_are_written_there(account: Account, alike: Command) -> None:
    account.put(DEAD["mailgun"], "Kim@Example.com", "x@bücher.example")
    run(alike)
    alike.run("release", "kim@example.com", "x@xn--bcher-kva.example", "--reason", "called", "--by", "ada")
    assert run(alike) == {"removed": 2}
    assert account.withheld == set()
    assert run(alike) == {}


@only("mailgun")
def test_another_scope_is_another_sync(account: Account, alike: Command) -> None:
    done = alike.run("syncs", "set", "both", "--scope", "partner", check=False)
    assert done.returncode == 1
    assert b"another sync" in done.stderr


@only("brevo")
def test_an_answer_that_is_an_error_and_who_blocklisted_herself(account: Account, alike: Command) -> None:
    account.put(DEAD["brevo"], "u@example.com")
    account.put(("contacts", ""), "own@example.com")
    dead(alike, "own@example.com")
    assert run(alike) == {"taken": 1, "refused": 1}
    alike.run("release", "own@example.com", "--reason", "called", "--by", "ada")
    assert run(alike) == {}
    assert "own@example.com" in account.lists["contacts"], "not ours to take back"
    account._brevo = lambda *_: {"code": "bad", "message": "try later"}  # type: ignore[method-assign]
    done = alike.run("syncs", "run", "both", check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["state"] == "failed"


@only(*ANGRY)
def test_complaints_never_become_weaker(account: Account, alike: Command) -> None:
    account.put(ANGRY[account.provider], "angry@example.com")
    assert run(alike) == {"taken": 1}
    assert statuses(alike) == {"angry@example.com": "complained"}
    account.drop("angry@example.com")
    assert run(alike) == {"added": 1, "conflicts": 1}
    assert statuses(alike) == {"angry@example.com": "complained"}
    assert account.withheld == {"angry@example.com"}
    assert run(alike) == {}


@only("postmark")
def test_what_nobody_can_remove_is_counted(account: Account, alike: Command) -> None:
    account.put(ANGRY["postmark"], "angry@example.com")
    run(alike)
    alike.run("release", "angry@example.com", "--scope", "marketing", "--reason", "a mistake", "--by", "ada")
    assert run(alike) == {"impossible": 1}
    assert account.withheld == {"angry@example.com"}


@only("sendgrid")
def test_a_fault_of_the_sender_stays_theirs(account: Account, alike: Command) -> None:
    """SendGrid keeps a bounce for a blocklist: that withholds nothing here, and is left alone there."""
    original = account._sendgrid

    def blocked(method: str, path: str, query: Any, body: Any) -> Any:
        rows = original(method, path, query, body)
        why = "550 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org"
        return [{**row, "reason": why, "status": "5.7.1"} for row in rows] if isinstance(rows, list) else rows

    account._sendgrid = blocked  # type: ignore[method-assign]
    account.put(DEAD["sendgrid"], "fine@example.com")
    run(alike)
    assert statuses(alike) == {}
    assert run(alike) == {}
    assert account.withheld == {"fine@example.com"}


def test_one_address_that_is_refused_stops_nobody_else(account: Account, alike: Command) -> None:
    dead(alike, *(f"u{number}@example.com" for number in range(4)))
    account.refuses = {"u2@example.com"}
    assert run(alike) == {"added": 3, "refused": 1}
    assert account.withheld == {f"u{number}@example.com" for number in (0, 1, 3)}
    account.refuses = set()
    assert run(alike) == {"added": 1}


def test_a_killed_run_goes_on_where_it_was(account: Account, alike: Command, tmp_path: Path) -> None:
    """Killed while the provider has taken a write and not answered: nothing is lost, and it is no news from there."""
    here = {f"here{number}@example.com" for number in range(60)}
    dead(alike, *sorted(here))
    account.hang_after = 2 if account.provider in ("postmark", "listmonk", "brevo", "ses") else 1
    process = subprocess.Popen(
        [sys.executable, "-m", "prellbock", "--data", str(alike.data), "syncs", "run", "both"],
        stdout=subprocess.DEVNULL,
    )
    assert account.hanging.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    account.hang_after = None
    account.let_go.set()
    run(alike)
    assert account.withheld == here
    assert statuses(alike) == dict.fromkeys(here, "suppressed"), "nobody came in as an unsubscribe or complaint"
    assert run(alike) == {}
    states = [each["state"] for each in alike.lines("syncs", "runs", "both")]
    assert states == ["done", "done", "failed"]


def test_a_wrong_key_is_told_and_not_shown(account: Account, command: Command, tmp_path: Path) -> None:
    wrong = "AKIDOTHER:x-wrong" if account.provider == "ses" else "x-wrong"
    (tmp_path / "key").write_text(wrong)
    part = ("--of", PARTS[account.provider]) if account.provider in PARTS else ()
    (made,) = command.lines(
        "syncs", "add", "both", "--provider", account.provider, *part, "--key-file", str(tmp_path / "key"),
        "--base-url", account.url, "--allow-private", "--per-second", "1000",
    )  # fmt: skip
    done = command.run("syncs", "run", "both", check=False)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["state"] == "failed"
    assert "refuses the key (403): it must be" in told["why"]
    assert "x-wrong" not in json.dumps(made) + done.stdout.decode() + done.stderr.decode()
    assert b"x-wrong" not in (command.data / "prellbock.sqlite3").read_bytes()


@only("postmark")
def test_one_direction_only(account: Account, alike: Command) -> None:
    dead(alike, "here@example.com")
    account.put(DEAD["postmark"], "there@example.com")
    alike.run("syncs", "set", "both", "--direction", "in")
    assert run(alike) == {"taken": 1}
    alike.run("syncs", "set", "both", "--direction", "out")
    account.put(DEAD["postmark"], "other@example.com")
    assert run(alike) == {"added": 1}
    assert "other@example.com" not in statuses(alike)
    alike.run("syncs", "set", "both", "--direction", "both")
    assert run(alike) == {"taken": 1}, "what was not read is new when reading begins"


@only("postmark")
def test_hashes_are_only_read(account: Account, command: Command, tmp_path: Path) -> None:
    """An installation without addresses takes what stands there, and says why it writes nothing."""
    command.run("ingest", "--addresses", "hashed", "-", stdin=ndjson(event("u@example.com", "2026-01-05T08:00:00Z")))
    (tmp_path / "key").write_text(KEYS["postmark"])
    words = (
        "syncs", "add", "both", "--provider", "postmark", "--of", "outbound", "--key-file", str(tmp_path / "key"),
        "--base-url", account.url, "--allow-private",
    )  # fmt: skip
    refused = command.run(*words, check=False)
    assert refused.returncode == 1
    assert b"keeps addresses as hashes" in refused.stderr
    command.run(*words, "--direction", "in")
    account.put(DEAD["postmark"], "there@example.com")
    assert run(command) == {"taken": 1}
    assert run(command) == {}
    (checked,) = command.lines("check", stdin="there@example.com")
    assert checked["status"] == "suppressed"


@only("postmark")
def test_who_was_erased_does_not_come_back_from_the_other_list(account: Account, alike: Command) -> None:
    dead(alike, "u@example.com")
    run(alike)
    alike.run("erase", "u@example.com", "--by", "dpo", "--reason", "asked")
    assert run(alike) == {}
    assert alike.run("suppressions").stdout.count(b"u@example.com") == 0
    assert b"u@example.com" not in (alike.data / "prellbock.sqlite3").read_bytes()


@only("mailgun")
def test_a_server_runs_what_is_asked_for_and_tells(
    account: Account, serve: Callable[..., Server], tmp_path: Path
) -> None:
    server = serve()
    body = {
        "name": "both", "provider": "mailgun", "part": "mg.example.com", "secret": KEYS["mailgun"],
        "base_url": account.url, "allow_private": True, "per_second": 1000, "schedule": "daily 03:00 Europe/Berlin",
    }  # fmt: skip
    made = server.client.post("/v1/syncs", json=body)
    assert made.status_code == 201, made.text
    assert KEYS["mailgun"] not in made.text
    assert made.json()["next"] is not None
    account.put(DEAD["mailgun"], "there@example.com")
    dry = server.client.post("/v1/syncs/both/dry-run").json()
    assert (dry["counts"]["in_add"], dry["items"][0]["address"]) == (1, "there@example.com")
    assert server.client.post("/v1/syncs/both/run").status_code == 202
    deadline = time.monotonic() + 60
    while server.client.get("/v1/syncs/both").json()["success"] is None and time.monotonic() < deadline:
        time.sleep(0.2)
    runs = server.client.get("/v1/syncs/both/runs").json()
    assert (runs[0]["state"], runs[0]["counts"]["taken"]) == ("done", 1)
    listed = server.client.get("/v1/suppressions").text
    assert "there@example.com" in listed
    metrics = server.client.get("/metrics").text
    assert 'prellbock_sync_moved_total{name="both"} 1.0' in metrics
    assert "there@example.com" not in metrics
    assert server.client.patch("/v1/syncs/both", json={"base_url": "https://other.example"}).status_code == 400
    assert server.client.patch("/v1/syncs/both", json={"paused": True}).json()["next"] is None
    assert server.client.delete("/v1/syncs/both").status_code == 204
    audit = [each["action"] for each in server.client.get("/v1/audit").json()["items"]]
    assert audit[:5] == ["sync.remove", "sync.change", "sync.run", "sync.try", "sync.create"]
    assert server.client.get("/v1/syncs/both").status_code == 404
