"""Rules of KumoMTA and PowerMTA as rules of ours."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.rules.import_kumomta import CATEGORY_OF as KUMOMTA
from prellbock.rules.import_kumomta import read_kumomta
from prellbock.rules.import_powermta import CATEGORY_OF as POWERMTA
from prellbock.rules.import_powermta import read_powermta
from prellbock.rules.imported import adapted, as_toml
from prellbock.rules.tokens import PatternError
from prellbock.rules.toml import read_texts
from prellbock.taxonomy import CATEGORIES

SAMPLES = Path(__file__).parents[1] / "data" / "imports"
READERS = {"kumomta": (read_kumomta, "kumomta.toml"), "powermta": (read_powermta, "powermta.config")}


def run(*arguments: str) -> tuple[int, str, str]:
    program = [sys.executable, "-c", "from prellbock.cli import main; main()", "rules", "import", *arguments]
    done = subprocess.run(program, capture_output=True, check=False, text=True)
    return done.returncode, done.stdout, done.stderr


def imported(form: str) -> Classifier:
    reader, name = READERS[form]
    rules, _ = reader((SAMPLES / name).read_text(), {})
    return Classifier(read_texts([("x.toml", as_toml(rules, "test", form))]))


@pytest.mark.parametrize(
    ("form", "text", "category"),
    [
        ("kumomta", "550 5.1.1 <u@example.com>: Not our Customer", "unknown_recipient"),
        ("kumomta", "552 1 Requested mail action aborted, mailbox not found", "unknown_recipient"),
        ("kumomta", "452 mailbox full", "mailbox_full"),
        ("powermta", "552 The mailbox is full", "mailbox_full"),
        ("powermta", "550 u@example.com is not a valid address", "unknown_recipient"),
        ("powermta", "550 No such user, spam", "reputation"),
    ],
)
def test_imported_rules_judge_like_the_old_system(form: str, text: str, category: str) -> None:
    assert imported(form).classify(DeliveryEvent(response=text)).category == category


def test_a_code_at_the_beginning_becomes_a_field() -> None:
    assert adapted(r"^550.+User\S Unknown") == (r"user\S unknown", "550")
    assert adapted(r"^550 5\.1\.1.+x\/y") == ("x/y", "5.1.1")
    assert adapted(r"^\d{3} [45]\.7\.1 policy") == ("policy", "x.7.1")
    assert adapted(r"^5\d\d nope") == ("nope", "5xx")
    assert adapted("^spam") == ("^spam", None)


@pytest.mark.parametrize("pattern", [r"^550", r"^[45]\.1\.1", r"^\d{3} 5\.1\.1", "(?=a)b", r"(a)\1", "["])
def test_what_is_not_possible_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        adapted(pattern)


@given(st.text(max_size=30))
def test_any_pattern_is_adapted_or_refused(pattern: str) -> None:
    try:
        own, code = adapted(pattern)
    except PatternError:
        return
    assert own
    assert code is None or code[0] in "245x"


def test_every_class_means_a_category() -> None:
    assert {*KUMOMTA.values(), *POWERMTA.values()} <= CATEGORIES.keys()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("kumomta", [":15: ", ":16: ", "look-around", ":18: ", "--map MyOwnClass=CATEGORY", ":19: "]),
        ("powermta", [":13: ", "look-around", ":14: ", "by_code", ":15: ", ":16: ", "/pattern/ category", ":17: "]),
    ],
)
def test_refusals_are_named_with_their_line_and_the_rest_is_written(form: str, told: list[str]) -> None:
    code, output, errors = run("--format", form, str(SAMPLES / READERS[form][1]))
    assert code == 1
    assert [part for part in told if part not in errors] == []
    assert len(read_texts([("out.toml", output)]).rules) >= 3


def test_an_own_class_can_be_mapped() -> None:
    _, output, errors = run("--format", "kumomta", "--map", "MyOwnClass=policy", str(SAMPLES / "kumomta.toml"))
    assert "kumomta-my-own-class" in output and "MyOwnClass" not in errors
    assert run("--format", "kumomta", "--map", "MyOwnClass=nonsense", str(SAMPLES / "kumomta.toml"))[0] == 2


def test_a_file_that_is_no_rule_file(tmp_path: Path) -> None:
    for text in ("[rules", "a = 1"):
        (tmp_path / "a.toml").write_text(text)
        code, output, errors = run("--format", "kumomta", str(tmp_path / "a.toml"))
        assert (code, output) == (1, "")
        assert "a.toml" in errors and "Traceback" not in errors
