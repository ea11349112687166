"""What happened next: outcomes of verdicts and pauses, engagement as life, probes of two processes at once."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from processes import Command, dead, event, ndjson, on_a_terminal

REVIVED = [f"r{number}@gmail.com" for number in range(8)]
"""Called dead in January, mailed in February with success."""
DAY_ONE = 1_767_254_400
"""2026-01-01T08:00:00Z."""
CATEGORY = ("revival", "category")


def test_rules_are_judged_by_later_deliveries(command: Command) -> None:
    accepted_first = ndjson(
        event("gone@gmail.com", "2026-02-06T08:00:00Z", "delivered", message_id="late"),
        event("gone@gmail.com", "2026-02-06T09:00:00Z", message_id="late"),
    )
    failed = ndjson(*(event(person, "2026-01-05T08:00:00Z", message_id=person) for person in REVIVED))
    arrived = ndjson(
        *(event(person, "2026-02-05T08:00:00Z", "delivered", message_id=f"b{person}") for person in REVIVED)
    )
    command.run("ingest", "-", stdin=failed + dead("gone@gmail.com"))
    command.run("ingest", "-", stdin=arrived + accepted_first)
    lines = command.lines("outcomes")
    (rule,) = [line for line in lines if line.get("by") == "rule"]
    assert (rule["recipients"], rule["mailed_again"], rule["alive"], rule["offends"]) == (9, 9, 8, True)
    assert 0.5 < rule["low"] < rule["share"] < rule["high"] < 1
    categories = {(line["section"], line["name"]): line for line in lines if line.get("by") == "category"}
    assert categories["verdicts", "unknown_recipient"]["alive"] == 8
    revival = categories["revival", "unknown_recipient"]
    assert (revival["recipients"], revival["mailed_again"], revival["alive"]) == (8, 8, 8)
    done = command.run("rules", "lint", "--data", str(command.data), "--json", check=False)
    assert done.returncode == 1
    (finding,) = [found for found in map(json.loads, done.stdout.splitlines()) if found["kind"] == "disproved"]
    assert finding["rule"] == rule["name"]


def test_the_figures_are_the_same_however_the_input_is_cut(command: Command, tmp_path: Path) -> None:
    days: list[list[dict[str, object]]] = [[] for _ in range(60)]
    for number in range(24):
        for first, gap in ((number % 5, 9), (number % 5 + 24, number % 3 + 8)):
            person = f"u{number}@{'gmail.com' if number % 2 else 'example.com'}"
            days[first].append(event(person, DAY_ONE + first * 86400, message_id=f"{number}-{first}"))
            if number % 4:
                outcome, again = ("delivered" if number % 4 < 3 else "bounced"), first + gap - number % 2 * 5
                more = event(person, DAY_ONE + again * 86400 + number, outcome, message_id=f"{number}-{again}")
                days[again].append(more)
    late = event("u2@example.com", DAY_ONE + 36 * 86400, message_id="2-11")
    accepted = event("u2@example.com", DAY_ONE + 35 * 86400, "delivered", message_id="2-11")
    days[36] += [accepted, late, event("once@example.com", DAY_ONE + 36 * 86400, message_id="once")]
    everything = [each for day in days for each in day]
    shuffled = random.Random(5).sample(everything, len(everything))
    told = []
    ways: list[tuple[list[str], list[list[dict[str, object]]]]] = [
        ([], [day for day in days if day]),
        ([], [everything]),
        ([], [shuffled[begin::3] for begin in range(3)]),
        (["--backfill"], [everything]),
        (["--backfill"], [shuffled]),
    ]
    for number, (words, parts) in enumerate(ways):
        each = Command(tmp_path / str(number))
        for part in parts:
            each.run("ingest", *words, "-", stdin=ndjson(*part))
        (story,) = each.lines("recipient", "u1@gmail.com", "--as-of", "2026-01-27T08:00:00Z")
        told.append((each.lines("outcomes"), story["chance"]))
    assert told[1:] == told[:1] * (len(told) - 1)
    (revival,) = [line for line in told[0][0] if line["section"] == "revival" and line["by"] == "category"]
    assert 0 < revival["alive"] < revival["mailed_again"] < revival["recipients"]
    assert told[0][1] is not None


def test_a_pause_that_was_undone_is_none(command: Command) -> None:
    outage = ndjson(*(event(person, "2026-01-05T08:00:00Z", message_id=person) for person in REVIVED))
    command.run("ingest", "-", stdin=outage + ndjson(event("u@gmail.com", "2026-01-07T08:00:00Z", message_id="u")))
    command.run("decisions", "undo", "--until", "2026-01-06", "--reason", "an outage")
    (revival,) = [line for line in command.lines("outcomes") if (line["section"], line.get("by")) == CATEGORY]
    assert revival["recipients"] == 1


def test_an_open_or_click_is_a_sign_of_life_in_any_order(command: Command, tmp_path: Path) -> None:
    click = ndjson(event("u@example.com", "2026-01-20T08:00:00Z", "click"))
    for number, parts in enumerate(([dead("u@example.com"), click], [click, dead("u@example.com")])):
        each = Command(tmp_path / str(number))
        for part in parts:
            each.run("ingest", "-", stdin=part)
        assert each.lines("suppressions") == []
        (story,) = each.lines("recipient", "u@example.com")
        assert (story["last_delivery"], story["last_engagement"]) == (None, "2026-01-20T08:00:00Z")
        assert [line["status"] for line in each.lines("suppressions", "--as-of", "2026-01-10")] == ["suppressed"]
        later = ndjson(event("u@example.com", "2026-02-20T08:00:00Z", message_id="3"))
        each.run("ingest", "-", stdin=later)
        assert [line["status"] for line in each.lines("suppressions", "--as-of", "2026-02-21")] == ["paused"]


def test_of_two_campaigns_at_once_one_gets_each_probe(command: Command) -> None:
    now = time.time()
    people = [f"u{number}@example.com" for number in range(300)]
    paused = [event(person, now - 20 * 86400, message_id=person) for person in people]
    command.run("ingest", "-", stdin=ndjson(*paused))
    words = [sys.executable, "-m", "prellbock", "--data", str(command.data), "check", "--campaign"]
    asking = [
        subprocess.Popen([*words, campaign], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for campaign in ("one", "two")
    ]
    for process in asking:
        assert process.stdin is not None
        process.stdin.write("\n".join(people).encode())
        process.stdin.close()
    answers = []
    for process in asking:
        assert process.stdout is not None
        answers.append({line["address"]: line["may_mail"] for line in map(json.loads, process.stdout)})
        process.stdout.close()
        assert process.wait() == 0
    assert [len(found) for found in answers] == [300, 300]
    assert all(answers[0][person] != answers[1][person] for person in people)
    (granted,) = [line["granted"] for line in command.lines("outcomes") if line["section"] == "probes"]
    assert granted == 300
    story = command.lines("recipient", people[0])[0]
    assert [probe["campaign"] for probe in story["probes"]] in (["one"], ["two"])


def test_the_table_fits_into_80_columns(command: Command) -> None:
    failed = ndjson(*(event(person, "2026-01-05T08:00:00Z", message_id=person) for person in REVIVED))
    command.run("ingest", "-", stdin=failed)
    command.run("ingest", "-", stdin=failed.replace("01-05", "02-05").replace('@gmail.com"}', '@gmail.com2"}'))
    shown = on_a_terminal(command, "outcomes")
    assert "Called dead by rule: how many live" in shown
    assert "Second chance after a pause, by category" in shown
    assert any("unknown_recipient" in line and "0.0% to" in line for line in shown)
    assert max(map(len, shown)) < 80
