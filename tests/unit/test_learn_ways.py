"""What is left out of training, so that figures are about texts that a model has not seen."""

import numpy as np
import pytest

from prellbock.learn.corpus import Labelled
from prellbock.learn.figures import figures, nested
from prellbock.learn.fit import LeftOut, Split, prepared, unseen
from prellbock.learn.justify import justified
from prellbock.learn.languages import language_of
from prellbock.learn.ways import by_language, by_provider, by_time


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("550 5.1.1 User unknown", "en"),
        ("550 mailbox full", "en"),
        ("550 Das Postfach ist voll", "de"),
        ("552 La boîte du destinataire est pleine", "fr"),
        ("550 Skrzynka odbiorcy nie istnieje", "pl"),
        ("550 邮箱不存在", "zh"),
        ("550 宛先が見つかりません", "ja"),
        ("550 почтовый ящик переполнен", "ru"),
        ("", "en"),
        ("550 <der.die.das@example.de>: user unknown", "en"),
    ],
)
def test_the_language_of_a_reply(text: str, language: str) -> None:
    assert language_of(text) == language


ROWS = [
    Labelled(text="550 address cannot be found anywhere here", category="unknown_recipient", provider="Orange (FR)"),
    Labelled(text="550 quota of the person is used up", category="mailbox_full", origin="example", group="orange-full"),
    Labelled(text="550 over its limit", category="mailbox_full", origin="phrase", group="orange-full"),
    Labelled(text="550 boîte saturée", category="mailbox_full", origin="simulated", mx="smtp-in.orange.fr"),
    Labelled(text="550 address can not be found anywhere, here", category="policy", origin="example", group="lost"),
    Labelled(text="550 nobody of that name", category="unknown_recipient", origin="phrase", group="lost"),
    Labelled(text="550 looks like an ad", category="spam_content", origin="example", group="blood-orange-juice"),
    Labelled(text="550 we call this junk", category="spam_content", origin="example", group="junk"),
]  # fmt: skip


def test_a_provider_takes_its_rules_and_its_texts_with_it() -> None:
    data = prepared(ROWS)
    (split,) = by_provider(data, np.arange(len(ROWS)) == 0)
    assert [row.group for row, kept in zip(ROWS, unseen(data, split), strict=True) if kept] == ["junk"]


def test_phrases_of_a_rule_go_with_the_near_duplicate_of_its_example() -> None:
    data = prepared(ROWS)
    kept = unseen(data, Split("file", np.arange(len(ROWS)) == 0))
    assert [row.group for row, own in zip(ROWS, kept, strict=True) if not own] == ["", "lost", "lost"]


def test_a_language_takes_what_reads_like_it_with_it() -> None:
    rows = [
        Labelled(text="550 Das Postfach ist voll", category="mailbox_full", origin="gathered", language="de"),
        Labelled(text="550 der Empfänger existiert nicht", category="unknown_recipient", origin="phrase", group="many"),
        Labelled(text="550 mailbox is full", category="mailbox_full", origin="gathered"),
    ]
    data = prepared(rows)
    (split,) = by_language(data)
    assert split.asked.tolist() == [True, False, False]
    assert unseen(data, split).tolist() == [False, False, True]


def test_later_batches_are_asked_of_earlier_ones_alone() -> None:
    groups = {"first": "gathered", "twentieth": "gathered", "sceptic": "gathered", "rule": "example"}
    words = ("alpha", "bravo", "charlie", "delta")
    data = prepared([
        Labelled(text=f"550 {word} {word[::-1]}", category="policy", origin=origin, group=group)  # type: ignore[arg-type]
        for word, (group, origin) in zip(words, groups.items(), strict=True)
    ])  # fmt: skip
    (split,) = by_time(data)
    assert split.asked.tolist() == [False, True, False, False]
    assert unseen(data, split).tolist() == [True, False, False, False]


def test_a_fold_is_decided_by_what_others_justify() -> None:
    """Answers of the second fold are sure and wrong: alone they would raise the threshold out of reach."""
    rows = tuple(Labelled(text=f"550 {number}", category="policy", origin="gathered") for number in range(60))
    classes = ("network", "policy")
    scores = np.array([[0.0, 4.0]] * 30 + [[4.0, 0.0]] * 30)
    left_out = LeftOut(rows, classes, scores, ("one",) * 30 + ("two",) * 30)
    told = nested(left_out)
    assert not told.decides[:30].any()
    assert told.decides[30:].all()
    assert figures(told).decided_accuracy == 0.0


def test_examples_of_rules_do_not_say_how_often_servers_are_answered_rightly() -> None:
    found = [Labelled(text=f"550 {number}", category="policy", origin="gathered") for number in range(30)]
    hard = [Labelled(text=f"550 hard {number}", category="network", origin="example") for number in range(30)]
    scores = np.array([[0.0, 4.0]] * 60)
    both = LeftOut((*found, *hard), ("network", "policy"), scores, ("one",) * 60)
    assert justified(both) == justified(both.among(np.arange(60) < 30))


def test_a_living_recipient_called_dead_counts_wherever_it_stands() -> None:
    found = [Labelled(text=f"550 {number}", category="unknown_recipient", origin="gathered") for number in range(30)]
    hard = [Labelled(text=f"550 hard {number}", category="network", origin="example") for number in range(30)]
    scores = np.array([[0.0, 40.0]] * 60)
    both = LeftOut((*found, *hard), ("network", "unknown_recipient"), scores, ("one",) * 60)
    assert "unknown_recipient" in justified(both.among(np.arange(60) < 30)).thresholds
    assert "unknown_recipient" not in justified(both).thresholds
