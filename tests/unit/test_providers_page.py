"""docs/reference/providers.md is kept true: the shipped rules judge every reply of its table as it says."""

import re
from pathlib import Path

import pytest

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.providers import provider_of

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "providers.md"
_ROW = re.compile(
    r"\| `(?P<provider>[\w-]+)` \| `(?P<mx>[^|]+)` \| `(?P<reply>[^|]+)`(?: °)? "
    r"\| `(?P<category>\w+)` \| `(?P<rule>[\w.-]+)` \|"
)


def _rows() -> list[dict[str, str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    found = [_ROW.fullmatch(line) for line in lines]
    assert all(found), [line for line, row in zip(lines, found, strict=True) if row is None]
    return [row.groupdict() for row in found if row is not None]


ROWS = _rows()


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.default()


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['provider']}-{row['rule']}" for row in ROWS])
def test_a_provider_is_told_and_its_reply_is_judged(classifier: Classifier, row: dict[str, str]) -> None:
    verdict = classifier.classify(DeliveryEvent(response=row["reply"], mx=row["mx"]))
    assert (provider_of(row["mx"], None), verdict.category, verdict.rule) == (
        row["provider"],
        row["category"],
        row["rule"],
    )


def test_the_page_names_the_houses_of_the_market() -> None:
    german = {"t-online", "gmx", "webde", "ionos", "freenet", "vodafone", "strato", "hetzner", "mailbox-org", "posteo"}
    assert german | {"bluewin", "a1"} <= {row["provider"] for row in ROWS}
