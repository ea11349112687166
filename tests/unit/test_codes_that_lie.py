"""docs/explanation/codes-that-lie.md is kept true: the shipped rules judge every reply of its tables as it says."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from prellbock.classify.classifier import Classifier
from prellbock.classify.codes import by_code
from prellbock.classify.masking import mask
from prellbock.classify.reply import codes_of
from prellbock.events import DeliveryEvent

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "codes-that-lie.md"
_ROW = re.compile(
    r"\| `(?P<reply>[^|]+)`(?: °)? \| "
    r"(?:`(?P<mx>[^|]+)`)? ?\| (?P<code>[^|]+) \| `(?P<is>\w+)` \| `(?P<rule>[\w.-]+)` \|"
)


class Row(NamedTuple):
    reply: str
    mx: str | None
    code: str | None
    category: str
    rule: str


def _rows() -> list[Row]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    found = [_ROW.fullmatch(line) for line in lines]
    assert all(found), [line for line, row in zip(lines, found, strict=True) if row is None]
    return [
        Row(
            row["reply"],
            row["mx"],
            None if row["code"] == "nothing" else row["code"].strip("`"),
            row["is"],
            row["rule"],
        )
        for row in found
        if row is not None
    ]


ROWS = _rows()


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.default()


@pytest.mark.parametrize("row", ROWS, ids=[row.rule for row in ROWS])
def test_the_text_is_believed_and_not_the_code(classifier: Classifier, row: Row) -> None:
    verdict = classifier.classify(DeliveryEvent(response=row.reply, mx=row.mx))
    assert (verdict.category, verdict.decided_by, verdict.rule) == (row.category, "rule", row.rule)


@pytest.mark.parametrize("row", ROWS, ids=[row.rule for row in ROWS])
def test_the_page_says_what_the_code_alone_would_have_said(row: Row) -> None:
    meaning = by_code(*codes_of(mask(row.reply)))
    assert (meaning.category if meaning else None) == row.code


def test_the_page_covers_many_ways_to_lie() -> None:
    assert len(ROWS) >= 50
    assert sum(row.code != row.category for row in ROWS) >= 40
