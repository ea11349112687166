"""Changes of rules: proposed where the stored history and labelled texts gain, and nowhere else."""

from collections.abc import Sequence
from zlib import crc32

from processes import Command

from prellbock.classify.classifier import Classifier
from prellbock.classify.model import shipped_model
from prellbock.history.outcomes import Count
from prellbock.learn.candidate import Candidate
from prellbock.learn.corpus import Labelled
from prellbock.learn.revising.grounds import DAY, Grounds, History
from prellbock.learn.revising.weighed import revisions
from prellbock.rules.model import Example, Rule, RuleSet
from prellbock.store.judgements import Judged

FULL = Rule("full", "mailbox_full", ("mailbox is full",), examples=(Example("552 the mailbox is full"),))


def judged(text: str, count: int = 10) -> Judged:
    """A stored template; what was made of it then does not matter."""
    return Judged(
        crc32(text.encode()), text, None, None, None, None, None, "unclassified", True, "none", None, "", count
    )  # fmt: skip


def proposed(
    rules: Sequence[Rule], *texts: str, labelled: Sequence[Labelled] = (),
    hits: dict[str, tuple[int, float]] | None = None, days: float = 200, outcomes: dict[str, Count] | None = None,
) -> list[Candidate]:  # fmt: skip
    history = History([judged(text) for text in texts], hits or {}, days, 200 * DAY, outcomes or {})
    classifier = Classifier(RuleSet(tuple(rules)))
    return revisions(Grounds(classifier, shipped_model(), history, labelled))


def of_kind(found: Sequence[Candidate], kind: str) -> list[Candidate]:
    return [each for each in found if each.kind == kind]


USED = {"full": (5, 199 * DAY)}


def test_an_idle_rule_is_retired_where_another_says_the_same() -> None:
    idle = Rule("very-full", "mailbox_full", ("the mailbox is full now",), priority=1,
                examples=(Example("552 the mailbox is full now"),))  # fmt: skip
    (found,) = of_kind(proposed([FULL, idle], "552 the mailbox is full", hits=USED), "retire")
    assert found.edits == {"very-full": None}
    assert found.recommended
    used = {**USED, "very-full": (1, 150 * DAY)}
    assert not of_kind(proposed([FULL, idle], "552 the mailbox is full", hits=used), "retire")
    assert not of_kind(proposed([FULL, idle], "552 the mailbox is full", hits=USED, days=89), "retire")


def test_a_rule_stays_whose_patterns_can_match_more_than_its_examples_show() -> None:
    wide = Rule("wide", "mailbox_full", ("mailbox is full now", "out of storage"),
                examples=(Example("552 the mailbox is full now"),))  # fmt: skip
    assert not of_kind(proposed([FULL, wide], "552 the mailbox is full", hits=USED), "retire")


def test_of_two_idle_rules_that_replace_each_other_one_stays() -> None:
    twins = [
        Rule(name, "mailbox_full", ("out of storage",), examples=(Example("552 out of storage"),)) for name in "ab"
    ]
    assert len(of_kind(proposed(twins, "552 hello world"), "retire")) == 1


def test_rules_of_one_category_are_merged_without_collisions() -> None:
    rules = [
        Rule(f"table-{name}", "unknown_recipient", (f"user unknown in virtual {name} table",),
             examples=(Example(f"550 user unknown in virtual {name} table"),))
        for name in ("alias", "mailbox")
    ]  # fmt: skip
    seen = "550 5.1.1 user unknown in virtual alias table"
    (found,) = of_kind(proposed(rules, seen, hits={"table-alias": (1, 199 * DAY)}), "merge")
    assert found.rule.match == ("user unknown in virtual.*table",)
    assert found.edits["table-mailbox"] is None
    assert len(found.rule.examples) == 2
    assert (found.labelled, found.labelled_right, found.labelled_right_before) == (2, 2, 2)
    other = Rule("table-x", "policy", ("virtual relay table",), priority=-1,
                 examples=(Example("550 user unknown in virtual relay table"),))  # fmt: skip
    assert not of_kind(proposed([*rules, other], seen), "merge")


