"""Explanations of texts whose patterns Hyperscan cannot compile with start offsets (classify/explain.py)."""

import re

import pytest

from prellbock.classify.classifier import Classifier
from prellbock.classify.explain import explain
from prellbock.events import DeliveryEvent


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("550 5.1.1 daily limit for this user reached", "daily limit for this user reached"),
        ("550 5.1.1 Recipient's mail quota for today exceeded", "mail quota for today exceed"),
        ("550 5.1.1 MAIL FROM domain not found", "from domain not found"),
    ],
)
def test_patterns_too_large_for_start_offsets_are_explained_too(text: str, matched: str) -> None:
    told = explain(Classifier.default(), DeliveryEvent(response=text))
    assert any(match.matched and matched in match.matched for match in told.matches)


def test_every_shipped_pattern_is_also_one_of_python() -> None:
    for pattern in Classifier.default().matcher.compiled.tables.patterns:
        re.compile(pattern.encode())
