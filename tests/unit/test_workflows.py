"""What the workflows of GitHub promise: only what was pushed to main is deployed, all of it, by code that is known."""

import re
from typing import Any

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse
from stack import ROOT, TEMPLATE

Json = dict[str, Any]
FOLDER = ROOT / ".github" / "workflows"


def workflow(name: str) -> Json:
    # YAML 1.1 reads the key `on` as true; nothing here asks for it.
    read: Json = yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))
    return read


def steps(name: str, job: str) -> list[Json]:
    found: list[Json] = workflow(name)["jobs"][job]["steps"]
    return found


def using(name: str, job: str, action: str) -> Json:
    """The inputs of the one step that uses an action."""
    (found,) = [each["with"] for each in steps(name, job) if each.get("uses", "").startswith(f"{action}@")]
    inputs: Json = found
    return inputs


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_actions_are_pinned_to_a_commit_and_no_secret_is_asked_for(path: Any) -> None:
    text = path.read_text("utf-8")
    used = [line.partition("uses:")[2].strip() for line in text.splitlines() if "uses:" in line]
    assert used
    assert [each for each in used if not re.fullmatch(r"\./\S+|[\w./-]+@[0-9a-f]{40} # v[\d.]+", each)] == []
    assert "secrets." not in text
    assert "secrets: inherit" not in text
    for job in workflow(path.stem)["jobs"].values():
        for step in job.get("steps", ()):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_both_stages_get_every_folder_that_the_template_brings() -> None:
    resources = yaml_parse(TEMPLATE.read_text("utf-8"))
    wanted = {
        resources["Globals"]["Function"]["CodeUri"],
        resources["Resources"]["Parquet"]["Properties"]["ContentUri"],
    }
    kept = using("deploy", "package", "actions/upload-artifact")
    paths = str(kept["path"]).split()
    assert {f"../{path}/" for path in paths} == wanted
    # Of several folders the artifact holds what follows the part that they share.
    assert {path.partition("/")[0] for path in paths} == {"build"}
    back = using("deploy-stage", "deploy", "actions/download-artifact")
    assert (back["name"], back["path"]) == (kept["name"], "build")


PUSHED: Json = {
    "event_name": "workflow_run",
    "repository": "us/prellbock",
    "ref": "refs/heads/main",
    "event": {
        "workflow_run": {
            "conclusion": "success", "event": "push", "head_repository": {"full_name": "us/prellbock"},
        }
    },
}  # fmt: skip


def _with(**facts: Any) -> Json:
    run = {**PUSHED["event"]["workflow_run"], **facts}
    return {**PUSHED, "event": {"workflow_run": run}}


@pytest.mark.parametrize(
    ("said", "is_deployed"),
    [
        (PUSHED, True),
        (_with(conclusion="failure"), False),
        (_with(conclusion="cancelled"), False),
        # A branch `main` of a fork: its pull request passes CI, and GitHub matches `branches: [main]`.
        (_with(event="pull_request", head_repository={"full_name": "them/prellbock"}), False),
        (_with(event="pull_request"), False),
        (_with(head_repository={"full_name": "them/prellbock"}), False),
        ({**PUSHED, "event_name": "workflow_dispatch", "event": {}}, True),
        ({**PUSHED, "event_name": "workflow_dispatch", "ref": "refs/heads/mine", "event": {}}, False),
    ],
)
def test_only_what_was_pushed_to_main_and_has_passed_is_deployed(said: Json, is_deployed: bool) -> None:
    assert _holds(workflow("deploy")["jobs"]["package"]["if"], said) is is_deployed


def _holds(condition: str, said: Json) -> bool:
    """The value of a condition of GitHub Actions that compares with ``==`` alone; ``&&`` binds more than ``||``."""

    def value(word: str) -> object:
        if word.startswith("'"):
            return word.strip("'")
        found: Any = said
        for name in word.removeprefix("github.").split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def equal(comparison: str) -> bool:
        left, _, right = comparison.partition("==")
        return value(left.strip()) == value(right.strip())

    return any(all(equal(each) for each in some.split("&&")) for some in condition.split("||"))


def test_production_waits_for_staging_and_each_stage_asks_in_its_own_name() -> None:
    jobs = workflow("deploy")["jobs"]
    assert (jobs["staging"]["needs"], jobs["production"]["needs"]) == ("package", "staging")
    assert {jobs[stage]["with"]["stage"] for stage in ("staging", "production")} == {"staging", "production"}
    assert "id-token" not in workflow("deploy")["permissions"]
    assert workflow("deploy-stage")["jobs"]["deploy"]["environment"] == "${{ inputs.stage }}"
