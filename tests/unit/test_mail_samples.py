"""Whole mails: what each sample reports, and the labelled corpus where it stands beside the repository."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from prellbock.events import KIND_OF_OUTCOME
from prellbock.sources.mail import read_mail

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "data" / "mails"
EXPECTED: dict[str, list[list[object]]] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
CORPUS = Path(os.environ.get("PRELLBOCK_CORPUS", ROOT.parent / "shared" / "corpus"))


def told(raw: bytes) -> list[list[object]]:
    return [
        [KIND_OF_OUTCOME[event.outcome] if event.outcome else None, event.recipient, event.status, event.smtp_code]
        for event in read_mail(raw)
    ]


def test_every_sample_is_expected() -> None:
    assert {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*.eml")} == EXPECTED.keys()


def test_the_table_of_dialects_names_samples_and_modules_that_exist() -> None:
    table = (ROOT / "docs" / "reference" / "dialects.md").read_text(encoding="utf-8")
    samples = re.findall(r"`((?:real|written)/[\w.-]+\.eml)`", table)
    assert len(samples) > 50
    assert set(samples) <= EXPECTED.keys()
    folder = ROOT / "src" / "prellbock" / "sources" / "mail"
    for module in set(re.findall(r"`(\w+\.py)`", table)):
        assert (folder / module).exists() or (folder / "dialects" / module).exists(), module
    for system, number in re.findall(r"`mta/(\w+)-\*\.eml` \((\d+)\)", table):
        assert len(list((SAMPLES / "mta").glob(f"{system}-*.eml"))) == int(number), system


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_sample(name: str) -> None:
    assert told((SAMPLES / name).read_bytes()) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_line_ends_do_not_matter(name: str) -> None:
    raw = (SAMPLES / name).read_bytes().replace(b"\r\n", b"\n")
    assert told(raw) == told(raw.replace(b"\n", b"\r\n")) == told(raw.replace(b"\n", b"\r"))


@pytest.mark.skipif(not (CORPUS / "score.py").exists(), reason=f"the labelled corpus is not at {CORPUS}")
def test_labelled_corpus() -> None:
    command = [
        *(sys.executable, str(CORPUS / "score.py"), "mails", "--mails", str(CORPUS / "mails")),
        *("--expected", str(CORPUS / "mails-expected.json")),
        *("--cli", str(Path(sys.executable).parent / "prellbock")),
    ]
    figures = json.loads(subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout)
    assert figures["right_number_of_reports"] >= 0.97
    assert figures["recipient"] >= 0.97
    assert figures["status"] >= 0.95
    assert figures["smtp_code"] >= 0.95
