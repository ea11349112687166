"""Drift: a provider's new words and verdicts that no longer hold are found; what is as ever is not."""

from collections.abc import Iterator
from typing import Any

import pytest
from processes import Command, event, ndjson

DAY = 86_400
BEGIN = 1_767_225_600  # 2026-01-01T00:00:00Z
UNTIL = "2026-02-10T00:00:00Z"
USUAL = "550 5.1.1 <u@example.com>: Recipient address rejected: User unknown in virtual mailbox table"
OTHER = "452 4.2.2 mailbox is over quota"
CHANGED = "554 5.7.9 wording that nobody had seen before this week"


def bounces(days: range, text: str, mx: str, each_day: int = 40) -> Iterator[dict[str, Any]]:
    for day in days:
        for n in range(each_day):
            yield event(f"{text[:3]}{day}x{n}@example.com", BEGIN + day * DAY + n, response=text, mx=mx,
                        message_id=f"{mx}{text[-4:]}{day}x{n}")  # fmt: skip


def drifting(command: Command, *lines: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    command.run("ingest", "-", stdin=ndjson(*lines))
    found = command.lines("learn", "drift", "--until", UNTIL)
    return {(each["kind"], each["subject"]): each for each in found}


def test_what_is_as_ever_does_not_drift(command: Command) -> None:
    found = drifting(command, *bounces(range(40), USUAL, "mx.example.net"), *bounces(range(40), OTHER, "mx1.gmx.net"))
    assert {kind for kind, _ in found} >= {"new_templates", "provider_wording", "model_agreement"}
    assert not any(each["drifts"] for each in found.values())
    assert found["new_templates", "all responses"]["share"] == 0
    assert found["new_templates", "all responses"]["cases"] == 7 * 80


def test_a_provider_that_changes_its_words_is_named_with_samples(command: Command) -> None:
    found = drifting(
        command, *bounces(range(40), USUAL, "mx.example.net", 200), *bounces(range(33), OTHER, "mx1.gmx.net"),
        *bounces(range(33, 40), CHANGED, "mx1.gmx.net"),
    )  # fmt: skip
    wording = found["provider_wording", "gmx"]
    assert (wording["share"], wording["usual"], wording["drifts"]) == (1.0, 0.0, True)
    assert wording["samples"][0]["text"] == CHANGED
    assert found["new_templates", "all responses"]["share"] == pytest.approx(40 / 240, abs=1e-4)
    assert found["new_templates", "all responses"]["drifts"]


def test_the_first_days_of_a_history_are_no_drift(command: Command) -> None:
    found = drifting(command, *bounces(range(34, 40), CHANGED, "mx1.gmx.net", 100))
    assert found["new_templates", "all responses"]["usual"] is None
    assert not any(each["drifts"] for each in found.values())


def test_the_dead_who_live_are_drift_and_no_sample_names_anybody(command: Command) -> None:
    lines = [*bounces(range(40), USUAL, "mx.example.net")]
    # Early verdicts hold: the same people fail again. Of those of the last but one week all live.
    for each in lines[: 40 * 26]:
        lines.append({**each, "time": each["time"] + 2 * DAY, "message_id": each["message_id"] + "again"})
    for each in lines[40 * 27 : 40 * 32]:
        alive = event(
            each["recipient"], each["time"] + 2 * DAY, outcome="delivered", message_id="m" + each["message_id"]
        )
        lines.append(alive)
    found = drifting(command, *lines)
    outcome = found["outcomes", "verdicts and outcomes"]
    assert (outcome["share"], outcome["usual"], outcome["drifts"]) == (1.0, 0.0, True)
    assert outcome["samples"][0]["says"] == "unknown_recipient"
    assert not any("@example.com" in sample["text"] for each in found.values() for sample in each["samples"])
