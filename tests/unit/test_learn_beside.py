"""What the model adds to rules, on texts that neither has seen."""

import numpy as np
import pytest

from prellbock.learn.beside import Beside
from prellbock.learn.corpus import Labelled
from prellbock.learn.fit import Split, prepared, quoting
from prellbock.learn.report import report
from prellbock.rules.model import Example, Rule, RuleSet

WORDS = {"mailbox_full": ("mailbox is full", "quota exceeded"), "spam_content": ("looks like spam", "junk was found")}
PLACES = ("here", "there", "now", "today", "again", "please", "sorry", "always", "never", "within", "host", "domain")
FOUND = [
    Labelled(text=f"550 {phrase} {place} {place[::-1]} {place}", category=category, origin="gathered")
    for category, phrases in WORDS.items()
    for phrase in phrases
    for place in PLACES
]


def rule(name: str, category: str, pattern: str, example: str) -> Rule:
    return Rule(name=name, category=category, match=(pattern,), examples=(Example(text=example),))


@pytest.fixture(scope="module")
def told() -> Beside:
    rules = RuleSet((
        rule("quotes", "mailbox_full", "mailbox is full", FOUND[0].text),
        rule("knows", "spam_content", "looks like spam", "looks like spam to the eyes of our beholders"),
    ))  # fmt: skip
    examples = [
        Labelled(text=example.text, category=rule.category, origin="example", group=rule.name)
        for rule in rules.rules
        for example in rule.examples
    ]
    (found,) = (part for part in report([*FOUND, *examples], ruleset=rules) if isinstance(part, Beside))
    return found


def test_rules_that_quote_a_text_are_taken_away_before_it_is_judged(told: Beside) -> None:
    assert told.rules.texts == told.rules_and_model.texts == len(FOUND)
    assert told.rules_taken == 1
    # One of two phrases of spam is known to a rule that quotes none of the texts; the other rule knows the texts of
    # the other folds, which do not read nearly the same.
    by_rule = told.rules.decided_by["rule"]
    assert len(PLACES) <= by_rule < 2 * len(PLACES)
    assert told.rules.category == pytest.approx(by_rule / len(FOUND), abs=1e-4)


def test_the_model_decides_what_is_left(told: Beside) -> None:
    assert told.rules_and_model.decided_by["rule"] == told.rules.decided_by["rule"]
    assert told.rules_and_model.category > told.rules.category
    assert told.rules_and_model.unclassified < told.rules.unclassified


def test_a_rule_quotes_what_reads_nearly_the_same() -> None:
    rows = [
        Labelled(text="550 <a@b.example>: mailbox is full", category="mailbox_full", origin="gathered"),
        Labelled(text="550 <c@d.example>: mailbox is full", category="mailbox_full", origin="example", group="near"),
        Labelled(text="550 quota exceeded", category="mailbox_full", origin="example", group="far"),
    ]
    data = prepared(rows)
    asked = Split("file", np.arange(len(rows)) == 0)
    assert quoting(data, asked) == {"near"}