def test_a_word_becomes_a_gap_where_that_only_gains() -> None:
    rule = Rule(
        "over", "mailbox_full", ("mailbox exceeds its quota",), examples=(Example("552 mailbox exceeds its quota"),)
    )
    seen = "552 5.2.2 mailbox exceeds storage quota"
    (found,) = of_kind(proposed([rule], seen), "generalise")
    assert found.rule.match == ("mailbox exceeds .*quota",)
    assert found.after == {"mailbox_full": 10}
    spam = Labelled(text="554 mailbox exceeds sending quota", category="rate_limited", origin="gathered")
    guard = Rule("sending", "rate_limited", ("sending quota",), priority=-5, examples=(Example(spam.text),))
    assert not of_kind(proposed([rule, guard], seen, labelled=[spam]), "generalise")


def test_a_rule_that_never_wins_is_put_before_the_one_that_takes_all() -> None:
    early = Rule("refused", "policy", ("message refused",), priority=5, examples=(Example("554 message refused"),))
    late = Rule("listed", "reputation", ("refused because your ip is blacklisted",),
                examples=(Example("554 refused because your ip is blacklisted"),))  # fmt: skip
    seen = "554 5.7.1 message refused because your ip is blacklisted"
    (found,) = of_kind(proposed([early, late], seen), "reorder")
    assert found.rule.priority == 6
    assert (found.before, found.after) == ({"policy": 10}, {"reputation": 10})
    people = [Labelled(text=seen, category="policy")]
    assert not of_kind(proposed([early, late], seen, labelled=people), "reorder")


def test_outcomes_correct_a_rule_that_calls_the_living_dead() -> None:
    rule = Rule("gone", "unknown_recipient", ("mailbox unavailable",), examples=(Example("550 mailbox unavailable"),))
    alive = {"gone": Count(recipients=40, cases=30, alive=20)}
    (found,) = of_kind(proposed([rule], "550 mailbox unavailable", outcomes=alive), "correct")
    assert found.rule.category not in {"unknown_recipient", "inactive_recipient", "unknown_domain"}
    assert "20 were alive" in found.why
    assert not found.recommended
    few = {"gone": Count(recipients=40, cases=5, alive=5)}
    assert not of_kind(proposed([rule], "550 mailbox unavailable", outcomes=few), "correct")
    honest = {"gone": Count(recipients=400, cases=300, alive=2)}
    assert not of_kind(proposed([rule], "550 mailbox unavailable", outcomes=honest), "correct")


def test_labels_of_people_correct_a_rule() -> None:
    labels = [
        Labelled(text=f"552 the mailbox is full {word}", category="rate_limited") for word in ("now", "today", "again")
    ]
    (found,) = of_kind(proposed([FULL], "552 the mailbox is full", labelled=labels), "correct")
    assert found.rule.category == "rate_limited"


def test_without_a_history_nothing_is_proposed() -> None:
    twin = Rule("twin", "mailbox_full", ("mailbox is full",), examples=FULL.examples)
    assert proposed([FULL, twin]) == []


def test_an_accepted_change_stands_in_a_draft_until_it_is_taken_back(command: Command) -> None:
    # The shipped rules have rules that others can replace; 100 days of history show which are idle.
    lines = "".join(
        f'{{"time": {1_760_000_000 + n * 86_400}, "recipient": "u{n}@example.com", "outcome": "bounced",'
        f' "response": "552 5.2.2 Mailbox full"}}\n'
        for n in (0, 100)
    )
    command.run("ingest", "-", stdin=lines)
    retired = [each for each in command.lines("learn", "propose") if each["kind"] == "retire"]
    first, second = retired[:2]
    (accepted,) = command.lines("learn", "accept", first["key"])
    name = first["rule"]["name"]
    assert accepted["edits"] == {name: None}
    (told,) = command.lines("learn", "accept", second["key"], "--draft", accepted["draft"])
    assert told["draft"] == accepted["draft"]
    assert command.run("learn", "accept", second["key"], check=False).returncode == 1
    command.run("learn", "undo", second["key"])
    command.run("learn", "reject", second["key"], "--reason", "rare, but dear to us")
    left = {each["key"] for each in command.lines("learn", "propose")}
    assert not left & {first["key"], second["key"]}
    shown = command.lines("draft", "show", accepted["draft"])
    assert [each["name"] for each in shown] == [name]
