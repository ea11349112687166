import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from prellbock.bench import WORKLOADS, workload
from prellbock.bench.samples import distinct_responses, generated_rules
from prellbock.bench.timing import interleaved
from prellbock.classify.classifier import Classifier
from prellbock.cli.bench import bench
from prellbock.rules.toml import read_folder


@pytest.mark.parametrize("name", list(WORKLOADS))
def test_every_workload_exists(name: str) -> None:
    assert callable(workload(name))


def test_help_lists_the_workloads() -> None:
    said = CliRunner().invoke(bench, ["--help"]).output
    assert all(name in said for name in WORKLOADS)


def test_the_responses_measured_are_all_different() -> None:
    ruleset = read_folder(Path(__file__).parents[1] / "data" / "rules")
    texts = distinct_responses(ruleset, 500, random.Random(1))
    assert len(set(texts)) == 500
    assert texts == distinct_responses(ruleset, 500, random.Random(1))


def test_generated_rules_compile() -> None:
    assert len(Classifier(generated_rules(20, random.Random(1))).ruleset.rules) == 20


def test_everything_timed_has_a_time() -> None:
    ran: list[str] = []
    times = interleaved({"a": lambda: ran.append("a"), "b": lambda: ran.append("b")}, rounds=2)
    assert ran == ["a", "b", "a", "b"]
    assert set(times) == {"a", "b"} and min(times.values()) >= 0
