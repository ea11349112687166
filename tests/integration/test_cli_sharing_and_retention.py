"""Links to reports, reports by mail and retention, as the command line sees them; the server sees the same."""

import httpx
import pytest
from processes import Command, Server, dead, on_a_terminal


@pytest.fixture
def filled(command: Command) -> Command:
    command.run("ingest", "-", stdin=dead("gone@gmail.com"))
    return command


def test_a_link_is_made_listed_opened_and_revoked(filled: Command) -> None:
    (made,) = filled.lines("report-links", "add", "--month", "2026-01", "--days", "3", "--language", "de")
    (listed,) = filled.lines("report-links", "list")
    assert listed["link"] is None
    assert {**listed, "link": made["link"]} == made
    server = Server(filled.data)
    try:
        answer = httpx.get(server.address + made["link"])
        assert answer.status_code == 200, answer.text
        assert filled.lines("report-links", "revoke", str(made["number"]))[0]["revoked"]
        assert httpx.get(server.address + made["link"]).status_code == 410
    finally:
        server.stop()
    assert filled.lines("report-links", "list") == []
    again = filled.run("report-links", "revoke", str(made["number"]), check=False)
    assert again.returncode == 1
    assert b"report-links list" in again.stderr


def test_a_link_to_a_month_that_has_not_begun_is_refused(filled: Command) -> None:
    refused = filled.run("report-links", "add", "--month", "2126-01", check=False)
    assert refused.returncode == 2
    assert b"has not begun" in refused.stderr


def test_a_mail_is_set_changed_asked_for_and_removed(filled: Command) -> None:
    (first,) = filled.lines("report-mails", "set", "a@example.com", "--stream", "newsletter", "--day", "3")
    (second,) = filled.lines("report-mails", "set", "b@example.com", "c@example.com", "--stream", "newsletter")
    assert second["number"] == first["number"], "one mail a stream"
    assert second["recipients"] == ["b@example.com", "c@example.com"]
    (asked,) = filled.lines("report-mails", "send", str(first["number"]), "--month", "2026-01")
    assert (asked["last"]["month"], asked["last"]["attempts"]) == ("2026-01", 0)
    assert filled.lines("report-mails", "list") == [asked]
    filled.run("report-mails", "remove", str(first["number"]))
    assert filled.lines("report-mails", "list") == []
    for words in (("remove", "7"), ("send", "7")):
        refused = filled.run("report-mails", *words, check=False)
        assert refused.returncode == 1
        assert b"report-mails list" in refused.stderr


def test_a_mail_to_nobody_is_refused(filled: Command) -> None:
    refused = filled.run("report-mails", "set", "no address", check=False)
    assert refused.returncode == 1
    assert b"recipients" in refused.stderr


def test_retention_is_shown_and_changed(filled: Command) -> None:
    kinds = {each["name"]: each for each in filled.lines("retention", "show")}
    assert kinds["recipients"]["count"] == 1
    assert (kinds["raws"]["days"], kinds["raws"]["chosen"]) == (30, True)
    assert filled.lines("retention", "set", "raws", "7")[0]["days"] == 7
    server = Server(filled.data)
    try:
        shown = {each["name"]: each for each in server.client.get("/v1/retention").json()["items"]}
    finally:
        server.stop()
    assert shown["raws"]["days"] == 7
    assert filled.lines("retention", "set", "raws", "default")[0]["days"] == 30


@pytest.mark.parametrize(("kind", "days"), [("ledger", "7"), ("raws", "0"), ("raws", "nan"), ("raws", "soon")])
def test_what_may_not_be_kept_so_is_refused(filled: Command, kind: str, days: str) -> None:
    before = filled.lines("retention", "show")
    refused = filled.run("retention", "set", kind, days, check=False)
    assert refused.returncode == 2
    assert b"raws" in refused.stderr or b"days" in refused.stderr
    assert filled.lines("retention", "show") == before


def test_a_terminal_gets_a_table(filled: Command) -> None:
    lines = on_a_terminal(filled, "retention", "show")
    assert lines[0].split()[:2] == ["kind", "kept"]
    assert max(map(len, lines)) <= 80
