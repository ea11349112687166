"""Replies from public pages that were labelled before any rule saw them (tests/data/fresh)."""

from pathlib import Path

import msgspec
import pytest

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent, Verdict
from prellbock.taxonomy import CATEGORIES, DEAD, FAULT_OF

FOLDER = Path(__file__).parents[1] / "data" / "fresh"
BATCHES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))


class Labelled(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    category: str
    source: str
    alt: list[str] = []
    mx: str | None = None
    language: str | None = None

    @property
    def accepted(self) -> set[str]:
        return {self.category, *self.alt}


def judged(batch: str) -> list[tuple[Labelled, Verdict]]:
    lines = (FOLDER / f"{batch}.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [msgspec.json.decode(line, type=Labelled) for line in lines if line]
    events = [DeliveryEvent(response=row.text, mx=row.mx) for row in rows]
    return list(zip(rows, Classifier.default().classify_many(events), strict=True))


@pytest.mark.parametrize("batch", BATCHES)
def test_labels_are_categories_and_have_a_source(batch: str) -> None:
    for row, _ in judged(batch):
        assert row.accepted <= CATEGORIES.keys()
        assert row.source


@pytest.mark.parametrize("batch", BATCHES)
def test_no_living_recipient_is_called_dead(batch: str) -> None:
    assert [row.text for row, verdict in judged(batch) if verdict.category in DEAD and not row.accepted & DEAD] == []


@pytest.mark.parametrize("batch", BATCHES)
def test_nearly_every_text_is_understood(batch: str) -> None:
    rows = judged(batch)
    wrong = [
        (row.text, verdict.category, verdict.rule) for row, verdict in rows if verdict.category not in row.accepted
    ]
    faults = sum(verdict.fault in {FAULT_OF[name] for name in row.accepted} for row, verdict in rows)
    assert len(wrong) <= 0.03 * len(rows), wrong
    assert faults >= 0.97 * len(rows)
