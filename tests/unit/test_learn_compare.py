"""Kinds of model beside each other, and the pictures of a report."""

import json
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from prellbock.bench.learn import made_up
from prellbock.classify.masking import mask
from prellbock.cli import learn_report
from prellbock.learn import corpus, rivals
from prellbock.learn.compare import compare
from prellbock.learn.corpus import Labelled
from prellbock.learn.figures import figures, nested
from prellbock.learn.fit import LeftOut, leave_out, prepared
from prellbock.learn.justify import justified
from prellbock.learn.plots import calibration, confusion
from prellbock.learn.report import Part, report
from prellbock.learn.ways import by_fold

_PLACES = ["here", "there", "now", "today", "again", "please", "sorry", "always", "never", "within", "host", "domain"]
_WORDS = {
    "mailbox_full": ("mailbox is full", "quota exceeded", "storage exhausted"),
    "unknown_recipient": ("user unknown", "no such person", "address does not exist"),
    "spam_content": ("looks like spam", "junk was found", "unwanted advertising"),
}
SMALL = [
    Labelled(text=f"550 {word} {place} {place[::-1]} {place}", category=category, origin="gathered")
    for category, words in _WORDS.items()
    for word in words
    for place in _PLACES
]


def left_out(rows: list[Labelled]) -> LeftOut:
    """What models said of every text that they had not seen."""
    data = prepared(rows)
    return leave_out(data, by_fold(data))


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(rows: object) -> rivals.Trained:
        raise ModuleNotFoundError("no", name="torch")

    monkeypatch.setitem(rivals.RIVALS, "sentence embeddings", absent)
    (row,) = compare(prepared(SMALL), ("sentence embeddings",))
    assert row.figures is None
    assert row.missing is not None
    assert "torch" in row.missing


def test_a_rival_answers_texts_that_it_has_not_seen() -> None:
    found = {row.name: row for row in compare(prepared(SMALL), ("linear (shipped)", "logistic regression"))}
    assert len(found) == 2
    for row in found.values():
        assert row.figures is not None
        assert row.figures.texts < len(SMALL)
        assert row.octets > 0


def test_pictures_hold_every_bin_and_category() -> None:
    answers = nested(left_out(SMALL))
    told = figures(answers)
    assert calibration(told).count("<circle") == len(told.bins)
    picture = ElementTree.fromstring(confusion(answers))
    words = "".join(picture.itertext())
    assert all(category in words for category in _WORDS)


def test_files_are_measured_by_models_that_do_not_know_them() -> None:
    rows = [Labelled(text="550 the quota of this user is exceeded", category="mailbox_full", mx="mx00.gmx.net")]
    ways = {part.way: part for part in report([*SMALL, *_elsewhere()], rows) if isinstance(part, Part)}
    assert ways["unseen"].figures.texts == ways["unseen provider"].figures.texts == 1


def test_a_report_fits_into_80_columns_and_tells_the_same_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "shipped", lambda: [*SMALL, *_elsewhere()])
    lines = [json.loads(line) for line in CliRunner().invoke(learn_report.report, ["--json"]).stdout.splitlines()]
    assert {line["data"] for line in lines} == {corpus.digest(corpus.shipped())}
    (beside,) = (line["beside"] for line in lines if "beside" in line)
    assert beside["rules"]["texts"] == beside["rules_and_model"]["texts"] == len(SMALL) + 2
    monkeypatch.setattr(learn_report, "wanted", lambda _: True)
    table = CliRunner().invoke(learn_report.report, []).stdout.splitlines()
    assert max(map(len, table)) <= 80
    for line in lines:
        if "beside" in line:
            continue
        (row,) = (row for row in table if row.startswith(f"{line['way']:<20}"))
        assert f"{line['figures']['accuracy']:.3f}" in row
        assert all(f"{group['name']:<18}" in "\n".join(table) for group in line["groups"])


def _elsewhere() -> list[Labelled]:
    return [
        Labelled(text="550 boîte pleine", category="mailbox_full", language="fr", mx="mx.orange.fr"),
        Labelled(text="550 late full box", category="mailbox_full", origin="gathered", group="twentieth"),
    ]


def test_saying_that_a_text_says_nothing_is_no_decision() -> None:
    empty = [Labelled(text=f"550 error {place}", category="unclassified", origin="gathered") for place in _PLACES]
    assert "unclassified" not in justified(left_out([*SMALL, *empty])).thresholds


def test_made_up_responses_are_as_many_templates() -> None:
    texts = made_up(600, 200)
    assert len(set(texts)) == 600
    assert 150 < len(set(map(mask, texts))) <= 200
