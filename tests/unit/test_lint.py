import pytest

from prellbock.classify.classifier import Classifier
from prellbock.classify.lint import lint, try_examples
from prellbock.classify.lint_notes import hits_of, never_fired, notes
from prellbock.classify.replay import replay
from prellbock.events import DeliveryEvent
from prellbock.rules.model import RuleError
from prellbock.rules.toml import read_texts


def classifier_of(*rules: str) -> Classifier:
    return Classifier(read_texts([("x.toml", "".join(f"[[rule]]\nsource = 'test'\n{rule}\n" for rule in rules))]))


def kinds(*rules: str) -> set[tuple[str, str]]:
    return {(finding.rule, finding.kind) for finding in lint(classifier_of(*rules))}


FULL = "name = 'full'\ncategory = 'mailbox_full'\nmatch = 'mailbox full'\nexamples = ['552 Mailbox full']"
ODD = "name = 'odd'\ncategory = 'mailbox_full'\nmatch = 'mailbox ful'\nexamples = ['552 Mailbox full']"


def test_a_good_rule_has_no_findings() -> None:
    assert kinds(FULL) == set()


@pytest.mark.parametrize(
    ("rules", "finding"),
    [
        ([FULL.replace("examples", "counterexamples")], ("full", "exampleless")),
        ([FULL + "\ncounterexamples = ['550 the mailbox full of spam']"], ("full", "counterexample")),
        ([FULL.replace("552 Mailbox full", "552 no space")], ("full", "unmatched_example")),
        ([FULL.replace("552 Mailbox full", "552 no space")], ("full", "dead")),
        ([FULL, ODD], ("odd", "shadowed")),
        ([FULL, ODD.replace("mailbox_full", "policy")], ("full", "lost_example")),
        ([FULL, ODD.replace("mailbox ful'", "mailbox full'")], ("odd", "duplicate_pattern")),
        (
            [FULL, ODD.replace("mailbox_full", "inactive_recipient").replace("mailbox ful'", "mailbox full$'")],
            ("full", "conflicting"),
        ),
    ],
)
def test_each_weakness_is_found(rules: list[str], finding: tuple[str, str]) -> None:
    assert finding in kinds(*rules)


def test_a_missing_source_is_found() -> None:
    (finding,) = lint(Classifier(read_texts([("x.toml", "[[rule]]\n" + FULL)])))
    assert (finding.rule, finding.kind) == ("full", "missing_source")


def test_an_example_takes_what_its_rule_demands() -> None:
    rule = FULL + "\nprovider = 'google'\nstage = 'rcpt'\nreporter = 'remote'"
    assert [trial.passed for trial in try_examples(classifier_of(rule))] == [True]


def test_findings_say_where_and_what_to_do() -> None:
    (finding,) = lint(classifier_of(FULL.replace("examples = ['552 Mailbox full']", "")))
    assert finding.place == "x.toml:1"
    assert "examples" in finding.advice


def test_a_pattern_without_an_example_is_a_note_and_no_finding() -> None:
    classifier = classifier_of(FULL.replace("'mailbox full'", "['mailbox full', 'over quota']"))
    assert lint(classifier) == []
    (note,) = notes(classifier)
    assert (note.kind, note.place) == ("untested_pattern", "x.toml:1")
    assert "'over quota'" in note.text


@pytest.mark.parametrize(
    ("pattern", "more", "found"),
    [
        ("ful", "", True),
        (r"\bful", "", False),
        ("^5.*ful", "", False),
        ("ful", "\ncode = '5xx'", False),
        ("voll", "", False),
        ("邮箱满", "", False),
    ],
)
def test_short_patterns_must_be_anchored(pattern: str, more: str, found: bool) -> None:
    rule = f"name = 'full'\ncategory = 'mailbox_full'\nmatch = '{pattern}'\nexamples = ['552 full voll 邮箱满']{more}"
    assert (("full", "short_pattern") in kinds(rule)) is found


def test_patterns_that_find_examples_of_other_categories_are_noted() -> None:
    classifier = classifier_of(
        FULL, "name = 'spam'\ncategory = 'spam_content'\nmatch = 'spam'\nexamples = ['550 mailbox full of spam']"
    )
    assert lint(classifier) == []
    (note,) = notes(classifier)
    assert (note.rule, note.kind) == ("full", "foreign_example")
    assert "spam (1)" in note.text


def test_rules_that_never_fired_are_noted() -> None:
    classifier = classifier_of(FULL, ODD.replace("mailbox ful'", "no space'").replace("Mailbox full", "no space"))
    hits = hits_of(classifier, [(DeliveryEvent(response="552 mailbox full"), 3), (DeliveryEvent(response="452"), 9)])
    assert hits == {"full": 3}
    (note,) = never_fired(classifier, hits)
    assert (note.rule, note.kind) == ("odd", "never_fired")
    assert "none of 3 replies" in note.text


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("mailbox full'\n", "zebra.{1,40000}x'\n", ["x.toml:5", "column 7", "{1,40000}", "write * or +"]),
        ("mailbox full'\n", "(?:a{500}){500}zebra'\n", ["x.toml:5", "column 11", "{500}", "5,000"]),
        ("examples", "provider = 'gogle'\nexamples", ["x.toml:6", "'gogle'", "google"]),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(old: str, new: str, told: list[str]) -> None:
    with pytest.raises(RuleError) as error:
        classifier_of(FULL.replace(old, new, 1))
    assert [part for part in told if part not in str(error.value)] == []


def test_replay_counts_what_changes() -> None:
    old, new = classifier_of(FULL), classifier_of(FULL.replace("mailbox_full", "policy"))
    texts = ["552 mailbox full a@example.com", "552 mailbox full b@example.com", "451 later"]
    result = replay(old, new, [DeliveryEvent(response=text) for text in texts])
    assert (result.responses, result.changed) == (3, 2)
    assert result.old == {"mailbox_full": 2, "unclassified": 1}
    assert result.new == {"policy": 2, "unclassified": 1}
    (change,) = result.changes
    assert (change.template, change.count) == ("552 mailbox full {address}", 2)
    assert replay(old, old, [DeliveryEvent(response=text) for text in texts]).changes == ()
