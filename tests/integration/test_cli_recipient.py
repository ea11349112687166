"""One address: what is known, why, and how to undo it."""

from processes import Command, dead, event, ndjson, on_a_terminal


def test_the_story_names_rule_and_evidence(command: Command) -> None:
    command.run("ingest", "-", stdin=dead("gone@example.com") + ndjson(
        event("gone@example.com", "2026-01-09T08:00:00Z", "complaint", stream="newsletter"),
        event("gone@example.com", "2026-01-02T08:00:00Z", "delivered", message_id="0"),
    ))  # fmt: skip
    (found,) = command.lines("recipient", "Gone@Example.com")
    assert (found["address"], found["status"], found["since"]) == (
        "gone@example.com",
        "suppressed",
        "2026-01-08T08:00:00Z",
    )
    assert (found["category"], found["rule"], found["until"]) == ("unknown_recipient", "dead-twice", None)
    for part in ("Suppressed since 8 January 2026", "User unknown", "two messages on two days", "dead-twice",
                 "2 January 2026", "Complained on 9 January 2026", "consent"):  # fmt: skip
        assert part in found["explanation"], part
    assert [(mark["status"], mark["scope"]) for mark in found["marks"]] == [("complained", "marketing")]
    assert found["last_delivery"] == "2026-01-02T08:00:00Z"
    assert [(e["outcome"], e["counted"], e["category"]) for e in found["evidence"]] == [
        ("complaint", False, "complaint"),
        ("bounced", True, "unknown_recipient"),
        ("bounced", True, "unknown_recipient"),
    ]
    assert found["evidence"][1]["response"].endswith("User unknown")
    assert len({e["message"] for e in found["evidence"][1:]}) == 2
    statuses = [entry["status"] for entry in found["history"]]
    assert set(statuses) == {"suppressed", "complained"}
    assert all(entry["policy"] and entry["ruleset"] and entry["actor"] for entry in found["history"])


def test_as_it_was_then(command: Command) -> None:
    command.run("ingest", "-", stdin=dead("gone@example.com"))
    (then,) = command.lines("recipient", "gone@example.com", "--as-of", "2026-01-06T00:00:00Z")
    assert (then["status"], then["until"]) == ("paused", "2026-01-12T08:00:00Z")
    assert "Paused from 5 January 2026 until 12 January 2026" in then["explanation"]
    (before,) = command.lines("recipient", "gone@example.com", "--as-of", "2026-01-01")
    assert (before["status"], before["evidence"]) == ("deliverable", [])


def test_nobody_and_nonsense(command: Command) -> None:
    command.run("ingest", "-", stdin=dead("gone@example.com"))
    (nobody,) = command.lines("recipient", "new@example.com")
    assert (nobody["status"], nobody["evidence"], nobody["history"]) == ("deliverable", [], [])
    assert nobody["explanation"].startswith("Nothing is known")
    done = command.run("recipient", "nonsense", check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "no @" in done.stderr.decode()


def test_people_get_a_text_of_80_columns(command: Command) -> None:
    long = f"{'x' * 60}@{'sub.' * 20}example.com"
    command.run("ingest", "-", stdin=dead("gone@example.com") + dead(long))
    shown = on_a_terminal(command, "recipient", "gone@example.com")
    assert shown[0] == "gone@example.com  suppressed"
    assert any("User unknown" in line for line in shown)
    assert any("dead-twice, by ingest" in line for line in shown)
    for address in ("gone@example.com", long):
        assert max(len(line) for line in on_a_terminal(command, "recipient", address)) < 80
    assert on_a_terminal(command, "recipient", "gone@example.com", "--json")[0].startswith('{"address"')


def test_the_story_tells_what_people_did_in_english_and_german(command: Command) -> None:
    command.run("ingest", "-", stdin=dead("gone@example.com"))
    command.run("note", "gone@example.com", "ticket 4711", "--by", "tom")
    command.run("release", "gone@example.com", "--reason", "wants mail", "--by", "ann")
    (english,) = command.lines("recipient", "gone@example.com", "--language", "en")
    for part in ("tom noted: ticket 4711.", "ann released the address: wants mail."):
        assert part in english["explanation"], part
    assert [(act["action"], act["by"], act["reason"]) for act in english["actions"]] == [
        ("note", "tom", "ticket 4711"),
        ("release", "ann", "wants mail"),
    ]
    assert english["history"][-1]["reason"] == "wants mail"
    (german,) = command.lines("recipient", "gone@example.com", "--language", "de")
    assert "hat ann die Adresse freigegeben: wants mail." in german["explanation"]
    assert german["status"] == english["status"] == "deliverable"
    shown = on_a_terminal(command, "recipient", "gone@example.com", "--language", "de")
    assert shown[0] == "gone@example.com  zustellbar"
    assert "Was entschieden wurde, das Neueste zuerst:" in shown
    assert max(map(len, shown)) < 80


def test_the_story_says_how_such_pauses_usually_end(command: Command) -> None:
    people = [f"r{number}@example.com" for number in range(5)]
    failed = ndjson(*(event(person, "2026-01-05T08:00:00Z", message_id=person) for person in people))
    arrived = ndjson(*(event(person, "2026-02-05T08:00:00Z", "delivered", message_id="x") for person in people[:4]))
    command.run("ingest", "-", stdin=failed)
    command.run("ingest", "-", stdin=arrived)
    (story,) = command.lines("recipient", people[4])
    assert (story["chance"]["share"], story["chance"]["cases"]) == (1.0, 4)
    assert "100% of addresses received mail again (51% to 100%, from 4)" in story["explanation"]
