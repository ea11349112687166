import os
from pathlib import Path

import pytest

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.rules.cached import default_cache_dir
from prellbock.rules.compile import compile_rules, prove
from prellbock.rules.model import Rule, RuleError, RuleSet
from prellbock.rules.toml import read_default, read_folder

SMALL = read_folder(Path(__file__).parents[1] / "data" / "rules")


def rule(name: str, *match: str) -> Rule:
    return Rule(name=name, category="policy", match=match)


def test_a_cached_database_gives_the_same_verdicts(tmp_path: Path) -> None:
    event = DeliveryEvent(response="550 Postfach ist ÜBERFÜLLT")
    first = Classifier(SMALL, tmp_path).classify(event)
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert Classifier(SMALL, tmp_path).classify(event) == first
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == kept
    assert first.category == "mailbox_full"


def test_a_changed_rule_compiles_nothing_but_itself(tmp_path: Path) -> None:
    old = RuleSet((rule("a", "user [^ ]+ unknown"), rule("b", "quota [^ ]+ exceeded")))
    new = RuleSet((rule("a", "user [^ ]+ unknown"), rule("b", "quota [^ ]+ reached")))
    compile_rules(old, tmp_path)
    before = set(tmp_path.iterdir())
    compile_rules(new, tmp_path)
    assert len(set(tmp_path.iterdir()) - before) == 2


def test_what_nobody_needs_any_more_is_removed_from_the_cache(tmp_path: Path) -> None:
    compile_rules(RuleSet((rule("a", "user [^ ]+ unknown"),)), tmp_path)
    old = set(tmp_path.iterdir())
    for file in old:
        os.utime(file, (1, 1))
    (tmp_path / "others").touch()
    os.utime(tmp_path / "others", (1, 1))
    compile_rules(RuleSet((rule("b", "quota [^ ]+ exceeded"),)), tmp_path)
    assert not old & set(tmp_path.iterdir())
    assert (tmp_path / "others").exists()


def test_shipped_rules_compile_their_patterns_when_they_are_needed(tmp_path: Path) -> None:
    proved = RuleSet((rule("a", "user [^ ]+ unknown"), rule("b", "quota [^ ]+ exceeded")), proved=True)
    classifier = Classifier(proved, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    assert classifier.classify(DeliveryEvent(response="550 user you unknown")).rule == "a"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"x" * 100])
def test_a_damaged_cache_is_compiled_again(tmp_path: Path, damage: bytes) -> None:
    Classifier(SMALL, tmp_path)
    sizes = {}
    for file in tmp_path.glob("*.hsdb"):
        good = file.read_bytes()
        sizes[file] = len(good)
        file.write_bytes(damage or good[:-1] + bytes([good[-1] ^ 1]))
    event = DeliveryEvent(response="550 user unknown")
    assert Classifier(SMALL, tmp_path).classify(event).rule == "user-unknown"
    assert {file: file.stat().st_size for file in sizes} == sizes


def test_a_cache_that_cannot_be_written_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert compile_rules(SMALL, tmp_path / "file" / "below").tables.patterns


@pytest.mark.parametrize(
    ("pattern", "words"), [("(?:ab)?", "nothing at all"), ("(?:ab|e)", "nearly every text"), ("(?=a)", "look-around")]
)
def test_a_pattern_that_cannot_be_used_is_named_with_its_rule(pattern: str, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        compile_rules(RuleSet((rule("good", "user unknown"), rule("bad", pattern))))
    (problem,) = caught.value.problems
    assert problem.rule == "bad" and problem.field == "match"
    assert words in problem.text and pattern in problem.text


def test_no_rules_at_all() -> None:
    classifier = Classifier(RuleSet(()))
    assert classifier.classify(DeliveryEvent(response="550 5.1.1 nobody")).rule == "5.1.1"


def test_every_shipped_pattern_compiles() -> None:
    compiled = compile_rules(read_default(), default_cache_dir())
    prove(compiled.ruleset, compiled.tables, compiled.trials)
