"""Proposals: what no rule decides becomes a rule that labelled texts agree with, or no rule."""

from pathlib import Path

import pytest
from processes import Command

from prellbock.classify.classifier import Classifier
from prellbock.classify.matcher import Context
from prellbock.classify.model import shipped_model
from prellbock.events import DeliveryEvent
from prellbock.learn.candidate import Candidate
from prellbock.learn.corpus import Labelled, shipped
from prellbock.learn.evidence import LeftOver
from prellbock.learn.pool import Pooled, Seen
from prellbock.learn.propose import propose, propose_from
from prellbock.learn.skeleton import skeleton
from prellbock.rules.model import Example, Rule, RuleSet
from prellbock.taxonomy import DEAD

SEEN = [
    Seen("550 5.1.1 <{address}>: User unknown in virtual table", 40),
    Seen("550 User unknown, sorry", 7),
    Seen("452 4.2.2 the mailbox is over quota now", 12),
    Seen("552 account over quota", 3),
    Seen("554 wrzlbrmft qxzzy", 90),
]


@pytest.fixture(scope="module")
def found() -> list[Candidate]:
    return propose(shipped_model(), SEEN, LeftOver(Classifier(RuleSet(())), shipped()))


def test_candidates_say_what_they_rest_on(found: list[Candidate]) -> None:
    full = next(each for each in found if each.rule.category == "mailbox_full")
    assert "over quota" in full.rule.match[0] or "quota" in full.rule.match[0]
    assert full.support == 15
    assert full.templates == 2
    assert full.labelled_right > 5
    assert full.precision > 0.8


def test_an_accepted_candidate_decides_its_examples(found: list[Candidate]) -> None:
    classifier = Classifier(RuleSet(tuple(each.rule for each in found)))
    for candidate in found:
        for example in candidate.rule.examples:
            verdict = classifier.classify(DeliveryEvent(response=example.text))
            assert verdict.category == candidate.rule.category


def test_what_says_nothing_is_not_proposed(found: list[Candidate]) -> None:
    assert not any("wrzlbrmft" in pattern for each in found for pattern in each.rule.match)


def test_a_rule_that_would_condemn_the_living_is_not_recommended() -> None:
    living = [Labelled(text=f"550 sender {n}: user unknown in list", category="reputation") for n in "abcdefgh"]
    again = propose(shipped_model(), SEEN, LeftOver(Classifier(RuleSet(())), [*shipped(), *living]))
    for candidate in again:
        if candidate.rule.category in DEAD and "user unknown" in candidate.rule.match[0]:
            assert not candidate.recommended


def test_what_only_a_rule_of_last_resort_decides_is_looked_at_and_a_rule_comes_before_it() -> None:
    last = Rule("word", "policy", ("refused",), priority=-52, examples=(Example("554 refused"),))
    seen = [Seen("554 5.7.1 refused: SPF check failed", 30), Seen("550 refused, SPF fails", 3)]
    (first, *_) = propose(shipped_model(), seen, LeftOver(Classifier(RuleSet((last,))), shipped()))
    assert first.rule.category == "authentication_failed"
    assert first.before == {"policy": 33}
    after = Classifier(RuleSet((last, first.rule)))
    assert {after.classify(DeliveryEvent(response=each.text)).category for each in seen} == {"authentication_failed"}


def test_a_single_template_is_worth_a_rule_where_it_comes_often() -> None:
    text = "554 Wrzl zkfq policy restrictions"
    nothing = Classifier(RuleSet(()))
    assert propose(shipped_model(), [Seen(text, 20)], LeftOver(nothing, []))
    assert all(each.support == 1 for each in propose(shipped_model(), [Seen(text, 1)], LeftOver(nothing, [])))


def test_an_unsure_phrase_is_narrowed_to_the_code_of_its_texts() -> None:
    known = [
        Labelled(text=f"{code} frobnicated {word}", category=category)
        for word in ("one", "two", "three", "four", "five", "six")
        for code, category in (("450 4.2.2", "mailbox_full"), ("550 5.7.1", "policy"))
    ]
    shares = {"mailbox_full": 0.9}
    texts = [
        Pooled(Seen(f"450 4.2.2 frobnicated {word}", 5), f"\0 \0 frobnicated {word}", Context(450, "4.2.2"),
               "unclassified", word, shares)
        for word in ("ada", "bob")
    ]  # fmt: skip
    found = propose_from(texts, LeftOver(Classifier(RuleSet(())), known))
    narrowed = next(each for each in found if "frobnicated" in each.rule.match[0])
    assert (narrowed.rule.category, narrowed.rule.code) == ("mailbox_full", ("4.2.2",))
    assert (narrowed.labelled, narrowed.labelled_right, narrowed.collisions) == (6, 6, ())


def test_the_same_input_gives_the_same_proposals(found: list[Candidate]) -> None:
    again = propose(shipped_model(), [*reversed(SEEN)], LeftOver(Classifier(RuleSet(())), shipped()))
    assert {each.key for each in again} == {each.key for each in found}


def test_skeletons_hold_what_all_share() -> None:
    assert skeleton(["554 No such user zan at {host}, sorry pal"]) == "no such user zan at.*sorry pal"
    assert skeleton(["550 spool: recipient rejected", "450 later: recipient rejected"]) == "recipient rejected"
    assert skeleton(["550 abc", "550 xyz"]) is None


def test_rejected_proposals_are_remembered_and_accepted_ones_become_drafts(command: Command, tmp_path: Path) -> None:
    lines = "".join(
        f'{{"time": {1_760_000_000 + n}, "recipient": "u{n}@example.com", "outcome": "bounced",'
        f' "response": "553 5.7.1 Sensitive words detected {word}"}}\n'
        for n, word in enumerate(["today", "here", "again"])
    )
    command.run("ingest", "-", stdin=lines)
    first = command.lines("learn", "propose")
    if not first:
        pytest.fail("nothing was proposed")
    command.run("learn", "reject", first[0]["key"], "--reason", "too wide")
    assert first[0]["key"] not in {each["key"] for each in command.lines("learn", "propose")}
    command.run("learn", "undo", first[0]["key"])
    assert command.lines("learn", "propose") == first
    (asked, *_) = command.lines("learn", "queue", "--limit", "1")
    assert asked["text"].startswith("553 5.7.1 Sensitive words")
    for option, wrong, field in (("--pattern", "(", b"match:"), ("--name", "no name", b"name:")):
        refused = command.run("learn", "accept", first[0]["key"], option, wrong, check=False)
        assert (refused.returncode, field in refused.stderr) == (1, True), refused.stderr
    assert command.lines("draft", "list") == []
    accepted = command.lines("learn", "accept", first[0]["key"], "--name", "sensitive")[0]
    assert accepted["rule"]["name"] == "sensitive"
    assert command.run("learn", "accept", first[0]["key"], check=False).returncode == 1
