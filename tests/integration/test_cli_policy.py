"""The command `policy`, and `decisions replay`, from outside."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from prellbock.history.policy import presets


def run(*arguments: str, data: Path | None = None, stdin: str = "", code: int = 0) -> list[str]:
    command = [sys.executable, "-m", "prellbock", *(["--data", str(data)] if data else []), *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return (done.stdout if code == 0 else done.stderr).splitlines()


EVENTS = "\n".join(
    json.dumps({
        "id": f"{address}{day}", "time": f"2026-01-{day:02d}T08:00:00Z", "recipient": address, "outcome": "bounced",
        "response": "550 5.1.1 User unknown", "message_id": f"{address}{day}",
    })
    for address, days in (("once@example.com", [5]), ("twice@example.com", [5, 8]), ("often@example.com", [5, 6, 7, 8]))
    for day in days
)  # fmt: skip


def test_the_way_from_a_preset_to_another_policy_and_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run("ingest", "-", data=data, stdin=EVENTS)
    listed = [json.loads(line) for line in run("policy", "list", data=data)]
    assert [each["name"] for each in listed] == presets()
    assert [each["name"] for each in listed if each["in_force"]] == ["default"]

    mine = tmp_path / "mine.toml"
    mine.write_text("\n".join(run("policy", "show", "csa-3", data=data)).replace('name = "csa-3"', 'name = "mine"'))
    run("policy", "lint", str(mine))
    *changed, counts = (
        json.loads(line)
        for line in run("decisions", "replay", "--policy", str(mine), "--as-of", "2026-01-09", data=data)
    )
    assert {(each["address"], each["before"]["status"], each["after"]["status"]) for each in changed} == {
        ("once@example.com", "paused", "watched"), ("twice@example.com", "suppressed", "watched"),
    }  # fmt: skip
    assert counts["judged"] >= 3 and counts["changed"] == 2
    assert {"before": "paused", "after": "watched", "count": 1} in counts["changes"]

    used = json.loads(run("policy", "use", str(mine), data=data)[0])
    assert (used["policy"], used["decisions"]) == ("mine", 3)
    assert [json.loads(line)["address"] for line in run("suppressions", data=data)] == ["often@example.com"]
    assert run("policy", "show", data=data) == mine.read_text().splitlines()
    assert [json.loads(line)["may_mail"] for line in run("check", data=data, stdin="twice@example.com")] == [True]
    run("policy", "use", "default", data=data)
    assert run("policy", "show", used["version"], data=data) == mine.read_text().splitlines()
    assert [json.loads(line)["may_mail"] for line in run("check", data=data, stdin="twice@example.com")] == [False]


def test_a_back_fill_is_told_at_its_end(tmp_path: Path) -> None:
    run("ingest", "--backfill", "-", data=tmp_path, stdin=EVENTS)
    withheld = {json.loads(line)["address"] for line in run("suppressions", "--as-of", "2026-01-08", data=tmp_path)}
    assert withheld == {"once@example.com", "twice@example.com", "often@example.com"}
    assert len(run("suppressions", "--since", "0", data=tmp_path)) == 3


def test_a_policy_that_blames_recipients_for_others_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "harsh.toml"
    file.write_text('name = "harsh"\n[[rule]]\nname = "r"\ncategory = ["mailbox_full", "reputation"]\n')
    for command in (("policy", "lint"), ("policy", "use"), ("policy", "show"), ("policy", "diagram")):
        said = "\n".join(run(*command, str(file), code=1))
        assert "harsh.toml:4: rule 'r': category: reputation is the fault of the sender" in said


@pytest.mark.parametrize("name", ["mailchimp", "default"])
def test_lint_ends_with_1_where_something_is_harsh(name: str) -> None:
    run("policy", "lint", name, code=1 if name == "mailchimp" else 0)
