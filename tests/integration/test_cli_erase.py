"""``prellbock erase`` from outside: nothing is left in the data folder, and the answers are those of a stranger."""

import json

from processes import Command, dead

JANE = "jane.doe@example.com"


def _is_named(command: Command) -> bool:
    return any(JANE.encode() in path.read_bytes().lower() for path in command.data.iterdir())


def test_nothing_is_left(command: Command) -> None:
    command.run("ingest", "-", stdin=dead(JANE))
    command.run("note", JANE, "called twice")
    (would,) = command.lines("erase", JANE, "--dry-run")
    assert (would["kept"], would["dry_run"]) == (["suppressed:all"], True)
    assert _is_named(command)
    (erased,) = command.lines("erase", JANE.title())
    assert (erased["found"], erased["kept"], erased["traces"]) == (True, ["suppressed:all"], [])
    assert not _is_named(command)
    assert command.lines("check", stdin=JANE)[0]["status"] == "suppressed"
    (line,) = command.lines("suppressions")
    assert line["address"] is None
    assert command.run("suppressions", "--format", "csv").stdout
    assert not command.lines("check", stdin=JANE)[0]["may_mail"]
    assert command.lines("recipient", "--json", JANE)[0]["status"] == "suppressed"
    (forgotten,) = command.lines("erase", JANE, "--forget")
    assert (forgotten["found"], forgotten["kept"], forgotten["traces"]) == (True, [], [])
    assert command.lines("check", stdin=JANE)[0]["status"] == "deliverable"
    assert command.lines("suppressions") == []


def test_a_list_of_addresses_and_what_is_none(command: Command) -> None:
    command.run("ingest", "-", stdin=dead(JANE))
    done = command.run("erase", "-", stdin=f"{JANE}\nno address\nnobody@example.com\n", check=False)
    assert done.returncode == 1
    assert [json.loads(line)["found"] for line in done.stdout.splitlines()] == [True, False]
    assert "<stdin>:2" in done.stderr.decode()


def test_it_wants_an_address(command: Command) -> None:
    done = command.run("erase", check=False)
    assert done.returncode == 2
    assert "name an address" in done.stderr.decode()
