"""Rules compiled over their base judge as if they had been compiled as a whole."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.rules.cached import default_cache_dir
from prellbock.rules.changes import Changes, effective
from prellbock.rules.compile_changes import compile_over
from prellbock.rules.model import Rule, RuleSet
from prellbock.rules.toml import read_default

SHIPPED = read_default(default_cache_dir())
SMALL = RuleSet(SHIPPED.rules[::6], proved=True)
FRESH = Path(__file__).parents[1] / "data/fresh/third.jsonl"
TEXTS = [
    *(example.text for rule in SHIPPED.rules[::3] for example in rule.examples),
    *(json.loads(line)["text"] for line in FRESH.read_text().splitlines()),
]
WORDS = ("user unknown", "mailbox.{0,20}full", "blocked", r"\bspam\b", "zzz [0-9]+ never", "^550", "über", "quota")


@st.composite
def changes(draw: st.DrawFn) -> Changes:
    found: Changes = {}
    for rule in draw(st.lists(st.sampled_from(SMALL.rules), max_size=5, unique_by=lambda rule: rule.name)):
        kind = draw(st.sampled_from(("gone", "priority", "match", "unless")))
        found[rule.name] = {
            "gone": None,
            "priority": replace(rule, priority=draw(st.integers(-100, 100))),
            "match": replace(rule, match=(*rule.match[1:], draw(st.sampled_from(WORDS)))),
            "unless": replace(rule, unless=(*rule.unless, draw(st.sampled_from(WORDS)))),
        }[kind]
    for number, words in enumerate(draw(st.lists(st.sampled_from(WORDS), max_size=3))):
        found[f"own-{number}"] = Rule(f"own-{number}", "policy", (words,), priority=draw(st.integers(-100, 100)))
    return found


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compiled")


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(made=changes())
def test_over_the_base_or_as_a_whole(cache: Path, made: Changes) -> None:
    ruleset = effective(SMALL, made)
    events = [DeliveryEvent(response=text) for text in TEXTS]
    whole = Classifier(replace(ruleset, proved=True), cache)
    over = Classifier(ruleset, cache, base=SMALL)
    assert over.classify_many(events) == whole.classify_many(events)


def test_only_what_is_changed_is_compiled() -> None:
    own = Rule("own", "policy", ("frobnication of [a-z]+ wurzels",))
    compiled = compile_over(SMALL, effective(SMALL, {"own": own, SMALL.rules[3].name: None}))
    assert len(compiled.finders) == 2
    assert 1 <= compiled.finders[1].clues <= 2
    gone = compile_over(SMALL, effective(SMALL, {SMALL.rules[3].name: None}))
    assert len(gone.finders) == 1
