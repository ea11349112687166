"""The model card says what is measured of the model that is shipped, and of no other."""

from pathlib import Path

import msgspec
import pytest

from prellbock.classify.model import shipped_model
from prellbock.learn import corpus
from prellbock.learn.card import CardError, Measured, Restoration, card_of, read_results
from prellbock.learn.report import WAYS

DOCS = Path(__file__).parents[2] / "docs" / "explanation"
FILES = sorted((DOCS / "model-figures").glob("*.jsonl"))
ANEW = "docs/how-to/compare-models.md says how the card is written anew"


def test_the_card_is_that_of_the_shipped_model() -> None:
    assert (DOCS / "model-card.md").read_text("utf-8") == card_of(shipped_model(), read_results(FILES)), ANEW


def test_figures_on_the_card_are_of_the_texts_of_the_package() -> None:
    measured = [row for row in read_results(FILES) if isinstance(row, Measured)]
    assert {row.data for row in measured} == {corpus.digest(corpus.shipped())}, ANEW


def test_the_card_names_the_model_and_all_ways() -> None:
    card = (DOCS / "model-card.md").read_text("utf-8")
    model = shipped_model()
    assert model.version in card
    assert f"{model.about.texts:,}" in card
    measured = {row.way for row in read_results(FILES) if isinstance(row, Measured) and row.way}
    assert measured >= {"folds", "folds, found", "time", "unseen", "unseen provider"}
    assert all((f"| {way} |" in card) == (way in measured) for way in WAYS)


@pytest.fixture
def results() -> list[Measured]:
    return [row for row in read_results(FILES) if isinstance(row, Measured)]


def test_figures_of_other_texts_are_refused(results: list[Measured]) -> None:
    with pytest.raises(CardError, match="learn report"):
        card_of(shipped_model(), [*results[:-1], msgspec.structs.replace(results[-1], data="0" * 12)])


def test_a_model_that_answers_otherwise_is_refused(results: list[Measured]) -> None:
    (folds,) = (row for row in results if row.way == "folds")
    assert folds.figures is not None
    other = msgspec.structs.replace(folds, figures=msgspec.structs.replace(folds.figures, accuracy=0.1))
    with pytest.raises(CardError, match="not those of the model"):
        card_of(shipped_model(), [other if row is folds else row for row in results])


def test_missing_figures_are_named(results: list[Measured]) -> None:
    with pytest.raises(CardError, match="learn compare"):
        card_of(shipped_model(), [row for row in results if row.way])


def test_what_proposals_restore_stands_on_the_card_by_all_seeds_together(results: list[Measured]) -> None:
    one, both = (
        Restoration(
            way="stream", restored=restored, ceiling=0.8, restored_and_model=0.7, false_dead_half=1,
            false_dead_with_proposals=0, seed=None if seeds else 1, seeds=seeds, data="0123456789ab", date="2026-11-29",
        )
        for restored, seeds in ((0.123, ()), (0.456, (1, 2)))
    )  # fmt: skip
    card = card_of(shipped_model(), [*results, one, both])
    assert "| stream | 1, 2 | 0.456 |" in card
    assert "0.123" not in card
    assert "0123456789ab" in card


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text('{"nothing": 1}\n', "utf-8")
    with pytest.raises(CardError, match=r"other\.jsonl:1"):
        read_results([file])
