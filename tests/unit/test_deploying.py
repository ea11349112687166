"""Where `make deploy` goes: the region of whoever deploys, before the one that stands in the script."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from stack import ROOT


@pytest.fixture
def sam(tmp_path: Path) -> Path:
    """`scripts/sam` in a checkout of its own, with a SAM CLI that says for which region it is called."""
    for name in ("scripts/sam", "infra/sam-requirements.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    place = tmp_path / ".venv-sam"
    (place / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "infra" / "sam-requirements.lock", place / "installed")
    for name, script in (("python", f'exec "{sys.executable}" "$@"'), ("sam", 'echo "$AWS_DEFAULT_REGION"')):
        (place / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (place / "bin" / name).chmod(0o755)
    return tmp_path / "scripts" / "sam"


@pytest.mark.parametrize(
    ("profile", "said", "region"),
    [
        ("", {}, "eu-central-1"),
        ("region = us-east-1", {}, "us-east-1"),
        ("region = us-east-1", {"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ("region = us-east-1", {"AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
    ],
)
def test_the_region_is_that_of_the_profile(
    sam: Path, tmp_path: Path, profile: str, said: dict[str, str], region: str
) -> None:
    (tmp_path / "config").write_text(f"[default]\n{profile}\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**kept, "AWS_CONFIG_FILE": str(tmp_path / "config"), **said}
    asked = subprocess.run([str(sam), "deploy"], env=environment, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == region
